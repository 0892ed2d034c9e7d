/* Names of processes in ps: the memory of argv and environ is reused for them. */
#ifndef SEKISHO_SUPERVISOR_TITLE_H
#define SEKISHO_SUPERVISOR_TITLE_H

void title_init(int argc, char **argv); /* once, before threads; moves environ away */
void title_set(const char *name);       /* cut when argv had no more room */

#endif
