#include "structure.h"
#include "ctype.h"
#include "msg.h"
#include "rawhead.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>
#include <strings.h>

#define VALUE_MAX 65536
#define STACK (MSG_DEPTH + 2)

/* A boundary that was used by us, or that another program may use instead. */
struct delimiter {
    const char *text;
    size_t len;
    bool shadow;      /* we did not use it */
    bool open, ended; /* between its declaration and its end */
};

struct pass {
    struct msg *m;
    const unsigned char *raw;
    size_t n;
    struct delimiter *list;
    int count, room;
    int stack[STACK], depth; /* declared and not ended, the innermost last */
    bool guess;              /* a multipart without any boundary came by */
    bool outside;            /* before the first delimiter of a multipart, or behind its last */
    int carriage_returns;    /* looked at: each costs a search */
    struct buf *value;       /* of the field being read */
    struct buf *seen[3];     /* of a block: values of the structural fields, as compared */
};

/* ------------------------------------------------------------------ boundaries */

static struct delimiter *
find(struct pass *s, const char *text)
{
    size_t len = strlen(text);
    for (int i = 0; i < s->count; i++)
        if (s->list[i].len == len && memcmp(s->list[i].text, text, len) == 0)
            return &s->list[i];
    return NULL;
}

static struct delimiter *
learn(struct pass *s, const char *text, bool shadow)
{
    struct delimiter *d = *text ? find(s, text) : NULL;
    if (d || !*text)
        return d;
    if (s->count == s->room) { /* more readings than anybody needs */
        msg_add_anomaly(s->m, "mime-odd-boundary");
        return NULL;
    }
    d = &s->list[s->count++];
    *d = (struct delimiter){.text = text, .len = strlen(text), .shadow = shadow};
    return d;
}

/* "x" and "x--": the end of one is the beginning of the other. */
static bool
clash(const struct delimiter *a, const struct delimiter *b)
{
    const struct delimiter *shorter = a->len < b->len ? a : b, *longer = shorter == a ? b : a;
    return a != b && memcmp(a->text, b->text, shorter->len) == 0 &&
           longer->len >= shorter->len + 2 && memcmp(longer->text + shorter->len, "--", 2) == 0;
}

static void
declare(struct pass *s, struct delimiter *d)
{
    if (d->open)
        msg_add_anomaly(s->m, "mime-boundary-reused");
    for (int i = 0; i < s->depth; i++)
        if (clash(&s->list[s->stack[i]], d))
            msg_add_anomaly(s->m, "mime-boundary-clash");
    d->open = true;
    d->ended = false;
    if (s->depth < STACK)
        s->stack[s->depth++] = (int)(d - s->list);
}

/* A delimiter ends all multiparts inside; the last one of all ends its own, too. */
static void
unwind(struct pass *s, struct delimiter *d, bool close)
{
    int at = s->depth;
    while (at > 0 && s->stack[at - 1] != (int)(d - s->list))
        at--;
    if (at == 0)
        return;
    for (int i = close ? at - 1 : at; i < s->depth; i++) {
        s->list[s->stack[i]].open = false;
        s->list[s->stack[i]].ended = true;
    }
    s->depth = close ? at - 1 : at;
}

/* ------------------------------------------------------------------ fields */

enum field { OTHER, TYPE, ENCODING };

/* Which field a careless reader takes it for: everything but letters and "-" is dropped. */
static enum field
careless(const unsigned char *p, size_t n, bool *exact)
{
    static const char *const names[] = {"", "content-type", "content-transfer-encoding"};
    char flat[32];
    size_t k = 0;
    for (size_t i = 0; i < n && k < sizeof flat - 1; i++)
        if ((p[i] | 0x20) >= 'a' && (p[i] | 0x20) <= 'z')
            flat[k++] = (char)(p[i] | 0x20);
        else if (p[i] == '-')
            flat[k++] = '-';
    flat[k] = '\0';
    *exact = k == n;
    for (int i = TYPE; i <= ENCODING; i++)
        if (strcmp(flat, names[i]) == 0)
            return (enum field)i;
    return OTHER;
}

struct block {
    bool message, multipart, encoded, junk, first_line;
    int fields;
    bool has[3];
};

/* The field's value with its continuation lines. */
static void
whole_value(struct pass *s, const struct raw_line *l, size_t name)
{
    struct buf *b = s->value;
    size_t at = l->next;
    buf_clear(b);
    buf_add(b, l->p + name + 1, l->n - name - 1);
    while (at < s->n && (s->raw[at] == ' ' || s->raw[at] == '\t')) {
        struct raw_line more = raw_line(s->raw, s->n, at);
        buf_char(b, ' ');
        buf_add(b, more.p, more.n);
        at = more.next;
    }
}

/* Two values that differ make two readings; the same thing said twice does not. */
static void
compare(struct pass *s, struct block *k, enum field f)
{
    static const char *const codes[] = {"", "mime-duplicate-content-type",
                                        "mime-duplicate-transfer-encoding"};
    static const char *const same[] = {"", "mime-repeated-content-type",
                                       "mime-repeated-transfer-encoding"};
    struct buf *flat = s->seen[OTHER]; /* not used otherwise */
    buf_clear(flat);
    for (size_t i = 0; i < s->value->len; i++)
        if ((unsigned char)s->value->data[i] > 0x20)
            buf_char(flat, s->value->data[i]);
    if (k->has[f])
        msg_add_anomaly(s->m,
                        strcasecmp(buf_cstr(s->seen[f]), buf_cstr(flat)) == 0 ? same[f] : codes[f]);
    s->seen[OTHER] = s->seen[f];
    s->seen[f] = flat;
    k->has[f] = true;
}

/* Some programs drop the line end inside quotes with the blanks behind it, others make it one blank. */
static void
learn_without_blanks(struct pass *s, const char *boundary)
{
    char *copy = arena_strdup(s->m->arena, boundary), *to = copy;
    for (const char *from = boundary; *from; from++)
        if (*from != ' ' && *from != '\t')
            *to++ = *from;
    *to = '\0';
    if (to - copy < (ptrdiff_t)strlen(boundary))
        learn(s, copy, true);
}

static void
read_type(struct pass *s, struct block *k)
{
    struct arena *scratch = arena_new();
    struct ctype t;
    ctype_read(scratch, buf_cstr(s->value), s->value->len, &t);
    k->message |= t.message;
    k->multipart |= t.multipart;
    if (t.multipart && t.n > 1)
        msg_add_anomaly(s->m, "mime-duplicate-boundary");
    if (t.multipart && t.odd)
        msg_add_anomaly(s->m, "mime-odd-boundary");
    if (t.multipart && t.n == 0) {
        msg_add_anomaly(s->m, "mime-no-boundary");
        s->guess = true;
    }
    for (int i = 0; i < t.n && i < CTYPE_BOUNDARIES; i++) {
        struct delimiter *d = find(s, t.boundary[i]);
        if (d && !d->shadow && t.multipart)
            declare(s, d);
        else if (!d)
            learn(s, arena_strdup(s->m->arena, t.boundary[i]), true);
        learn_without_blanks(s, t.boundary[i]);
    }
    arena_free(&scratch);
}

static void
read_field(struct pass *s, struct block *k, const struct raw_line *l, size_t name)
{
    bool exact;
    enum field f = careless(l->p, name, &exact);
    k->fields++;
    if (f == OTHER)
        return;
    if (!exact)
        msg_add_anomaly(s->m, "mime-odd-field-name");
    if (k->junk) /* only who goes on behind a line that is no field sees this one */
        msg_add_anomaly(s->m, "mime-field-behind-junk");
    whole_value(s, l, name);
    compare(s, k, f);
    const char *value = buf_cstr(s->value);
    if (memchr(value, '\0', s->value->len))
        msg_add_anomaly(s->m, "mime-control-in-field");
    if (f == TYPE)
        read_type(s, k);
    else
        k->encoded |=
            strcasestr(value, "base64") || strcasestr(value, "quoted") || strcasestr(value, "uu");
}

/* ------------------------------------------------------------------ lines */

static bool
only_blank(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] != ' ' && p[i] != '\t' && p[i] != '\r')
            return false;
    return true;
}

enum what { TEXT, DELIMITER };

static bool
starts_content(const struct pass *s, size_t at)
{
    return at + 8 <= s->n && strncasecmp((const char *)s->raw + at, "content-", 8) == 0;
}

/* "begin 644 name" and "begin-base64 644 name". */
static bool
starts_file(const struct pass *s, size_t at)
{
    const char *p = (const char *)s->raw + at;
    size_t n = s->n - at, skip = n > 20 && strncasecmp(p, "begin-base64 ", 13) == 0 ? 13 : 6;
    return n > 20 && (skip == 13 || strncasecmp(p, "begin ", 6) == 0) && p[skip] >= '0' &&
           p[skip] <= '7' && p[skip + 1] >= '0' && p[skip + 1] <= '7';
}

/* A line that begins with "--": for whom is it a delimiter? */
static enum what
dashes(struct pass *s, const struct raw_line *l)
{
    struct delimiter *hit = NULL, *almost = NULL;
    bool close = false;
    for (int i = 0; i < s->count; i++) {
        struct delimiter *d = &s->list[i];
        if (l->n - 2 < d->len || strncasecmp((const char *)l->p + 2, d->text, d->len) != 0)
            continue;
        const unsigned char *rest = l->p + 2 + d->len;
        size_t left = l->n - 2 - d->len;
        bool end = left >= 2 && rest[0] == '-' && rest[1] == '-';
        bool exact = memcmp(l->p + 2, d->text, d->len) == 0;
        if (!exact) {
            almost = d->open || d->shadow ? d : almost;
            continue;
        }
        if (only_blank(rest, left) || (end && only_blank(rest + 2, left - 2))) {
            hit = d;
            close = end;
            break;
        }
        if (d->open || d->shadow)
            almost = d;
    }
    if (!hit) {
        if (almost)
            msg_add_anomaly(s->m, "mime-boundary-junk");
        if (s->guess && starts_content(s, l->next))
            msg_add_anomaly(s->m, "mime-parts-without-boundary");
        return TEXT;
    }
    if (hit->shadow) {
        msg_add_anomaly(s->m, "mime-hidden-multipart");
        return TEXT;
    }
    if (hit->ended && !close)
        msg_add_anomaly(s->m, "mime-part-after-end");
    unwind(s, hit, close);
    s->outside = close;
    return close || hit->ended ? TEXT : DELIMITER;
}

/* Bytes of a character that ends a line for programs that think of text, not of mail; 0: none is at p. */
static size_t
other_end(const unsigned char *p, size_t left)
{
    if (*p == '\v' || *p == '\f' || (*p >= 0x1c && *p <= 0x1e))
        return 1;
    if (*p == 0xc2 && left > 1 && p[1] == 0x85) /* U+0085 */
        return 2;
    if (*p == 0xe2 && left > 2 && p[1] == 0x80 &&
        (p[2] == 0xa8 || p[2] == 0xa9)) /* U+2028, U+2029 */
        return 3;
    return 0;
}

/* A field that only such programs see behind a character that ends their lines. */
static bool
other_line_end(const struct raw_line *l)
{
    static const char field[] = "content-";
    const size_t len = sizeof field - 1;

    for (size_t i = 0; i + len + 1 < l->n; i++) {
        size_t n;
        if (l->p[i] >= ' ' && l->p[i] < 0x80)
            continue;
        n = other_end(l->p + i, l->n - i);
        if (n > 0 && l->n - i > n + len && strncasecmp((const char *)l->p + i + n, field, len) == 0)
            return true;
    }
    return false;
}

/* One header block; returns the offset behind it. */
static size_t
header_block(struct pass *s, size_t at, struct block *k)
{
    size_t start = at, end = at;
    bool control = false;
    for (; at < s->n; end = at) {
        struct raw_line l = raw_line(s->raw, s->n, at);
        const unsigned char *colon = memchr(l.p, ':', l.n);
        if (l.n == 0) {
            at = l.next;
            break;
        }
        control |= memchr(l.p, '\r', l.n) != NULL || other_line_end(&l);
        if (l.p[0] == ' ' || l.p[0] == '\t') {
            k->junk |= only_blank(l.p, l.n) && k->fields > 0; /* the end of the header for some */
        } else if (l.n > 2 && l.p[0] == '-' && l.p[1] == '-' && s->depth &&
                   dashes(s, &l) == DELIMITER) {
            msg_add_anomaly(s->m, "mime-no-blank-line");
            break;
        } else if (!colon || colon == l.p) {
            k->junk = true;
        } else {
            read_field(s, k, &l, (size_t)(colon - l.p));
        }
        at = l.next;
    }
    if (control)
        msg_add_anomaly(s->m, "header-bare-cr");
    if (k->fields > MSG_HEADERS)
        msg_add_exception(s->m, "too-many-headers", "", MSG_HEADERS, k->fields);
    if (end - start > MSG_HEADER_BYTES)
        msg_add_exception(s->m, "header-too-long", "", MSG_HEADER_BYTES, (int64_t)(end - start));
    return at;
}

/* The header of a part, and those of messages inside it. */
static size_t
headers(struct pass *s, size_t at)
{
    struct block k;
    int levels = 0;
    do {
        k = (struct block){0};
        at = header_block(s, at, &k);
        s->outside = k.multipart && s->depth > 0;
    } while (k.message && !k.encoded && ++levels < 1000);
    return at;
}

/* A carriage return alone ends a line for some programs. */
static void
bare_cr(struct pass *s, const struct raw_line *l)
{
    const unsigned char *p = l->p, *end = l->p + l->n;
    while ((p = memchr(p, '\r', (size_t)(end - p)))) {
        struct raw_line rest = {p + 1, (size_t)(end - p) - 1, l->next};
        p++;
        if (rest.n <= 2 || rest.p[0] != '-' || rest.p[1] != '-')
            continue;
        if (++s->carriage_returns > 1000 || dashes(s, &rest) == DELIMITER) {
            msg_add_anomaly(s->m, "mime-bare-cr-delimiter");
            return;
        }
    }
}

/* One line of a body; returns where the next one is. */
static size_t
line(struct pass *s, const struct raw_line *l)
{
    struct raw_line trimmed = *l;
    while (trimmed.n && (*trimmed.p == ' ' || *trimmed.p == '\t'))
        trimmed.p++, trimmed.n--;
    if (s->count && memchr(l->p, '\r', l->n))
        bare_cr(s, l);
    if (trimmed.n <= 2 || trimmed.p[0] != '-' || trimmed.p[1] != '-')
        return l->next;
    enum what what = dashes(s, &trimmed);
    if (what == DELIMITER && trimmed.n < l->n)
        msg_add_anomaly(s->m, "mime-boundary-junk");
    return what == DELIMITER ? headers(s, l->next) : l->next;
}

void
structure_check(struct msg *m, const unsigned char *raw, size_t n, const char *const *boundaries,
                int nboundaries)
{
    struct pass s = {.m = m, .raw = raw, .n = n, .room = nboundaries + 100};
    s.list = arena_calloc(m->arena, (size_t)s.room, sizeof *s.list);
    s.value = buf_new(m->arena, VALUE_MAX);
    for (int i = 0; i < 3; i++)
        s.seen[i] = buf_new(m->arena, VALUE_MAX);
    for (int i = 0; i < nboundaries; i++)
        learn(&s, boundaries[i], false);
    size_t at = headers(&s, 0);
    while (at < n) {
        struct raw_line l = raw_line(raw, n, at);
        if (s.outside && (starts_content(&s, at) || starts_file(&s, at)))
            msg_add_anomaly(m, "mime-content-outside");
        at = line(&s, &l);
    }
}
