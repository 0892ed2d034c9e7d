/* Eval tests about parts: their types, encodings and lines. */
#include "evals.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *
lower_field(struct view *v, struct view_part *p, const char *name)
{
    struct view_field *f = view_part_field(v, p, name);
    if (!f)
        return "";
    view_decode_field(v, f);
    return span_lower(v->a, (struct span){f->text, f->text_n}).p;
}

/* "iso-xyz-1" that is none of the standard's names. */
static bool
odd_iso(const char *charset)
{
    const char *p = strstr(charset, "iso-");
    if (!p || !strchr(p + 4, '-'))
        return false;
    if (strncmp(p + 4, "8859-", 5) == 0 && isdigit((unsigned char)p[9]))
        return false;
    return strncmp(p + 4, "2022-jp", 7) != 0 && strncmp(p + 4, "2022-kr", 7) != 0;
}

static bool
means_ascii(const char *charset)
{
    static const char *const names[] = {"us-ascii", "ansi_x3.4", "iso-ir-6", "iso_646.irv:1991",
                                        "ascii",    "iso646-us", "ibm367",   "cp367"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strstr(charset, names[i]))
            return true;
    return !*charset;
}

/* Signs that need no encoding, but have one. */
static int
needless(const char *p, size_t n)
{
    int count = 0, blanks = 0;
    for (size_t i = 0; i + 2 < n; i++) {
        char a = p[i + 1], b = p[i + 2];
        bool blank = (a == '0' && b == '9') || (a == '2' && b == '0');
        bool hit = p[i] == '=' &&
                   ((a == '0' && b == '9') || (a == '3' && b && strchr("0123456789ABCEF", b)) ||
                    (a && strchr("2456", a) && b && strchr("0123456789ABCDEF", b)) ||
                    (a == '7' && b && strchr("0123456789ABCDE", b)));
        if (!hit)
            continue;
        count++;
        blanks = blank ? blanks + 1 : 0;
        size_t rest = i + 3;
        while (blank && rest < n && isspace((unsigned char)p[rest]))
            rest++;
        if (blank && rest == n)
            count -= blanks;
        if (i + 3 < n && p[i + 3] != '=')
            blanks = 0;
        i += 2;
    }
    return count;
}

struct part_kind {
    const char *type, *cte, *charset;
    bool attachment;
};

struct sums {
    size_t qp_bytes, normal, unicode, bytes;
    int qp;
};

/* &#x1F60; in plain text. */
static size_t
entities(const char *p, size_t n)
{
    size_t count = 0;
    for (size_t i = 0; i + 8 <= n; i++) {
        bool hit = memcmp(p + i, "&#x", 3) == 0 && p[i + 7] == ';';
        for (size_t k = 3; hit && k < 7; k++)
            hit = isdigit((unsigned char)p[i + k]) || (p[i + k] >= 'A' && p[i + k] <= 'F');
        count += hit;
    }
    return count;
}

static void
look_at_line(struct mime_facts *f, struct sums *s, const struct part_kind *k, const char *p,
             size_t n)
{
    bool plain = strcmp(k->type, "text/plain") == 0;
    if (f->alternative && !k->attachment && (plain || strcmp(k->type, "text/html") == 0))
        s->bytes += n;
    if (strcmp(k->cte, "quoted-printable") == 0) {
        f->qp_long_line |= n > 79;
        s->qp_bytes += n;
        s->qp += needless(p, n);
    }
    if (plain && (!*k->charset || strcmp(k->charset, "us-ascii") == 0))
        for (size_t i = 0; i < n; i++)
            if ((unsigned char)p[i] >= 0x80 || p[i] == '\r' || !p[i]) {
                f->ascii_text_illegal++;
                break;
            }
    if (plain && (!*k->cte || strcmp(k->cte, "7bit") == 0 || strcmp(k->cte, "8bit") == 0)) {
        size_t found = entities(p, n);
        s->unicode += found;
        s->normal += n - found * 8;
    }
    if (strcmp(k->cte, "base64") == 0 && n > f->base64_line)
        f->base64_line = n;
}

static void
look_at_type(struct mime_facts *f, const struct part_kind *k, const char *disposition)
{
    bool base64 = strstr(k->cte, "base64") != NULL, text = strncmp(k->type, "text", 4) == 0;
    f->html_count += strcmp(k->type, "text/html") == 0;
    f->text_count += text && strcmp(k->type, "text/html") != 0;
    f->base64_count += base64;
    f->qp_count += !base64 && strstr(k->cte, "quoted-printable");
    f->attachment |= k->attachment;
    f->base64_encoded_text |= text && base64 && means_ascii(k->charset) &&
                              strncmp(disposition, "attachment", 10) != 0 &&
                              strncmp(disposition, "inline", 6) != 0;
    f->bad_iso_charset |= odd_iso(k->charset);
    f->alternative |= strcmp(k->type, "multipart/alternative") == 0;
}

struct last {
    size_t text, html;
    bool have_text, have_html;
};

static void
look_at_part(struct view *v, struct mime_facts *f, struct sums *s, struct view_part *p,
             struct last *last)
{
    const char *disposition = lower_field(v, p, "content-disposition"), *type, *boundary, *charset,
               *name;
    struct view_field *ct = view_part_field(v, p, "content-type");
    if (ct)
        view_decode_field(v, ct);
    view_content_type(v->a, ct ? (struct span){ct->text, ct->text_n} : (struct span){0}, &type,
                      &boundary, &charset, &name, NULL);
    struct part_kind k = {.type = type,
                          .cte = lower_field(v, p, "content-transfer-encoding"),
                          .charset = charset ? span_lower(v->a, span_of(charset)).p : "",
                          .attachment = strstr(disposition, "attachment") != NULL};
    look_at_type(f, &k, disposition);
    f->charsets = arena_printf(v->a, "%s %s", f->charsets, k.charset);
    if (!p->leaf)
        return;
    s->bytes = 0;
    for (const char *q = p->raw.p, *end = q + p->raw.n; q < end;) {
        const char *stop = memchr(q, '\n', (size_t)(end - q));
        size_t n = (size_t)((stop ? stop + 1 : end) - q);
        look_at_line(f, s, &k, q, n);
        q += n;
    }
    if (k.attachment)
        return;
    if (strcmp(type, "text/html") == 0) {
        last->html = s->bytes;
        last->have_html = true;
    } else if (strcmp(type, "text/plain") == 0) {
        last->text = s->bytes;
        last->have_text = true;
    }
}

struct kept {
    struct mime_facts mime;
    bool have_mime;
};

const struct mime_facts *
eval_mime_facts(struct view *v)
{
    struct kept *k = v->evals;
    struct sums s = {0};
    struct last last = {0};
    if (!k)
        k = v->evals = arena_alloc(v->a, sizeof *k);
    if (k->have_mime)
        return &k->mime;
    k->have_mime = true;
    k->mime = (struct mime_facts){.multipart_ratio = 1, .charsets = ""};
    for (int i = 0; i < v->nparts; i++)
        look_at_part(v, &k->mime, &s, &v->parts[i], &last);
    if (s.qp_bytes > 0)
        k->mime.qp_count = s.qp;
    if (s.normal > 0)
        k->mime.unicode_ratio = (double)s.unicode / (double)s.normal;
    if (k->mime.alternative && last.have_text && last.have_html && last.html > 0)
        k->mime.multipart_ratio = (double)last.text / (double)last.html;
    return &k->mime;
}

bool
eval_check_for_mime(struct view *v, const struct rule *r)
{
    const struct mime_facts *f = eval_mime_facts(v);
    const char *what = eval_text(r, 0, "");
    return (strcmp(what, "mime_attachment") == 0 && f->attachment) ||
           (strcmp(what, "mime_bad_iso_charset") == 0 && f->bad_iso_charset) ||
           (strcmp(what, "mime_base64_count") == 0 && f->base64_count) ||
           (strcmp(what, "mime_base64_encoded_text") == 0 && f->base64_encoded_text) ||
           (strcmp(what, "mime_qp_count") == 0 && f->qp_count) ||
           (strcmp(what, "mime_qp_long_line") == 0 && f->qp_long_line) ||
           (strcmp(what, "mime_missing_boundary") == 0 && v->mime_missing_boundary);
}

static bool
html_header(struct view *v)
{
    struct span type = view_one(v, "Content-Type");
    return type.n >= 9 && strncasecmp(type.p, "text/html", 9) == 0;
}

bool
eval_check_for_mime_html(struct view *v, const struct rule *r)
{
    (void)r;
    return html_header(v) || eval_mime_facts(v)->html_count > 0;
}

bool
eval_check_for_mime_html_only(struct view *v, const struct rule *r)
{
    (void)r;
    return html_header(v) ||
           (eval_mime_facts(v)->html_count > 0 && eval_mime_facts(v)->text_count == 0);
}

bool
eval_check_mime_multipart_ratio(struct view *v, const struct rule *r)
{
    double x = eval_mime_facts(v)->multipart_ratio;
    return x >= eval_number(r, 0, 0) && x < eval_number(r, 1, 0);
}

bool
eval_check_abundant_unicode_ratio(struct view *v, const struct rule *r)
{
    return eval_mime_facts(v)->unicode_ratio >= eval_number(r, 0, 2);
}

bool
eval_check_for_ascii_text_illegal(struct view *v, const struct rule *r)
{
    (void)r;
    return eval_mime_facts(v)->ascii_text_illegal > 0;
}

bool
eval_check_base64_length(struct view *v, const struct rule *r)
{
    double n = (double)eval_mime_facts(v)->base64_line;
    return n >= eval_number(r, 0, 0) && n <= eval_number(r, 1, 1e300);
}

bool
eval_check_for_faraway_charset(struct view *v, const struct rule *r)
{
    (void)v, (void)r;
    return false;
}

bool
eval_check_for_faraway_charset_in_headers(struct view *v, const struct rule *r)
{
    (void)v, (void)r;
    return false;
}

bool
eval_check_msg_parse_flags(struct view *v, const struct rule *r)
{
    const char *what = eval_text(r, 0, "");
    if (strcmp(what, "truncated_header") == 0)
        (void)view_get(v, "ALL");
    return (strcmp(what, "missing_head_body_separator") == 0 && v->missing_separator) ||
           (strcmp(what, "truncated_header") == 0 && v->truncated_header) ||
           (strcmp(what, "missing_mime_headers") == 0 && v->missing_mime_headers) ||
           (strcmp(what, "missing_mime_head_body_separator") == 0 && v->missing_mime_separator) ||
           (strcmp(what, "mime_epilogue_exists") == 0 && v->mime_epilogue) ||
           (strcmp(what, "mimepart_limit_exceeded") == 0 && v->parts_full);
}

bool
eval_check_ma_non_text(struct view *v, const struct rule *r)
{
    (void)r;
    for (int i = 0; i < v->nparts; i++) {
        struct view_part *p = &v->parts[i];
        if (p->parent >= 0 && p->leaf &&
            strcmp(v->parts[p->parent].type, "multipart/alternative") == 0 &&
            strncmp(p->type, "text/", 5) != 0 && strcmp(p->type, "application/rtf") != 0 &&
            strcmp(p->type, "multipart/related") != 0)
            return true;
    }
    return false;
}
