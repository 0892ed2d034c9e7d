/* What "&amp;" stands for, in the markup that rules see. */
#include "view_html_in.h"
#include "../msg/html_entity.h"
#include "../../common/buf.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    unsigned code;
} entities[] = {
#define ENTITY(name, code) {name, code},
#include "entities.def"
#undef ENTITY
};

static size_t
numeric(struct buf *b, const char *p, size_t n)
{
    size_t i = 2;
    bool is_hex = n > 2 && (p[2] == 'x' || p[2] == 'X');
    unsigned long c = 0;
    i += is_hex;
    size_t start = i;
    for (; i < n && (is_hex ? isxdigit((unsigned char)p[i]) : isdigit((unsigned char)p[i])); i++) {
        unsigned digit = isdigit((unsigned char)p[i]) ? (unsigned)(p[i] - '0')
                                                      : (unsigned)(tolower(p[i]) - 'a' + 10);
        c = c > 0x110000 ? c : c * (is_hex ? 16 : 10) + digit;
    }
    if (i == start || c > 0x10ffff)
        return 0;
    html_put_code(b, c);
    return i < n && p[i] == ';' ? i + 1 : i;
}

static int
by_entity(const void *key, const void *item)
{
    const struct span *k = key;
    const char *name = *(const char *const *)item;
    int c = strncmp(k->p, name, k->n);
    return c ? c : -(name[k->n] != '\0');
}

/* At "&": writes what it stands for and returns its length; 0: it stands for nothing. */
static size_t
entity(struct buf *b, const char *p, size_t n)
{
    size_t i = 1;
    if (n > 2 && p[1] == '#')
        return numeric(b, p, n);
    while (i < n && i < 12 && isalnum((unsigned char)p[i]))
        i++;
    struct span key = {p + 1, i - 1};
    const void *found = i > 1 ? bsearch(&key, entities, sizeof entities / sizeof *entities,
                                        sizeof *entities, by_entity)
                              : NULL;
    if (!found)
        return 0;
    html_put_code(b,
                  entities[((const char *)found - (const char *)entities) / sizeof *entities].code);
    return i < n && p[i] == ';' ? i + 1 : i;
}

struct span
view_entities(struct arena *a, const char *p, size_t n)
{
    static const char nbsp[] = "&nbsp;";
    struct buf *b;
    const char *amp = n ? memchr(p, '&', n) : NULL;
    if (!amp)
        return (struct span){p, n};
    b = buf_new(a, 0);
    for (size_t i = 0; i < n;) {
        size_t used = 0;
        if (p[i] == '&' && n - i >= 6 && memcmp(p + i, nbsp, 6) == 0) {
            buf_char(b, ' ');
            used = 6;
        } else if (p[i] == '&') {
            used = entity(b, p + i, n - i);
        }
        if (used == 0) {
            const char *next = memchr(p + i + 1, '&', n - i - 1);
            used = (next ? (size_t)(next - p) : n) - i;
            buf_add(b, p + i, used);
        }
        i += used;
    }
    return (struct span){buf_cstr(b), b->len};
}
