#include "auth_results.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "auth_check.h"

/* ---------------------------------------------------------------- writing */

/* A value as RFC 2045 5.1 has it: a token, or a quoted string. Texts here are printable ASCII. */
static void
put_value(struct buf *b, const char *s)
{
    bool token = *s != '\0';

    for (const char *p = s; *p; p++)
        token &= isalnum((unsigned char)*p) || strchr("-._+!#$&'*^`{|}~", *p);
    if (token) {
        buf_str(b, s);
        return;
    }
    buf_char(b, '"');
    for (; *s; s++) {
        if (*s == '"' || *s == '\\')
            buf_char(b, '\\');
        buf_char(b, *s >= ' ' && *s < 127 ? *s : '?');
    }
    buf_char(b, '"');
}

static void
put_property(struct buf *b, const char *name, const char *value)
{
    if (!*value)
        return;
    buf_printf(b, " %s=", name);
    put_value(b, value);
}

static void
put_spf(struct buf *b, const struct auth_outcome *o)
{
    buf_printf(b, ";\n\tspf=%s", spf_status_name(o->spf.status));
    put_property(b, o->spf.helo ? "smtp.helo" : "smtp.mailfrom", o->spf.domain);
}

static void
put_dkim(struct buf *b, const struct auth_outcome *o)
{
    if (o->ndkim == 0)
        buf_str(b, ";\n\tdkim=none");
    for (int i = 0; i < o->ndkim; i++) {
        const struct auth_dkim *r = &o->dkim[i];
        buf_printf(b, ";\n\tdkim=%s", dkim_status_name(r->status));
        if (r->code)
            put_property(b, "reason", r->code);
        put_property(b, "header.d", r->domain);
        put_property(b, "header.s", r->selector);
        put_property(b, "header.a", r->algorithm);
        put_property(b, "header.b", r->start);
    }
}

static void
put_arc(struct buf *b, const struct auth_outcome *o)
{
    if (o->arc.status == ARC_NONE)
        return;
    buf_printf(b, ";\n\tarc=%s", arc_status_name(o->arc.status));
    if (o->arc.code)
        put_property(b, "reason", o->arc.code);
    put_property(b, "header.d", o->arc.domain);
}

static void
put_dmarc(struct buf *b, const struct auth_outcome *o)
{
    const struct dmarc_result *d = &o->dmarc;

    buf_printf(b, ";\n\tdmarc=%s", dmarc_status_name(d->status));
    if (d->status == DMARC_PERMERROR && d->code)
        put_property(b, "reason", d->code);
    put_property(b, "header.from", d->from_domain);
    if (d->status == DMARC_PASS || d->status == DMARC_FAIL)
        put_property(b, "policy.dmarc", dmarc_policy_name(d->policy));
}

char *
auth_results_value(struct arena *a, const char *id, const struct auth_outcome *o)
{
    struct buf *b = buf_new(a, 0);

    put_value(b, id);
    put_spf(b, o);
    put_dkim(b, o);
    put_arc(b, o);
    put_dmarc(b, o);
    return b->data;
}

/* ---------------------------------------------------------------- reading */

/* Behind white space and comments; NULL: a comment does not end. */
static const char *
skip_blanks(const char *p, const char *end)
{
    int depth = 0;

    for (; p < end; p++) {
        if (*p == '(')
            depth++;
        else if (depth > 0 && *p == ')')
            depth--;
        else if (depth > 0 && *p == '\\' && p + 1 < end)
            p++;
        else if (depth == 0 && !strchr(" \t\r\n", *p))
            return p;
    }
    return depth > 0 ? NULL : end;
}

static bool
same(const char *name, size_t n, const char *id)
{
    /* A dot behind it names the same host. */
    return strlen(id) == n - (n > 0 && name[n - 1] == '.') &&
           strncasecmp(name, id, strlen(id)) == 0;
}

static bool
quoted_claims(const char *p, const char *end, const char *id)
{
    char name[256];
    size_t n = 0;

    for (p++; p < end && *p != '"'; p++) {
        if (*p == '\\' && p + 1 < end)
            p++;
        if (n == sizeof name)
            return false; /* longer than any name of ours */
        name[n++] = *p;
    }
    return p >= end || same(name, n, id);
}

bool
auth_results_claims(const char *value, size_t n, const char *id)
{
    const char *end = value + n, *p = skip_blanks(value, end), *from = p;

    if (!p || memchr(value, '\0', n))
        return true;
    if (p == end)
        return false;
    if (*p == '"')
        return quoted_claims(p, end, id);
    while (p < end && !strchr(" \t\r\n;(", *p))
        p++;
    return same(from, (size_t)(p - from), id);
}
