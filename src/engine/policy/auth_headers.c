/* What a rule of sender authentication writes into the header of mail that passes. */
#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/suffixes.h"
#include "../authn/dkim_verify.h"
#include "../authn/dmarc.h"
#include "../authn/spf.h"
#include "auth_ruling.h"

struct header {
    struct arena *a;
    const struct auth_rule *rule;
    const struct auth_facts *f;
    const struct auth_ruling *r;
    const struct auth_outcome *o;
};

/* Foreign text between quotation marks: what could end them, or the line, is a "?". */
static const char *
quoted(struct arena *a, const char *s)
{
    struct buf *b = buf_new(a, 400);

    buf_char(b, '"');
    for (; *s && b->len < 300; s++) {
        unsigned char c = (unsigned char)*s;
        buf_char(b, c < ' ' || c > '~' || c == '"' || c == '\\' ? '?' : (char)c);
    }
    buf_char(b, '"');
    return buf_cstr(b);
}

/* ---------------------------------------------------------------- X-Sekisho-Received-SPF */

static const char *
spf_value(const struct header *h)
{
    static const struct {
        const char *name, *text;
    } words[] = {
        [SPF_NONE] = {"None", "the domain has no SPF record"},
        [SPF_NEUTRAL] = {"Neutral", "the domain makes no statement about this address"},
        [SPF_PASS] = {"Pass", "the domain names this address as a sender"},
        [SPF_FAIL] = {"Fail", "the domain does not send from this address"},
        [SPF_SOFTFAIL] = {"SoftFail", "the domain probably does not send from this address"},
        [SPF_TEMPERROR] = {"TempError", "DNS did not answer"},
        [SPF_PERMERROR] = {"PermError", "the record cannot be understood"},
    };
    const char *ip = h->f->client_ip;

    if (h->r->by_ip)
        return arena_printf(
            h->a, "Pass (the address is listed for the author's domain)\n\tclient-ip=%s", ip);
    return arena_printf(h->a, "%s (%s)\n\tclient-ip=%s; envelope-from=%s;\n\thelo=%s",
                        words[h->o->spf.status].name, words[h->o->spf.status].text, ip,
                        quoted(h->a, h->f->sender), quoted(h->a, h->f->helo));
}

/* ---------------------------------------------------------------- X-Sekisho-Authentication-Results */

static const struct auth_dkim *
passing_signature(const struct header *h)
{
    for (int i = 0; i < h->o->ndkim; i++)
        if (h->o->dkim[i].status == DKIM_PASS &&
            dmarc_aligned(suffixes(), h->o->dkim[i].domain, h->o->dmarc.from_domain, false))
            return &h->o->dkim[i];
    return NULL;
}

static void
add_dkim(const struct header *h, struct buf *b)
{
    const struct auth_dkim *s = passing_signature(h);
    bool enforced =
        auth_peers_have(&h->rule->method[AUTH_M_dkim].enforced, h->o->dmarc.from_domain, NULL) ||
        auth_peers_have(&h->rule->method[AUTH_M_dkim].enforced, h->f->sender_domain, NULL);

    if (s)
        buf_printf(b, "dkim=pass (signature verified)\n\theader.d=%s header.s=%s header.i=%s",
                   s->domain, s->selector, quoted(h->a, s->identity));
    else if (h->r->said[AUTH_M_dkim] == AUTH_SAID_FAIL)
        buf_printf(b, "dkim=fail (%s)",
                   h->o->ndkim == 0 ? "no signature, and one is required"
                   : enforced       ? "no valid signature, and one is required"
                                    : "no valid signature");
    else
        buf_printf(b, "dkim=none (%s)",
                   h->o->ndkim == 0 ? "no signature, and none is required"
                                    : "no signature of the author's domain that counts");
}

static void
add_spf(const struct header *h, struct buf *b)
{
    if (h->r->by_ip)
        buf_printf(b, "spf=pass (address %s is listed for the author's domain)", h->f->client_ip);
    else
        buf_printf(b, "spf=%s (address %s)", spf_status_name(h->o->spf.status), h->f->client_ip);
    if (*h->o->spf.domain)
        buf_printf(b, "\n\tsmtp.%s=%s", h->o->spf.helo ? "helo" : "mailfrom", h->o->spf.domain);
}

static void
add_dmarc(const struct header *h, struct buf *b)
{
    static const char *const actions[] = {"none", "quarantine", "reject", "delete"};
    const struct dmarc_result *d = &h->o->dmarc;
    bool pass = h->r->said[AUTH_M_dmarc] == AUTH_SAID_PASS;

    buf_printf(b, "dmarc=%s", pass ? "pass" : dmarc_status_name(d->status));
    if (h->r->by_arc)
        buf_printf(b, " (failed here, believed by the ARC seal of %s)", h->o->arc.domain);
    buf_printf(b, " action=%s", actions[h->r->action]);
    if (*d->from_domain)
        buf_printf(b, " header.from=%s", d->from_domain);
}

static const char *
results_value(const struct header *h)
{
    struct buf *b = buf_new(h->a, 0);
    bool wants_dmarc = h->rule->method[AUTH_M_dmarc].header;

    if (wants_dmarc) {
        add_spf(h, b);
        buf_str(b, ";\n\t");
    }
    add_dkim(h, b);
    if (wants_dmarc) {
        buf_str(b, ";\n\t");
        add_dmarc(h, b);
    }
    return buf_cstr(b);
}

void
auth_ruling_headers(struct arena *a, const struct auth_rule *rule, const struct auth_facts *f,
                    const struct auth_ruling *r,
                    void (*add)(void *ctx, const char *name, const char *value), void *ctx)
{
    struct header h = {a, rule, f, r, f->outcome};
    const struct auth_method_rule *m = rule->method;

    if (m[AUTH_M_ip].on && m[AUTH_M_ip].header && r->said[AUTH_M_ip] != AUTH_SAID_NOTHING)
        add(ctx, "X-Sekisho-Sender-Address",
            r->said[AUTH_M_ip] == AUTH_SAID_PASS ? "match" : "mismatch");
    if (m[AUTH_M_spf].on && m[AUTH_M_spf].header)
        add(ctx, "X-Sekisho-Received-SPF", spf_value(&h));
    if ((m[AUTH_M_dkim].on && m[AUTH_M_dkim].header) ||
        (m[AUTH_M_dmarc].on && m[AUTH_M_dmarc].header))
        add(ctx, "X-Sekisho-Authentication-Results", results_value(&h));
}
