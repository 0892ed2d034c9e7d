/*
 * Header fields, and what a rule may ask of them: "Subject", "Subject:raw", "From:addr", "ALL",
 * "EnvelopeFrom", "X-Spam-Relays-External" ...
 */
#include "view.h"
#include "ruleset.h"
#include "../msg/msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* ------------------------------------------------------------------ reading */

static size_t
line_end(const char *p, size_t n, size_t at)
{
    const char *end = memchr(p + at, '\n', n - at);
    return end ? (size_t)(end - p) + 1 : n;
}

static bool
is_field(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && p[i] >= 33 && p[i] <= 126 && p[i] != ':')
        i++;
    if (i == 0)
        return false;
    while (i < n && (p[i] == ' ' || p[i] == '\t'))
        i++;
    return i < n && p[i] == ':';
}

static void
add_field(struct view *v, struct view_part *part, const char *p, size_t n, bool *truncated)
{
    const char *colon = memchr(p, ':', n);
    if (!colon || part->nfields >= VIEW_FIELDS)
        return;
    size_t name = (size_t)(colon - p), value = n - name - 1;
    while (name > 0 && (p[name - 1] == ' ' || p[name - 1] == '\t'))
        name--;
    if (name > VIEW_FIELD_NAME || value > VIEW_FIELD_VALUE)
        *truncated = true;
    struct view_field *f = &part->fields[part->nfields++];
    f->name = arena_memdup(v->a, p, name > VIEW_FIELD_NAME ? VIEW_FIELD_NAME : name);
    f->raw = (struct span){colon + 1, value > VIEW_FIELD_VALUE ? VIEW_FIELD_VALUE : value};
}

void
view_read_fields(struct view *v, const char *p, size_t n, size_t *at, struct view_part *part,
                 bool *missing, bool *truncated)
{
    size_t field = n, wrong = 0; /* field: where the one that is open begins; n: none */
    size_t lines = 1;            /* no more fields than lines */
    for (const char *l = p + *at;
         lines < VIEW_FIELDS && l < p + n && (l = memchr(l, '\n', (size_t)(p + n - l))); l++)
        lines++;
    part->fields = arena_calloc(v->a, lines, sizeof *part->fields);
    for (;;) {
        size_t end = *at < n ? line_end(p, n, *at) : n;
        bool over = *at >= n;
        if (!over && (p[*at] == ' ' || p[*at] == '\t')) {
            field = field == n ? *at : field;
            *at = end;
            continue;
        }
        if (field < n)
            add_field(v, part, p + field, *at - field, truncated);
        if (over || (end - *at == 1 && p[*at] == '\n')) {
            *missing |= over;
            *at = end;
            return;
        }
        if ((end - *at >= 2 && memcmp(p + *at, "--", 2) == 0) ||
            (!is_field(p + *at, end - *at) && ++wrong > 3)) {
            *missing = true;
            return;
        }
        field = *at;
        *at = end;
    }
}

/* Folds become one blank, blanks around go, encoded words are decoded. */
void
view_decode_field(struct view *v, struct view_field *f)
{
    if (f->text)
        return;
    struct buf *b = buf_new(v->a, 0);
    struct span raw = span_trim(f->raw);
    for (size_t i = 0; i < raw.n; i++) {
        if (raw.p[i] == '\n' && i + 1 < raw.n && (raw.p[i + 1] == ' ' || raw.p[i + 1] == '\t')) {
            while (i + 1 < raw.n && (raw.p[i + 1] == ' ' || raw.p[i + 1] == '\t'))
                i++;
            buf_char(b, ' ');
        } else if (raw.p[i] != '\n' &&
                   !(raw.p[i] == '\r' && i + 1 < raw.n && raw.p[i + 1] == '\n')) {
            buf_char(b, raw.p[i]);
        }
    }
    const char *name = span_lower(v->a, span_of(f->name)).p;
    struct span text = view_words(v->a, (struct span){buf_cstr(b), b->len}, name);
    f->text = text.p;
    f->text_n = text.n;
}

/* Most differ in the first letter. */
static bool
is_named(const struct view_field *f, const char *name)
{
    return ((f->name[0] ^ name[0]) & ~32) == 0 && strcasecmp(f->name, name) == 0;
}

struct view_field *
view_part_field(struct view *v, struct view_part *p, const char *name)
{
    (void)v;
    for (int i = p->nfields - 1; i >= 0; i--)
        if (is_named(&p->fields[i], name))
            return &p->fields[i];
    return NULL;
}

/* ------------------------------------------------------------------ asking */

enum modifier {
    MOD_RAW = 1,
    MOD_ADDR = 2,
    MOD_NAME = 4,
    MOD_HOST = 8,
    MOD_DOMAIN = 16,
    MOD_IP = 32,
    MOD_REVIP = 64,
    MOD_FIRST = 128,
    MOD_LAST = 256,
};

static unsigned
modifiers(const char *request, size_t *name)
{
    static const struct {
        const char *word;
        unsigned bits;
    } known[] = {{"raw", MOD_RAW},
                 {"addr", MOD_ADDR},
                 {"name", MOD_NAME},
                 {"host", MOD_HOST},
                 {"domain", MOD_HOST | MOD_DOMAIN},
                 {"ip", MOD_IP},
                 {"revip", MOD_IP | MOD_REVIP},
                 {"first", MOD_FIRST},
                 {"last", MOD_LAST}};
    unsigned bits = 0;
    *name = strcspn(request, ":");
    for (const char *m = request + *name; *m == ':';) {
        size_t n = strcspn(++m, ":");
        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            if (strlen(known[i].word) == n && strncmp(m, known[i].word, n) == 0)
                bits |= known[i].bits;
        m += n;
    }
    return bits;
}

/* Decoded and with a line end, or as it came. */
static void
add_value(struct view *v, struct spans *out, struct view_field *f, bool raw)
{
    if (raw) {
        spans_add(v->a, out, f->raw.p, f->raw.n);
        return;
    }
    view_decode_field(v, f);
    char *s = arena_alloc(v->a, f->text_n + 2);
    memcpy(s, f->text, f->text_n);
    s[f->text_n] = '\n';
    spans_add(v->a, out, s, f->text_n + 1);
}

static void
add_named(struct view *v, struct spans *out, const char *name, bool raw)
{
    struct view_part *p = &v->parts[0];
    for (int i = 0; i < p->nfields; i++)
        if (is_named(&p->fields[i], name))
            add_value(v, out, &p->fields[i], raw);
}

/* The last one, on one line. */
static void
add_last(struct view *v, struct spans *out, const char *name, bool raw)
{
    struct view_field *f = view_part_field(v, &v->parts[0], name);
    if (!f)
        return;
    if (!raw) {
        add_value(v, out, f, false);
        return;
    }
    struct buf *b = buf_new(v->a, 0);
    for (size_t i = 0; i < f->raw.n; i++) {
        if (f->raw.p[i] == '\n' && i + 1 < f->raw.n) {
            while (i + 1 < f->raw.n && isspace((unsigned char)f->raw.p[i + 1]))
                i++;
            buf_char(b, ' ');
        } else {
            buf_char(b, f->raw.p[i]);
        }
    }
    spans_add(v->a, out, buf_cstr(b), b->len);
}

static void
add_all(struct view *v, struct spans *out, bool raw)
{
    struct view_part *p = &v->parts[0];
    size_t size = 0;
    for (int i = 0; i < p->nfields; i++) {
        struct view_field *f = &p->fields[i];
        struct buf *b = buf_new(v->a, 0);
        buf_str(b, f->name);
        if (raw) {
            buf_char(b, ':');
            buf_add(b, f->raw.p, f->raw.n);
        } else {
            view_decode_field(v, f);
            buf_str(b, ": ");
            buf_add(b, f->text, f->text_n);
            buf_char(b, '\n');
        }
        size += b->len;
        if (size > VIEW_HEADER) {
            v->truncated_header = true;
            return;
        }
        spans_add(v->a, out, buf_cstr(b), b->len);
    }
}

/*
 * The fields above a hop's Received field (what the trusted ones wrote), or that field and all below it.
 * The connection itself is a hop without a field.
 */
static void
add_side(struct view *v, struct spans *out, bool external, bool raw)
{
    struct spans all = {0};
    int hop = -1;
    view_relays(v);
    add_all(v, &all, raw);
    for (int i = 0; i < all.n; i++) {
        hop += strncasecmp(all.v[i].p, "Received:", 9) == 0;
        if ((hop > v->last_trusted) == external)
            spans_add(v->a, out, all.v[i].p, all.v[i].n);
    }
}

static void
add_relays(struct view *v, struct spans *out, const struct relays *r)
{
    view_relays(v);
    spans_add(v->a, out, r->text, strlen(r->text));
}

/* Names that are no fields. */
static bool
add_special(struct view *v, struct spans *out, const char *name, bool raw)
{
    if (strcmp(name, "ALL") == 0) {
        add_all(v, out, raw);
    } else if (strcmp(name, "ALL-UNTRUSTED") == 0 || strcmp(name, "ALL-EXTERNAL") == 0) {
        add_side(v, out, true, raw);
    } else if (strcmp(name, "ALL-TRUSTED") == 0 || strcmp(name, "ALL-INTERNAL") == 0) {
        add_side(v, out, false, raw);
    } else if (strcasecmp(name, "EnvelopeFrom") == 0) {
        struct span s = view_envelope_from(v);
        if (s.p)
            spans_add(v->a, out, s.p, s.n);
    } else if (strcasecmp(name, "X-Spam-Relays-Untrusted") == 0 ||
               strcasecmp(name, "X-Spam-Relays-External") == 0) {
        add_relays(v, out, &v->untrusted);
    } else if (strcasecmp(name, "X-Spam-Relays-Trusted") == 0 ||
               strcasecmp(name, "X-Spam-Relays-Internal") == 0) {
        add_relays(v, out, &v->trusted);
    } else if (strcasecmp(name, "ToCc") == 0) {
        add_last(v, out, "To", raw);
        add_last(v, out, "Cc", raw);
    } else if (strcmp(name, "MESSAGEID") == 0) {
        add_last(v, out, "X-Message-Id", raw);
        add_last(v, out, "Resent-Message-Id", raw);
        add_last(v, out, "X-Original-Message-ID", raw);
        add_last(v, out, "Message-Id", raw);
    } else {
        return false;
    }
    return true;
}

/* ------------------------------------------------------------------ addresses, names, hosts */

/* The shown name of an address: decoded, one blank between words, no single quotes around. */
static struct span
shown_name(struct view *v, struct span phrase)
{
    struct span s = view_words(v->a, phrase, "from");
    struct buf *b = buf_new(v->a, 0);
    s = span_trim(s);
    for (size_t i = 0; i < s.n; i++) {
        if (!isspace((unsigned char)s.p[i]))
            buf_char(b, s.p[i]);
        else if (!isspace((unsigned char)s.p[i - 1]))
            buf_char(b, ' ');
    }
    s = (struct span){buf_cstr(b), b->len};
    if (s.n >= 2 && s.p[0] == '\'' && s.p[s.n - 1] == '\'')
        s = (struct span){s.p + 1, s.n - 2};
    return s;
}

static struct spans
addresses(struct view *v, const struct spans *in, unsigned mods)
{
    struct spans out = {0};
    struct view_address *list = v->addresses;
    if (!list)
        list = v->addresses = arena_calloc(v->a, VIEW_ADDRESSES, sizeof *list);
    for (int i = 0; i < in->n; i++) {
        int n = view_addresses(v, in->v[i], list, VIEW_ADDRESSES);
        for (int k = 0; k < n && out.n < VIEW_ADDRESSES; k++) {
            struct span s = list[k].phrase;
            if (mods & MOD_ADDR)
                s = list[k].address;
            else if (s.p && !(mods & MOD_RAW))
                s = shown_name(v, s);
            if (s.p)
                spans_add(v->a, &out, s.p, s.n);
        }
    }
    return out;
}

/* The first name of a host in the text that can be one. */
static struct span
host_in(struct view *v, struct span s, bool address)
{
    const char *at = s.n ? memrchr(s.p, '@', s.n) : NULL;
    size_t i = at ? (size_t)(at - s.p) + 1 : 0;
    if (address && !at)
        return (struct span){0};
    while (i < s.n) {
        size_t start = i;
        while (i < s.n && (isalnum((unsigned char)s.p[i]) || strchr(".-_", s.p[i])))
            i++;
        struct span host = {s.p + start, i - start};
        while (host.n > 0 && host.p[host.n - 1] == '.')
            host.n--;
        if (host.n > 0 && (address || (domain_fqdn(host) && domain_valid(v->set, host))))
            return host;
        i += i == start;
    }
    return (struct span){0};
}

static struct span
reversed_ip(struct arena *a, struct span ip)
{
    struct buf *b = buf_new(a, 0);
    size_t end = ip.n;
    for (size_t i = ip.n; i-- > 0;)
        if (i == 0 || ip.p[i - 1] == '.') {
            buf_add(b, ip.p + i, end - i);
            end = i ? i - 1 : 0;
            if (i)
                buf_char(b, '.');
        }
    return (struct span){buf_cstr(b), b->len};
}

static struct span
ip_in(struct view *v, struct span s, bool reverse)
{
    const char *text = arena_memdup(v->a, s.p, s.n);
    for (size_t i = 0; text[i]; i++) {
        size_t n = ip_length(text + i);
        if (n && (i == 0 || (!isalnum((unsigned char)text[i - 1]) && text[i - 1] != '.')) &&
            text[i + n] != '.') {
            struct span ip = {text + i, n};
            return reverse ? reversed_ip(v->a, ip) : ip;
        }
    }
    return (struct span){0};
}

static struct spans
hosts_or_ips(struct view *v, const struct spans *in, unsigned mods)
{
    struct spans out = {0};
    for (int i = 0; i < in->n; i++) {
        struct span s = mods & MOD_HOST ? host_in(v, in->v[i], mods & MOD_ADDR)
                                        : ip_in(v, in->v[i], mods & MOD_REVIP);
        if (s.p && (mods & MOD_DOMAIN))
            s = domain_trim(v->set, v->a, s);
        if (s.p)
            spans_add(v->a, &out, s.p, s.n);
    }
    return out;
}

const struct values *
view_get(struct view *v, const char *request)
{
    struct values *known = names_get(&v->requests, request, strlen(request));
    struct spans found = {0};
    size_t n;
    if (known)
        return known;
    unsigned mods = modifiers(request, &n);
    const char *name = arena_memdup(v->a, request, n);
    if (!add_special(v, &found, name, mods & MOD_RAW))
        add_named(v, &found, name, mods & (MOD_RAW | MOD_ADDR | MOD_NAME));
    if (found.n > 0 && (mods & MOD_FIRST))
        found.n = 1;
    else if (found.n > 0 && (mods & MOD_LAST))
        found.v += found.n - 1, found.n = 1;
    if (mods & (MOD_ADDR | MOD_NAME))
        found = addresses(v, &found, mods);
    if (mods & (MOD_HOST | MOD_IP))
        found = hosts_or_ips(v, &found, mods);
    known = arena_alloc(v->a, sizeof *known);
    *known = (struct values){found.v, found.n};
    names_put(&v->requests, request, strlen(request), known);
    return known;
}

static struct span
joined(struct view *v, const struct values *all, const char *between)
{
    struct buf *b;
    if (all->n == 1)
        return all->v[0];
    b = buf_new(v->a, 0);
    for (int i = 0; i < all->n; i++) {
        if (i)
            buf_str(b, between);
        buf_add(b, all->v[i].p, all->v[i].n);
    }
    return (struct span){buf_cstr(b), b->len};
}

struct span
view_one(struct view *v, const char *request)
{
    const struct values *all = view_get(v, request);
    size_t name;
    if (all->n == 0)
        return (struct span){"", 0};
    bool first = (modifiers(request, &name) & ~(unsigned)(MOD_RAW | MOD_FIRST | MOD_LAST)) ||
                 strcmp(request, "EnvelopeFrom") == 0;
    struct span s = first ? all->v[0] : joined(v, all, "");
    if (first && s.n > 0 && s.p[s.n - 1] == '\n')
        s.n--;
    return s;
}

bool
view_header(struct view *v, const char *request, struct span *out)
{
    const struct values *all = view_get(v, request);
    if (all->n == 0)
        return false;
    struct span first = all->v[0];
    *out = joined(v, all, first.n > 0 && first.p[first.n - 1] == '\n' ? "" : "\n");
    return true;
}

/* ------------------------------------------------------------------ the envelope */

/* The first address of a field that stands above all Received fields; false: there is no such field. */
static bool
from_field(struct view *v, const char *name, struct span *out)
{
    struct view_part *p = &v->parts[0];
    const struct values *all = view_get(v, arena_printf(v->a, "%s:first:addr", name));
    int field = -1, received = -1;
    if (all->n == 0)
        return false;
    for (int i = p->nfields - 1; i >= 0; i--) {
        if (strcasecmp(p->fields[i].name, name) == 0 && field < 0)
            field = i; /* the last one */
        if (strcasecmp(p->fields[i].name, "Received") == 0)
            received = i; /* the first one */
    }
    *out = all->v[0];
    if (received >= 0 && received < field)
        *out = (struct span){0};
    return true;
}

static struct span
guessed_sender(struct view *v)
{
    struct span s = {0};
    view_relays(v);
    const struct relay *hop = v->untrusted.n ? &v->untrusted.v[0]
                              : v->trusted.n ? &v->trusted.v[v->trusted.n - 1]
                                             : NULL;
    if (hop && hop->has_envfrom && (!*hop->envfrom || strchr(hop->envfrom, '@') > hop->envfrom))
        return span_of(hop->envfrom);
    if (span_has(view_one(v, "X-Sender:first:addr"), "@") &&
        span_has(view_one(v, "Received"), "(fetchmail"))
        return s;
    if (from_field(v, "X-Envelope-From", &s))
        return s;
    if (from_field(v, "Envelope-Sender", &s) && s.p)
        return s;
    if (from_field(v, "Return-Path", &s))
        return s;
    return s;
}

/* The envelope itself where we have it; else what the header says of it. */
struct span
view_envelope_from(struct view *v)
{
    if (v->have_envelope_from)
        return v->envelope_from;
    v->have_envelope_from = true;
    if (v->env && v->env->client_ip && *v->env->client_ip)
        v->envelope_from = span_of(v->env->sender);
    else
        v->envelope_from = guessed_sender(v);
    return v->envelope_from;
}
