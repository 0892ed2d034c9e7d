#include "origin.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "../msg/urls.h"
#include "brands.h"
#include "fold.h"
#include "hosts.h"

#define LINKS 200 /* looked at: a mail that has more of them repeats itself */
#define SIGNATURES 20
#define HEAD 4096 /* of the markup, where it names its charset */
#define SIGNATURE_BYTES 4096
#define BLANK " \t\r\n"

/* ------------------------------------------------------------------ signatures */

/* The value of tag d= (RFC 6376 3.5) in lower case; "" without one. */
static const char *
signing_domain(struct arena *a, const char *value)
{
    const char *end = value + strnlen(value, SIGNATURE_BYTES), *next;

    for (const char *p = value; p < end; p = next + 1) {
        const char *stop = memchr(p, ';', (size_t)(end - p));
        next = stop ? stop : end;
        p += strspn(p, BLANK);
        if ((*p != 'd' && *p != 'D') || p >= next)
            continue;
        p += 1 + strspn(p + 1, BLANK);
        if (*p != '=' || p >= next)
            continue;
        p += 1 + strspn(p + 1, BLANK);
        return host_of_address(
            a, arena_printf(a, "@%.255s", arena_strndup(a, p, strcspn(p, BLANK ";"))));
    }
    return "";
}

static void
read_signatures(struct msg *m, struct origin *o)
{
    for (int i = 0, n = 0; i < m->nfields && n < SIGNATURES; i++) {
        const char *d;
        if (strcasecmp(m->fields[i].name, "DKIM-Signature") != 0)
            continue;
        n++;
        d = signing_domain(m->arena, m->fields[i].text);
        o->signed_own |= host_same_org(d, o->host) || brand_related(d, o->host);
        o->by_service |= (host_known(d) & HOST_TRACKER) != 0;
        if (*d && !*o->signer)
            o->signer = d;
    }
}

/* ------------------------------------------------------------------ links */

/* example.de is taken for that of example.com: somebody else's would be found by scan_lookalike. */
static bool
same_label(const char *one, const char *other)
{
    size_t n = strcspn(one, ".");

    return n >= 4 && strncmp(one, other, n + 1) == 0;
}

/* Pages of others are nobody's own, and a mailbox that anybody gets has no pages. */
static bool
is_own(const struct origin *o, const char *host, unsigned what)
{
    if (o->freemail || (what & HOST_SHARED))
        return host_same_org(host, o->host) && !(what & HOST_SHARED);
    return host_same_org(host, o->host) || same_label(host_org(host), host_org(o->host)) ||
           brand_related(host, o->host);
}

/* A page of a brand, on which nobody but the brand writes: people send each other where a parcel is and what there is to
 * see, and who wants to deceive has nothing of it. An address that has another one in it may lead there. */
static bool
is_brands_own(const char *host, const char *url, unsigned what)
{
    const char *rest = strstr(url, "://");

    return brand_of_host(host) >= 0 &&
           !(what & (HOST_TENANT | HOST_SHARED | HOST_SHORTENER | HOST_TRACKER | HOST_FREEMAIL)) &&
           !strcasestr(rest ? rest + 3 : url, "http");
}

static void
count(struct origin *o, const char *host, const char *url)
{
    unsigned what = host_known(host);

    if (is_own(o, host, what)) {
        o->own++;
        return;
    }
    if (what & HOST_SHARED) {
        o->shared++;
        o->page = *o->page ? o->page : host;
    } else if ((what & HOST_SOCIAL) || is_brands_own(host, url, what)) {
        o->known++;
        return;
    }
    o->only_tracked = (what & HOST_TRACKER) && (o->only_tracked || !o->elsewhere);
    o->elsewhere++;
    if (!*o->link) {
        o->link = host;
        o->targets = 1;
    } else if (!host_same_org(o->link, host)) {
        o->targets = 2;
    }
}

static void
read_links(struct msg *m, struct origin *o)
{
    const char *last = "";

    for (int i = 0; i < m->nlinks && i < LINKS; i++) {
        const char *host = url_host(m->arena, m->links[i].href);
        if (!*host || strcmp(host, last) == 0)
            continue;
        last = host;
        count(o, host, m->links[i].href);
    }
    for (int i = 0; i < m->nurls && i < LINKS; i++)
        if (strcmp(m->urls[i].source, "text") == 0 && *m->urls[i].host &&
            strcmp(m->urls[i].host, last) != 0) {
            last = m->urls[i].host;
            count(o, last, m->urls[i].url);
        }
}

/* ------------------------------------------------------------------ how it was made */

static bool
says_utf8(const char *s)
{
    const char *p = s;

    while ((p = strstr(p, "-8"))) {
        if (p - s >= 3 && strncasecmp(p - 3, "utf", 3) == 0)
            return true;
        p++;
    }
    return false;
}

/* Charsets stand in the header or in that of the first parts; here only in what they leave in fields and markup. */
static bool
is_modern(const struct msg *m)
{
    for (int i = 0; i < m->nurls; i++)
        if (strncasecmp(m->urls[i].url, "https:", 6) == 0)
            return true;
    for (int i = 0; i < m->nfields; i++)
        if (says_utf8(m->fields[i].value))
            return true;
    return says_utf8(
        arena_strndup(m->arena, m->source, m->source_len < HEAD ? m->source_len : HEAD));
}

/* The second hop that seals gives i=2 (RFC 8617 4.1.1). */
static bool
is_forwarded(const struct msg *m)
{
    for (int i = 0; i < m->nfields; i++) {
        const char *p = m->fields[i].text;
        if (strcasecmp(m->fields[i].name, "ARC-Seal") != 0)
            continue;
        p += strspn(p, BLANK);
        if (strncmp(p, "i=", 2) == 0 && p[2] >= '2' && p[2] <= '9')
            return true;
    }
    return false;
}

/* Lists write their own address in both fields, so To says it only where the envelope is not known. */
static bool
is_to_self(const struct msg *m, const char *address)
{
    if (!*address)
        return false;
    for (int i = 0; i < m->env->nrecipients; i++)
        if (strcasecmp(m->env->recipients[i], address) == 0)
            return true;
    return m->env->nrecipients == 0 && !m->list_mail && !msg_field(m, "Precedence") &&
           strcmp(host_field_address(m, "To"), address) == 0;
}

/* ------------------------------------------------------------------ all */

/* Fields alone are no proof of a conversation: programs that send to many write them to look like one. */
static bool
is_conversation(struct msg *m)
{
    static const char *const marks[] = {
        "re:", "aw:", "sv:",  "antw:", "rif:", "res:", "odp:",  "fw:",   "fwd:",
        "wg:", "tr:", "enc:", "rv:",   "vs:",  "re：", "回复:", "转发:", "答复:"};
    const char *subject = fold_text(m->arena, m->subject, 200);

    if (!msg_field(m, "In-Reply-To") && !msg_field(m, "References"))
        return false;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        /* lists put their own name in front: "[list] Re: x" */
        const char *at = strstr(subject, marks[i]);
        if (at && (at == subject || at[-1] == ' ' || at[-1] == ']'))
            return true;
    }
    return false;
}

static void
read_origin(struct msg *m, struct origin *o)
{
    *o = (struct origin){.host = host_of_from(m),
                         .address = host_field_address(m, "From"),
                         .signer = "",
                         .link = "",
                         .page = ""};
    if (!*o->host)
        o->host = host_of_address(m->arena, o->address);
    o->service = (host_known(o->host) & HOST_TRACKER) != 0;
    o->freemail = (host_known(o->host) & HOST_FREEMAIL) != 0;
    o->conversation = is_conversation(m);
    o->to_self = is_to_self(m, o->address);
    o->forwarded = is_forwarded(m);
    o->modern = is_modern(m);
    o->by_service = (host_known(host_of_address(m->arena, m->message_id)) & HOST_TRACKER) != 0;
    /* mail from inside is signed on its way out, which is behind us */
    o->signed_own = m->env->direction && strcmp(m->env->direction, "out") == 0;
    read_signatures(m, o);
    read_links(m, o);
}

const struct origin *
origin_of(struct msg *m)
{
    if (!m->origin) {
        struct origin *o = arena_calloc(m->arena, 1, sizeof *o);
        read_origin(m, o);
        m->origin = o;
    }
    return m->origin;
}

bool
origin_disagrees(const struct origin *o)
{
    return !o->signed_own && !o->own && o->elsewhere > 0;
}
