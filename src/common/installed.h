/* Files that come with the programs: beside the build directory, in the source tree as after `make
 * install`. */
#ifndef SEKISHO_INSTALLED_H
#define SEKISHO_INSTALLED_H

struct arena;

/* name: "conf/model/statistics.model". The path as it is when there is no such file there. */
const char *installed_file(struct arena *a, const char *name);

#endif
