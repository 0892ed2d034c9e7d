/* Files of tests/corpus/auth: "name text" lines of DNS, an empty line, a message (line ends LF). */
#ifndef SEKISHO_TEST_SIGNED_CASE_H
#define SEKISHO_TEST_SIGNED_CASE_H

#include <stdio.h>
#include <string.h>

#include "../dns_table.h"
#include "common/arena.h"
#include "common/buf.h"

/* NULL when there is no such file; line ends as in SMTP. */
static inline char *
slurp(struct arena *a, const char *path)
{
    FILE *f = fopen(path, "re");
    struct buf *b = buf_new(a, 0);
    int c, last = 0;
    if (!f)
        return NULL;
    for (; (c = getc(f)) != EOF; last = c) {
        if (c == '\n' && last != '\r')
            buf_char(b, '\r');
        buf_char(b, (char)c);
    }
    fclose(f);
    return arena_strndup(a, buf_cstr(b), b->len);
}

/* The message; its DNS goes to t. NULL: cannot be read. */
static inline const char *
signed_case(struct arena *a, const char *path, struct dns_table *t)
{
    char *p = slurp(a, path);
    while (p && *p && *p != '\r') {
        char *end = strstr(p, "\r\n"), *space = strchr(p, ' ');
        if (!end || !space)
            break;
        *end = *space = '\0';
        dns_table_add(t, p, space + 1);
        p = end + 2;
    }
    return p && *p == '\r' ? p + 2 : NULL;
}

#endif
