/*
 * Reads a growing log file, also across rotation and truncation, and says where it is, so that the
 * position can be stored in the transaction of the rows that were made from it.
 */
#ifndef SEKISHO_LOGTAIL_H
#define SEKISHO_LOGTAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct err;
struct logtail;

struct logtail_position {
    int64_t device, inode, read_to;
};

/* Goes on at position; an all-zero one is the start of the file. */
struct logtail *logtail_new(const char *path, struct logtail_position at);
void logtail_free(struct logtail **t);

/* The next complete lines, at most max bytes, ending with LF; the memory is valid until the next
 * call. *n = 0: nothing new. The position moves only with logtail_done(). -1: ERR_ENV. */
int logtail_read(struct logtail *t, const char **p, size_t *n, struct err *e);
/* The lines of the last logtail_read() are dealt with. Also what is to be stored. */
struct logtail_position logtail_after(const struct logtail *t);
void logtail_done(struct logtail *t);
/* The last logtail_read() reached the end of the current file. */
bool logtail_at_end(const struct logtail *t);

#endif
