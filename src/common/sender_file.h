/*
 * Sender lists as files: one sender a line. A second column "unverified" means an approval that counts
 * also when nothing proves who sent the mail; without it the approval is bound to a proof. Quotation
 * marks round a column, a heading line "sender", a byte order mark, spaces and empty lines are accepted.
 * What sender_file_line() writes reads the same again (D10), also where it guards a cell (csv_guard.h).
 */
#ifndef SEKISHO_SENDER_FILE_H
#define SEKISHO_SENDER_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "sender_pattern.h"

struct arena;

#define SENDER_FILE_LINES 20000

enum sender_line_state {
    SENDER_LINE_NEW,
    SENDER_LINE_INVALID,   /* problem says why */
    SENDER_LINE_DUPLICATE, /* in the file above it, or on the list already */
    SENDER_LINE_CONFLICT,  /* on the other list */
    SENDER_LINE_EXCESS,    /* no room on the list for it */
    SENDER_LINE_STATES,
};
const char *sender_line_state_name(enum sender_line_state s); /* "new" */

struct sender_line {
    int number;       /* from 1 */
    const char *text; /* as it stands there, at most 200 bytes, UTF-8 */
    const char *pattern;
    bool only_verified;
    enum sender_line_state state;
    enum sender_problem problem;
};

/* Lines that are not empty. approved: of which list; entries of the other one are bound to nothing.
 * -1: more than SENDER_FILE_LINES. */
int sender_file_read(struct arena *a, const char *text, size_t n, bool approved,
                     struct sender_line **lines, int *nlines);

/* What is on the lists of the target now. */
struct sender_known {
    const char *pattern;
    bool other; /* on the other list */
    bool only_verified;
    /* by sender_file_compare() */
    bool kept;    /* a line that is taken has it */
    bool changed; /* with another only_verified */
};
/* Finds duplicates, conflicts and what is too much. room: how many the list takes. replace: what is on
 * the list now goes, so it is no duplicate and takes no room, and known says what stays. known is sorted. */
void sender_file_compare(struct sender_line *lines, int nlines, struct sender_known *known,
                         int nknown, int room, bool replace);

/* "name@example.com\n", in the arena. */
const char *sender_file_line(struct arena *a, const char *pattern, bool approved,
                             bool only_verified);

#endif
