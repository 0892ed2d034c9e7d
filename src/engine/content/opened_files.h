/*
 * Files that were opened with a password, for programs that look at the bytes of a message and have no passwords (clamd): written
 * as a tar (POSIX ustar), which they unpack.
 */
#ifndef SEKISHO_OPENED_FILES_H
#define SEKISHO_OPENED_FILES_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct opened_files;

#define OPENED_BYTES (32 * 1024 * 1024) /* of all files of a message */

/* A copy, in the arena; *list is NULL at first. false: there is no room for it, it is left out. */
bool opened_files_add(struct arena *a, struct opened_files **list, const void *p, size_t n);
/* From the beginning of fd on, in place of what was there; list NULL: nothing. Calls lseek, ftruncate, write. */
bool opened_files_write(int fd, const struct opened_files *list);

#endif
