#include "smime.h"
#include "../content/bytes.h"
#include "../content/content.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>
#include <strings.h>

#define STRING_DEPTH 8 /* strings made of strings */

enum { INTEGER = 0x02, OCTETS = 0x04, OID = 0x06, SEQUENCE = 0x30, CONTEXT0 = 0xa0, BUILT = 0x20 };

/* ------------------------------------------------------------------ BER (X.690, 8.1) */

struct ber {
    const unsigned char *p, *end;
    bool cut; /* it says that there is more than there is */
};

struct element {
    unsigned tag;
    struct ber in;
    bool open; /* of indefinite length: its end is a mark */
};

static bool
at_end(const struct ber *b)
{
    return b->p >= b->end || (b->end - b->p >= 2 && b->p[0] == 0 && b->p[1] == 0);
}

/* The head of the element at b, which then is behind the head. A length beyond the end is cut. */
static bool
head(struct ber *b, struct element *e)
{
    size_t left = (size_t)(b->end - b->p), n;
    if (left < 2 || (b->p[0] & 0x1f) == 0x1f) /* no tag of that kind is in CMS */
        return false;
    e->tag = b->p[0];
    n = b->p[1];
    b->p += 2;
    e->open = n == 0x80;
    if (n > 0x80) {
        size_t digits = n & 0x7f;
        if (digits > 4 || digits > (size_t)(b->end - b->p))
            return false;
        for (n = 0; digits--; b->p++)
            n = n << 8 | *b->p;
    }
    left = (size_t)(b->end - b->p);
    e->in = (struct ber){b->p, b->p + (e->open || n > left ? left : n),
                         b->cut || (!e->open && n > left)};
    return true;
}

/* Behind the element. One of indefinite length is walked through, without recursion. */
static bool
skip(struct ber *b)
{
    size_t depth = 0;
    do {
        struct element e;
        if (at_end(b)) {
            if (!depth || b->p >= b->end)
                return false;
            depth--;
            b->p += 2;
        } else if (!head(b, &e)) {
            return false;
        } else if (e.open) {
            depth++;
        } else {
            b->p = e.in.end;
        }
    } while (depth);
    return true;
}

static bool
enter(struct ber *b, unsigned tag)
{
    struct element e;
    if (!head(b, &e) || e.tag != tag)
        return false;
    *b = e.in;
    return true;
}

/* ------------------------------------------------------------------ strings in pieces */

struct string {
    const unsigned char *p; /* of one that is whole */
    size_t n;
    struct buf *pieces; /* NULL: it is */
};

static bool
pieces(struct ber b, struct string *s)
{
    struct ber outer[STRING_DEPTH];
    int depth = 0;
    for (;;) {
        struct element e;
        if (at_end(&b)) {
            const unsigned char *at = b.p + (b.p < b.end ? 2 : 0);
            if (!depth)
                return true;
            b = outer[--depth];
            b.p = at;
        } else if (!head(&b, &e) || (e.tag & ~(unsigned)BUILT) != OCTETS) {
            return false;
        } else if (e.tag & BUILT) {
            if (depth == STRING_DEPTH)
                return false;
            outer[depth++] = b;
            b = e.in;
        } else {
            buf_add(s->pieces, (const char *)e.in.p, (size_t)(e.in.end - e.in.p));
            b.p = e.in.end;
        }
    }
}

/* What is not a string (as in PKCS #7 before CMS) is taken as it is. */
static bool
content(struct arena *a, struct ber b, struct string *s)
{
    struct ber whole = b;
    struct element e;
    if (!head(&b, &e))
        return false;
    if (e.tag == (OCTETS | BUILT)) {
        s->pieces = buf_new(a, 0);
        return pieces(e.in, s);
    }
    b = e.tag == OCTETS ? e.in : whole;
    s->p = b.p;
    s->n = (size_t)(b.end - b.p);
    return true;
}

/* ------------------------------------------------------------------ CMS */

static const unsigned char pkcs7[] = {0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07};
static const unsigned char smime_ct[] = {0x2a, 0x86, 0x48, 0x86, 0xf7,
                                         0x0d, 0x01, 0x09, 0x10, 0x01};

enum form { OTHER, DATA, SIGNED, ENCRYPTED, DIGESTED, COMPRESSED };

static enum form
form_of(const struct ber *oid)
{
    size_t n = (size_t)(oid->end - oid->p);
    unsigned last = n ? oid->end[-1] : 0;
    if (n == sizeof pkcs7 + 1 && memcmp(oid->p, pkcs7, sizeof pkcs7) == 0)
        return last == 1   ? DATA
               : last == 2 ? SIGNED
               : last == 5 ? DIGESTED
               : last <= 6 ? ENCRYPTED /* enveloped, signed and enveloped, encrypted */
                           : OTHER;
    if (n == sizeof smime_ct + 1 && memcmp(oid->p, smime_ct, sizeof smime_ct) == 0)
        return last == 9 ? COMPRESSED : last == 2 || last == 23 ? ENCRYPTED : OTHER;
    return OTHER;
}

/* ContentInfo: its form, and b inside [0]. */
static enum form
content_info(struct ber *b)
{
    struct element oid;
    if (!enter(b, SEQUENCE) || !head(b, &oid) || oid.tag != OID || oid.open)
        return OTHER;
    enum form form = form_of(&oid.in);
    b->p = oid.in.end;
    if (form != OTHER && form != ENCRYPTED && !enter(b, CONTEXT0))
        return OTHER;
    return form;
}

/* From [0] of ContentInfo to [0] of the content inside: BARE when there is none. */
static enum smime_kind
inner_content(struct ber *b)
{
    if (!enter(b, SEQUENCE) || !skip(b) || !skip(b) || !enter(b, SEQUENCE) || !skip(b))
        return SMIME_BROKEN;
    if (at_end(b))
        return b->p == b->end && b->cut ? SMIME_BROKEN : SMIME_BARE;
    return enter(b, CONTEXT0) ? SMIME_OPEN : SMIME_BROKEN;
}

static void
inflate_content(struct arena *a, struct smime *out)
{
    size_t most = out->n < CONTENT_MEMBER_BYTES / CONTENT_RATIO ? out->n * CONTENT_RATIO
                                                                : CONTENT_MEMBER_BYTES;
    bool over = false;
    out->p = bytes_inflate(a, out->p, out->n, false, most, &out->n, &over);
    if (!out->p || over)
        out->kind = SMIME_BROKEN;
}

static void
read_cms(struct arena *a, const unsigned char *p, size_t n, struct smime *out)
{
    struct ber b = {p, p + n, false};
    struct string s = {0};
    enum form form = content_info(&b);
    out->kind = form == ENCRYPTED ? SMIME_LOCKED : form == OTHER ? SMIME_BROKEN : SMIME_OPEN;
    if (form == SIGNED || form == DIGESTED || form == COMPRESSED)
        out->kind = inner_content(&b);
    if (out->kind != SMIME_OPEN)
        return;
    if (!content(a, b, &s)) {
        out->kind = SMIME_BROKEN;
        return;
    }
    out->cut = b.cut;
    out->p = s.pieces ? (const unsigned char *)buf_cstr(s.pieces) : s.p;
    out->n = s.pieces ? s.pieces->len : s.n;
    if (form == COMPRESSED)
        inflate_content(a, out);
}

/* ------------------------------------------------------------------ from the file */

bool
smime_begins(const unsigned char *p, size_t n)
{
    size_t at = n > 1 && p[1] > 0x80 ? 2 + (size_t)(p[1] & 0x7f) : 2;
    return n > 20 && p[0] == SEQUENCE && p[1] != 0 && at < 7 && p[at] == OID &&
           (p[at + 1] == sizeof pkcs7 + 1 || p[at + 1] == sizeof smime_ct + 1) &&
           memcmp(p + at + 2, pkcs7, 7) == 0 && (p[at + 9] == 7 || p[at + 9] == 9);
}

void
smime_open(struct arena *a, const unsigned char *p, size_t n, struct smime *out)
{
    static const char pem[] = "-----BEGIN ";
    size_t used;
    *out = (struct smime){.kind = SMIME_NOT};
    if (n > 20 && memcmp(p, pem, sizeof pem - 1) == 0) {
        const unsigned char *line = memchr(p, '\n', n < 100 ? n : 100);
        if (!line || !(bytes_find(p, (size_t)(line - p), "pkcs7") ||
                       bytes_find(p, (size_t)(line - p), "cms")))
            return;
        n -= (size_t)(line + 1 - p);
        p = bytes_base64(a, line + 1, n, &n, &used);
    } else if (n > 20 && p[0] == 'M' && (p[1] == 'I' || (p[1] >= 'A' && p[1] <= 'H'))) {
        p = bytes_base64(a, p, n, &n, &used);
    }
    if (smime_begins(p, n))
        read_cms(a, p, n, out);
}

bool
smime_is_entity(const struct smime *s)
{
    size_t n = s->n < 4096 ? s->n : 4096;
    return (n > 13 && (strncasecmp((const char *)s->p, "content-type:", 13) == 0 ||
                       strncasecmp((const char *)s->p, "mime-version:", 13) == 0)) ||
           bytes_find(s->p, n, "\ncontent-type:") != NULL;
}

bool
smime_may_be_entity(const struct smime *s)
{
    return smime_is_entity(s) || bytes_field(s->p, s->n);
}
