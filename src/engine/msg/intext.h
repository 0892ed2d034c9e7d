/* What uuencode and yEnc share: lines, and a file that was found inside text. */
#ifndef SEKISHO_INTEXT_H
#define SEKISHO_INTEXT_H

#include <stdbool.h>
#include <stddef.h>

struct buf;
struct content;
struct msg;

#define INTEXT_FILES 50 /* of each kind, in one part */

/* Behind the LF, or end. */
const char *intext_next(const char *p, const char *end);
/* Length without CR and LF. */
size_t intext_length(const char *p, const char *next);
/* Where files are found. c: looks at them; NULL: nobody does. */
struct intext_place {
    struct msg *m;
    struct content *c;
    const char *part; /* id of the text's part */
};

/* Adds it as an attachment with the id <part>/<kind><number>, and looks at it. false: it is one too many, which an
 * exception says. */
bool intext_add(const struct intext_place *at, const char *name, size_t name_len,
                const struct buf *content, char kind, int number);

#endif
