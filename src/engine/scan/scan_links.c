/*
 * Links that lead elsewhere than they say (T-E5): the text names one host, the address another; names in front of
 * an @; bare IP addresses, odd ports, data: and javascript:; forms that ask for a password inside the mail.
 *
 * Newsletters count clicks: their texts name their own host and the address is that of their sender. So a text of the
 * author's own organisation, or an address of a known tracker, is no deceit by itself; whether the author is who
 * he says is the business of authentication.
 */
#include "scan.h"

#include <string.h>
#include <stdlib.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../common/suffixes.h"
#include "../msg/msg.h"
#include "evidence.h"
#include "../msg/urls.h"
#include "brands.h"
#include "fold.h"
#include "hosts.h"
#include "lists.h"
#include "origin.h"

#define SHOWN 10 /* findings of one code, at most */
#define TAG 500  /* bytes of <input> that are looked at */

struct links {
    struct msg *m;
    const char *from; /* host of From */
    bool bulk;        /* sent to many: has a List-* field */
    int found[8];
};
enum code { ELSEWHERE, USERINFO, IP, PORT, DATA, SCRIPT };

static void
add(struct links *l, enum code c, const char *code, const char *kind, double score,
    const char *evidence, const char *part)
{
    /* The first says it all: a mail with a hundred such links is not a hundred times as bad. */
    if (l->found[c]++ < SHOWN)
        msg_add_finding(l->m, (struct msg_finding){.scanner = "links",
                                                   .code = code,
                                                   .kind = kind,
                                                   .score = l->found[c] == 1 ? score : 0,
                                                   .evidence = evidence,
                                                   .part = part,
                                                   .org = ""});
}

/* ------------------------------------------------------------------ text against address */

/* Is it a name in the DNS as far as one can tell? "e.g", "file.exe", "node.js" are none. */
static bool
plausible(const char *host)
{
    const char *last = strrchr(host, '.');

    if (!last || host_is_ip(host))
        return host_is_ip(host);
    for (const char *p = last + 1; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || *p == '-' || (*p >= '0' && *p <= '9')))
            return false;
    /* a suffix that the list knows by a rule of its own, not by "*" */
    return suffixes_is_listed(last + 1, false);
}

/* The host that a text of a link claims to lead to; "" when it is not an address. */
static const char *
shown_host(struct arena *a, const char *text)
{
    const char *folded = fold_text(a, text, MSG_LINK_TEXT), *p = folded, *host, *skip;
    bool written_out;

    p += strspn(p, " \t\r\n\"'<([");
    written_out = strncmp(p, "http://", 7) == 0 || strncmp(p, "https://", 8) == 0;
    skip = written_out ? strstr(p, "//") + 2 : p;
    host = arena_strndup(a, skip, strcspn(skip, "/?#:\\ \t\r\n\"'<>)],"));
    if (strchr(host, '@') || !strchr(host, '.'))
        return "";
    if (!written_out) { /* one word that is a name: not "Read more at example.com today" */
        const char *rest = skip + strlen(host);
        if (*rest && !strchr("/?#:", *rest) && rest[strspn(rest, " \t\r\n\"'>)].,")])
            return "";
    }
    return plausible(host) ? host : "";
}

static void
compare(struct links *l, const struct msg_link *link, const char *host)
{
    struct arena *a = l->m->arena;
    const char *shown = shown_host(a, link->text), *evidence;
    bool trusted;

    if (!*shown || !*host || l->found[ELSEWHERE] >= SHOWN || host_same_org(shown, host))
        return;
    evidence = evidence_pair(l->m, shown, host);
    trusted = host_same_org(shown, l->from) || host_same_org(host, l->from) ||
              (host_known(host) & (HOST_TRACKER | HOST_SOCIAL)) || brand_related(shown, host);
    if (trusted)
        add(l, ELSEWHERE, "link-elsewhere-tracked", "", 0.1, evidence, link->part);
    else if (host_known(shown) & HOST_SHORTENER)
        add(l, ELSEWHERE, "link-elsewhere-tracked", "", 0.3, evidence, link->part);
    else if (brand_of_host(shown) >= 0 || lists_is_ours(l->m, shown))
        add(l, ELSEWHERE, "link-elsewhere", l->bulk ? "" : "phishing", 3.5, evidence, link->part);
    else
        add(l, ELSEWHERE, "link-elsewhere", "", l->bulk ? 0.5 : 2.0, evidence, link->part);
}

/* ------------------------------------------------------------------ the address alone */

static void
look_at_authority(struct links *l, const struct msg_link *link, const char *host)
{
    const char *begin = strstr(link->href, "//"), *end, *at, *port;
    struct arena *a = l->m->arena;
    char *user;

    if (!begin || !*host)
        return;
    begin += 2;
    end = begin + strcspn(begin, "/?#\\");
    at = memrchr(begin, '@', (size_t)(end - begin));
    if (at) {
        user = jsonx_utf8(a, begin, (size_t)(at - begin) > 100 ? 100 : (size_t)(at - begin));
        user[strcspn(user, ":")] = '\0';
        add(l, USERINFO, "link-userinfo", plausible(fold_text(a, user, 100)) ? "phishing" : "", 3.0,
            evidence_pair(l->m, user, host), link->part);
    }
    port = memrchr(begin, ':', (size_t)(end - begin));
    if (port && port > (at ? at : begin) && port + 1 < end && port[1] >= '0' && port[1] <= '9') {
        int n = atoi(port + 1);
        if (n != 80 && n != 443 && n != 8080 && n != 8443)
            add(l, PORT, "link-port", "", 0.8, arena_printf(a, "%s:%d", host, n), link->part);
    }
    if (host_is_ip(host))
        add(l, IP, "link-ip", "", 1.0, host, link->part);
}

static void
look_at(struct links *l, const struct msg_link *link)
{
    const char *host = url_host(l->m->arena, link->href);
    const char *href = link->href + strspn(link->href, " \t\r\n");

    if (strncasecmp(href, "data:", 5) == 0)
        add(l, DATA, "link-data", "", 2.5, jsonx_utf8(l->m->arena, href, strnlen(href, 60)),
            link->part);
    else if (strncasecmp(href, "javascript:", 11) == 0 && !strcasestr(href, "void"))
        add(l, SCRIPT, "link-script", "", 1.5, jsonx_utf8(l->m->arena, href, strnlen(href, 60)),
            link->part);
    look_at_authority(l, link, host);
    compare(l, link, host);
}

/* ------------------------------------------------------------------ the mail as a whole */

/* A form that asks for a password and is sent from the mail itself. */
static void
look_for_form(struct links *l)
{
    const char *form = strcasestr(l->m->source, "<form");
    const char *input = form;
    char tag[TAG + 1];

    while (input && (input = strcasestr(input, "<input"))) {
        /* only so far: without an end, each would be looked for through all the rest */
        size_t most = strnlen(input, TAG), n;
        const char *end = memchr(input, '>', most);
        n = end ? (size_t)(end - input) : most;
        memcpy(tag, input, n);
        tag[n] = '\0';
        if (strcasestr(tag, "password")) {
            msg_add_finding(l->m, (struct msg_finding){.scanner = "links",
                                                       .code = "form-password",
                                                       .kind = "phishing",
                                                       .score = 3.5,
                                                       .evidence = "<input type=password>",
                                                       .part = "",
                                                       .org = ""});
            return;
        }
        input += 6;
    }
    if (form)
        msg_add_finding(l->m, (struct msg_finding){.scanner = "links",
                                                   .code = "form",
                                                   .kind = "",
                                                   .score = 0.5,
                                                   .evidence = "<form>",
                                                   .part = "",
                                                   .org = ""});
}

/* Where a reader may go; pictures are not counted. */
struct targets {
    int shortened, shared, all;
    const char *one, *page;
};

static void
count_host(const struct links *l, struct targets *t, const char *host)
{
    unsigned what = host_known(host);

    if (!*host)
        return;
    t->all++;
    if (what & HOST_SHORTENER) {
        t->shortened++;
        t->one = host;
    }
    if ((what & HOST_SHARED) && !host_same_org(host, l->from)) {
        t->shared++;
        t->page = host;
    }
}

static void
note_host(struct links *l, const char *code, double score, const char *host)
{
    msg_add_finding(l->m, (struct msg_finding){.scanner = "links",
                                               .code = code,
                                               .kind = "",
                                               .score = score,
                                               .evidence = host,
                                               .part = "",
                                               .org = ""});
}

static void
count_hosts(struct links *l)
{
    struct targets t = {0};

    for (int i = 0; i < l->m->nlinks; i++)
        count_host(l, &t, url_host(l->m->arena, l->m->links[i].href));
    for (int i = 0; i < l->m->nurls; i++)
        if (strcmp(l->m->urls[i].source, "text") == 0)
            count_host(l, &t, l->m->urls[i].host);
    /* Newsletters use both, in their own name; what is not in anybody's name is excused by no field. */
    const struct origin *o = origin_of(l->m);
    bool odd = origin_disagrees(o) && !o->conversation && l->m->html, good = l->bulk && !odd;
    if (t.shortened && !good)
        note_host(l, "link-shortener", t.shortened == t.all ? 1.2 : odd ? 0.8 : 0.5, t.one);
    if (t.shared && !good)
        note_host(l, "link-shared-host", odd ? 0.6 : t.shared == t.all ? 1.0 : 0.4, t.page);
}

static void
prepare(void)
{
    fold_prepare();
    (void)host_known("example.com");
    brands_prepare();
}

static void
run(struct scan_ctx *c)
{
    struct links l = {.m = c->msg, .from = host_of_from(c->msg)};

    l.bulk = msg_field(c->msg, "List-Unsubscribe") || msg_field(c->msg, "List-Id");
    for (int i = 0; i < c->msg->nlinks; i++)
        look_at(&l, &c->msg->links[i]);
    look_for_form(&l);
    count_hosts(&l);
}

const struct scanner scan_links = {.name = "links",
                                   .help = "Links that lead elsewhere than they say",
                                   .prepare = prepare,
                                   .run = run};
