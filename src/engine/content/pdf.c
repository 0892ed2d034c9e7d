#include "pdf.h"
#include "bytes.h"
#include "crypt_pdf.h"
#include "pdf_filter.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DICTIONARY 65536 /* bytes of one that are searched for a key */
#define FILTERS 8
#define PARAMETERS 4096 /* bytes of a filter's: many streams may share them */

/* ------------------------------------------------------------------ finding */

static void
add_object(struct pdf *d, struct pdf_object o)
{
    if (d->nobjects == PDF_OBJECTS) {
        d->over = true;
        return;
    }
    if (d->nobjects == d->room) {
        int room = d->room ? d->room * 2 : 256;
        struct pdf_object *more = arena_calloc(d->a, (size_t)room, sizeof *more);
        if (d->nobjects)
            memcpy(more, d->objects, (size_t)d->nobjects * sizeof *more);
        d->objects = more;
        d->room = room;
    }
    d->objects[d->nobjects++] = o;
}

/* The number that ends before p; *p moves to its begin. */
static int
number_before(const char *start, const char **p)
{
    const char *q = *p;
    while (q > start && isspace((unsigned char)q[-1]))
        q--;
    const char *end = q;
    while (q > start && isdigit((unsigned char)q[-1]) && end - q < 10)
        q--;
    if (q == end)
        return -1;
    *p = q;
    long v = 0;
    for (const char *c = q; c < end; c++)
        v = v * 10 + (*c - '0');
    return v > INT32_MAX ? -1 : (int)v;
}

static void
find_objects(struct pdf *d)
{
    const char *p = d->p;
    while ((p = memmem(p, (size_t)(d->end - p), "obj", 3))) {
        const char *q = p;
        p += 3;
        if (q > d->p && !isspace((unsigned char)q[-1]) && !isdigit((unsigned char)q[-1]))
            continue;
        int gen = number_before(d->p, &q), num = gen < 0 ? -1 : number_before(d->p, &q);
        if (num < 0)
            continue;
        if (d->nobjects)
            d->objects[d->nobjects - 1].end = q;
        add_object(d, (struct pdf_object){.num = num, .gen = gen, .p = p, .end = d->end});
    }
}

static void
find_ends(struct pdf *d)
{
    int room = 0;
    for (const char *p = d->p; (p = memmem(p, (size_t)(d->end - p), "endstream", 9)); p += 9)
        room++;
    d->ends = arena_calloc(d->a, (size_t)room + 1, sizeof *d->ends);
    for (const char *p = d->p; (p = memmem(p, (size_t)(d->end - p), "endstream", 9)); p += 9)
        d->ends[d->nends++] = p;
}

static const struct pdf_object *sorting;

static int
compare(const void *x, const void *y)
{
    int a = *(const int *)x, b = *(const int *)y;
    if (sorting[a].num != sorting[b].num)
        return sorting[a].num < sorting[b].num ? -1 : 1;
    return a < b ? -1 : a > b;
}

static void
sort(struct pdf *d)
{
    d->by_number = arena_calloc(d->a, (size_t)d->nobjects + 1, sizeof *d->by_number);
    for (int i = 0; i < d->nobjects; i++)
        d->by_number[i] = i;
    d->nsorted = d->nobjects;
    sorting = d->objects;
    qsort(d->by_number, (size_t)d->nsorted, sizeof *d->by_number, compare);
}

const struct pdf_object *
pdf_object(const struct pdf *d, int num)
{
    int low = 0, high = d->nsorted;
    while (low < high) { /* the first that is greater */
        int mid = (low + high) / 2;
        if (d->objects[d->by_number[mid]].num <= num)
            low = mid + 1;
        else
            high = mid;
    }
    return low && d->objects[d->by_number[low - 1]].num == num ? &d->objects[d->by_number[low - 1]]
                                                               : NULL;
}

/* ------------------------------------------------------------------ dictionaries */

/* Passes over one value. */
static void
skip_value(struct pdf_lexer *l)
{
    int depth = 0;
    do {
        enum pdf_token t = pdf_next(l);
        if (t == PDF_END)
            return;
        if (t == PDF_OPEN || t == PDF_LIST)
            depth++;
        else if (t == PDF_CLOSE || t == PDF_LIST_END)
            depth--;
        if (t == PDF_NUMBER && depth == 0) { /* may be "N G R" */
            struct pdf_lexer ahead = *l;
            if (pdf_next(&ahead) == PDF_NUMBER && pdf_next(&ahead) == PDF_WORD && ahead.n == 1 &&
                *ahead.s == 'R')
                *l = ahead;
        }
    } while (depth > 0);
}

/* l stands before a value: if that is a reference, it moves into the object. */
const struct pdf_object *
pdf_follow(const struct pdf *d, struct pdf_lexer *l)
{
    struct pdf_lexer ahead = *l;
    if (pdf_next(&ahead) != PDF_NUMBER)
        return NULL;
    double num = ahead.number;
    if (pdf_next(&ahead) != PDF_NUMBER || pdf_next(&ahead) != PDF_WORD || ahead.n != 1 ||
        *ahead.s != 'R' || num < 0 || num > INT32_MAX)
        return NULL;
    const struct pdf_object *o = pdf_object(d, (int)num);
    l->p = o ? o->p : l->end;
    l->end = o ? o->end : l->end;
    return o;
}

bool
pdf_get(const struct pdf *d, const struct pdf_object *o, const char *key, struct pdf_lexer *l)
{
    size_t n = (size_t)(o->end - o->p), len = strlen(key);
    const char *end = n > DICTIONARY ? o->p + DICTIONARY : o->end;
    *l = (struct pdf_lexer){.a = d->a, .p = o->p, .end = end};
    if (pdf_next(l) != PDF_OPEN)
        return false;
    for (;;) {
        enum pdf_token t = pdf_next(l);
        if (t == PDF_END || t == PDF_CLOSE || t == PDF_WORD)
            return false;
        if (t != PDF_NAME)
            continue;
        if (l->n == len && memcmp(l->s, key, len) == 0) {
            l->end = o->end;
            (void)pdf_follow(d, l);
            return true;
        }
        skip_value(l);
    }
}

bool
pdf_name(const struct pdf *d, const struct pdf_object *o, const char *key, const char **out)
{
    struct pdf_lexer l;
    if (!pdf_get(d, o, key, &l))
        return false;
    enum pdf_token t = pdf_next(&l);
    if (t == PDF_LIST)
        t = pdf_next(&l);
    *out = l.s;
    return t == PDF_NAME;
}

int64_t
pdf_int(const struct pdf *d, const struct pdf_object *o, const char *key, int64_t def)
{
    struct pdf_lexer l;
    if (!pdf_get(d, o, key, &l) || pdf_next(&l) != PDF_NUMBER || l.number < -2e9 || l.number > 2e9)
        return def;
    return (int64_t)l.number;
}

const char *
pdf_decrypt(const struct pdf *d, const struct pdf_object *o, const char *s, size_t *n)
{
    if (!d->crypt || o->packed || *n == 0)
        return s;
    return (const char *)crypt_pdf_bytes(d->a, d->crypt, o->num, o->gen, false,
                                         (const unsigned char *)s, n);
}

/* ------------------------------------------------------------------ streams */

/* Where the dictionary ends and the stream begins. */
static const char *
stream_start(const struct pdf *d, const struct pdf_object *o)
{
    struct pdf_lexer l = {.a = d->a, .p = o->p, .end = o->end};
    if (o->packed || pdf_next(&l) != PDF_OPEN)
        return NULL;
    for (int depth = 1; depth > 0;) {
        enum pdf_token t = pdf_next(&l);
        if (t == PDF_END || (t == PDF_WORD && l.n >= 6 && strncmp(l.s, "stream", 6) == 0))
            break;
        depth += t == PDF_OPEN;
        depth -= t == PDF_CLOSE;
    }
    const char *p =
        memmem(l.p, (size_t)(o->end - l.p) > 40 ? 40 : (size_t)(o->end - l.p), "stream", 6);
    if (!p)
        return NULL;
    p += 6;
    if (p < d->end && *p == '\r')
        p++;
    return p < d->end && *p == '\n' ? p + 1 : p;
}

/* The first "endstream" from p on; the end of the file when there is none. */
static const char *
stream_end(const struct pdf *d, const char *p)
{
    int low = 0, high = d->nends;
    while (low < high) {
        int mid = (low + high) / 2;
        if (d->ends[mid] < p)
            low = mid + 1;
        else
            high = mid;
    }
    return low < d->nends ? d->ends[low] : d->end;
}

/* Bytes of a stream as they stand in the file, decrypted; NULL: it has none. */
static const unsigned char *
pdf_raw(struct pdf *d, const struct pdf_object *o, size_t *n)
{
    const char *start = stream_start(d, o), *end;
    *n = 0;
    if (!start)
        return NULL;
    int64_t length = pdf_int(d, o, "Length", -1);
    end = length >= 0 && length <= d->end - start ? start + length : NULL;
    /* Believed when the word stands where it should. */
    if (!end ||
        !memmem(end, (size_t)(d->end - end) > 20 ? 20 : (size_t)(d->end - end), "endstream", 9))
        end = stream_end(d, start);
    *n = (size_t)(end - start);
    const unsigned char *p = (const unsigned char *)start;
    const char *type;
    if (d->crypt && !(pdf_name(d, o, "Type", &type) && strcmp(type, "XRef") == 0)) {
        if (*n > d->left) {
            d->over = true;
            return NULL;
        }
        d->left -= *n;
        p = crypt_pdf_bytes(d->a, d->crypt, o->num, o->gen, true, p, n);
    }
    return p;
}

/* Parameters of the i-th filter: a dictionary, or a list of them. */
static struct pdf_predictor
predictor(const struct pdf *d, const struct pdf_object *o, int i)
{
    struct pdf_predictor r = {1, 1, 8, 1};
    struct pdf_lexer l;
    if (!pdf_get(d, o, "DecodeParms", &l) && !pdf_get(d, o, "DP", &l))
        return r;
    enum pdf_token t = pdf_next(&l);
    int depth = 0;
    if (t == PDF_LIST) {
        for (; i > 0; i--)
            skip_value(&l);
        (void)pdf_follow(d, &l);
        t = pdf_next(&l);
    }
    if (l.end - l.p > PARAMETERS)
        l.end = l.p + PARAMETERS;
    while (t != PDF_END && (depth += (t == PDF_OPEN) - (t == PDF_CLOSE)) > 0) {
        int *to = NULL;
        if (t == PDF_NAME)
            to = strcmp(l.s, "Predictor") == 0          ? &r.kind
                 : strcmp(l.s, "Columns") == 0          ? &r.columns
                 : strcmp(l.s, "BitsPerComponent") == 0 ? &r.bits
                 : strcmp(l.s, "Colors") == 0           ? &r.colors
                                                        : NULL;
        t = pdf_next(&l);
        if (to && t == PDF_NUMBER && l.number >= 1 && l.number < 100000)
            *to = (int)l.number;
    }
    return r;
}

static int
filters(const struct pdf *d, const struct pdf_object *o, const char **out)
{
    struct pdf_lexer l;
    int n = 0;
    if (!pdf_get(d, o, "Filter", &l) && !pdf_get(d, o, "F", &l))
        return 0;
    enum pdf_token t = pdf_next(&l);
    if (t == PDF_NAME) {
        out[n++] = l.s;
        return n;
    }
    while (t == PDF_LIST && n <= FILTERS && pdf_next(&l) == PDF_NAME)
        out[n++] = l.s;
    return n;
}

const unsigned char *
pdf_stream(struct pdf *d, const struct pdf_object *o, size_t max, size_t *n, const char **rest)
{
    const char *names[FILTERS + 1];
    int count = filters(d, o, names);
    const unsigned char *p = pdf_raw(d, o, n);
    *rest = "";
    if (count > FILTERS) {
        d->over = true;
        count = 0;
    }
    if (p && count == 0) { /* many objects may share the rest of the file as their stream */
        d->over |= *n > d->left;
        *n = *n < d->left ? *n : d->left;
        d->left -= *n;
    }
    for (int i = 0; p && i < count; i++) {
        size_t limit = max < d->left ? max : d->left;
        bool over = false;
        struct pdf_predictor pr = predictor(d, o, i);
        const unsigned char *q = pdf_filter(d->a, names[i], &pr, p, *n, limit, n, &over);
        if (!q) {
            *rest = names[i];
            break;
        }
        d->left -= *n < d->left ? *n : d->left;
        d->over |= over;
        p = q;
    }
    return p;
}

/* ------------------------------------------------------------------ object streams */

static void
unpack_one(struct pdf *d, const struct pdf_object *stream)
{
    size_t n;
    const char *rest;
    int64_t count = pdf_int(d, stream, "N", 0), first = pdf_int(d, stream, "First", 0);
    const char *p = (const char *)pdf_stream(d, stream, PDF_STREAM, &n, &rest);
    if (p && *rest) /* nobody's filter, or one that is not for text: what is in it stays unknown */
        d->over = true;
    if (!p || *rest || first <= 0 || (size_t)first > n)
        return;
    struct pdf_lexer l = {.a = d->a, .p = p, .end = p + first};
    int before = -1;
    for (int64_t i = 0; i < count; i++) {
        if (pdf_next(&l) != PDF_NUMBER)
            return;
        double num = l.number;
        if (pdf_next(&l) != PDF_NUMBER || l.number < 0 || l.number > (double)(n - (size_t)first) ||
            num < 0 || num > INT32_MAX)
            return;
        const char *start = p + first + (size_t)l.number;
        if (before >= 0 && d->objects[before].p < start)
            d->objects[before].end = start;
        before = d->nobjects < PDF_OBJECTS ? d->nobjects : -1;
        add_object(d,
                   (struct pdf_object){.num = (int)num, .p = start, .end = p + n, .packed = true});
    }
}

void
pdf_unpack(struct pdf *d)
{
    int n = d->nobjects;
    for (int i = 0; i < n; i++) {
        struct pdf_object o = d->objects[i];
        const char *type;
        if (pdf_name(d, &o, "Type", &type) && strcmp(type, "ObjStm") == 0)
            unpack_one(d, &o);
    }
    if (d->nobjects > n)
        sort(d);
}

void
pdf_open(struct arena *a, struct pdf *d, const unsigned char *p, size_t n)
{
    *d =
        (struct pdf){.a = a, .p = (const char *)p, .end = (const char *)p + n, .left = PDF_STREAMS};
    find_objects(d);
    find_ends(d);
    sort(d);
}
