#include "csv_read.h"

#include <stdbool.h>

#include "arena.h"
#include "buf.h"
#include "jsonx.h"

#define FIELD_MAX 4096 /* bytes of one cell that are kept */

char
csv_cell(struct csv_at *c, struct buf *b)
{
    bool quoted;

    while (c->p < c->end && (*c->p == ' ' || *c->p == '\t'))
        c->p++;
    quoted = c->p < c->end && *c->p == '"';
    if (quoted)
        c->p++;
    while (c->p < c->end) {
        char ch = *c->p++;
        if (ch == '\n')
            c->line++;
        if (quoted && ch == '"') {
            if (c->p < c->end && *c->p == '"')
                c->p++;
            else {
                quoted = false;
                continue;
            }
        } else if (!quoted && (ch == ',' || ch == '\n')) {
            return ch;
        }
        if (b->len < FIELD_MAX && (quoted || ch != '\r'))
            buf_char(b, ch);
    }
    return '\0';
}

/* What becomes a space (csv_one_line()) is none at the ends. */
static bool
is_blank(char c)
{
    return (c > 0 && c <= ' ') || c == 0x7f;
}

char *
csv_trimmed(struct arena *a, const struct buf *b)
{
    const char *p = buf_cstr(b);
    size_t n = b->len;

    while (n > 0 && is_blank(*p)) {
        p++;
        n--;
    }
    while (n > 0 && is_blank(p[n - 1]))
        n--;
    return jsonx_utf8(a, p, n);
}

const char *
csv_one_line(char *s)
{
    for (char *p = s; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    return s;
}
