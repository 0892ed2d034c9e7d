#include "fields.h"
#include "msg.h"
#include "rawhead.h"
#include "words.h"
#include "../../common/arena.h"

#include <string.h>

#define DECODED 65536 /* of one field: more is not decoded */

static bool
begins_field(const struct raw_line *l, size_t *name)
{
    const unsigned char *colon = memchr(l->p, ':', l->n);
    if (!colon)
        return false;
    *name = (size_t)(colon - l->p);
    while (*name && (l->p[*name - 1] == ' ' || l->p[*name - 1] == '\t'))
        --*name; /* some programs take "Subject :" */
    return *name > 0 && l->p[0] != ' ' && l->p[0] != '\t';
}

/* Text functions would stop at a NUL: what is behind it must be seen. */
static char *
copy(struct arena *a, const unsigned char *p, size_t n)
{
    char *s = arena_memdup(a, p, n);
    for (size_t i = 0; i < n; i++)
        if (!s[i])
            s[i] = ' ';
    return s;
}

/* Of a folded value, without its line ends. */
static char *
unfolded(struct arena *a, const char *value)
{
    char *s = arena_strndup(a, value, DECODED), *to = s;
    for (const char *from = s; *from; from++)
        if (*from != '\r' && *from != '\n')
            *to++ = *from;
    *to = '\0';
    return s;
}

void
fields_read(struct msg *m, const unsigned char *head, size_t n)
{
    struct arena *a = m->arena;
    m->fields = arena_calloc(a, MSG_HEADERS, sizeof *m->fields);
    for (size_t at = 0; at < n && m->nfields < MSG_HEADERS;) {
        struct raw_line l = raw_line(head, n, at);
        const unsigned char *start = l.p;
        size_t name, end = (size_t)(l.p - head) + l.n;
        at = l.next;
        if (!begins_field(&l, &name))
            continue;
        const unsigned char *colon = memchr(l.p, ':', l.n), *value = colon + 1;
        while (at < n && (head[at] == ' ' || head[at] == '\t')) {
            l = raw_line(head, n, at);
            end = (size_t)(l.p - head) + l.n;
            at = l.next;
        }
        struct msg_field *f = &m->fields[m->nfields++];
        f->name = copy(a, start, name);
        f->value = copy(a, value, (size_t)(head + end - value));
        f->text = words_text(a, unfolded(a, f->value));
    }
}
