/*
 * How an address is written (T-E5, T-E6): hosts as numbers in octal or hex, with escapes and wide letters, names that mix
 * alphabets, redirections inside redirections. Nobody who wants to be found writes so. What stands in front of an @ and
 * where a link's text points are the business of scan_links.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "../url/url.h"
#include "../url/url_unwrap.h"
#include "evidence.h"

#define DEEP 3     /* redirections inside one another */
#define WRITTEN 80 /* bytes shown of an address */

enum code { ODD_IP, DISGUISED, MIXED, WRAPPED, CODES };

static const struct {
    const char *code, *kind;
    double score;
} codes[CODES] = {[ODD_IP] = {"url-odd-address", "phishing", 4},
                  [DISGUISED] = {"url-disguised", "", 2.5},
                  [MIXED] = {"url-mixed-alphabets", "", 3},
                  [WRAPPED] = {"url-wrapped", "", 1}};

/* Once for each code: the first says it. */
static void
add(struct msg *m, bool *found, enum code c, const char *what, const char *host, const char *part)
{
    const char *shown = arena_strndup(m->arena, what, WRITTEN);

    if (found[c])
        return;
    found[c] = true;
    msg_add_finding(m, (struct msg_finding){.scanner = "url",
                                            .code = codes[c].code,
                                            .kind = codes[c].kind,
                                            .score = codes[c].score,
                                            .evidence = evidence_pair(m, shown, host),
                                            .part = part,
                                            .org = ""});
}

static int
wraps(struct arena *a, struct url u)
{
    int n = 0;

    while (n < URL_WRAPS) {
        const char *inner = url_unwrap(a, &u);

        if (!*inner || !url_parse(a, inner, &u) || !*u.host)
            break;
        n++;
    }
    return n;
}

/* The host alone was disguised: slashes too many or too few are somebody's mistake. */
static bool
host_is_disguised(const struct url *u, const char *text)
{
    const char *host = strcasestr(text, u->host);

    return u->disguised && !u->idn && !host;
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    struct arena *a = arena_new();
    bool found[CODES] = {false};

    for (int i = 0; i < m->nurls; i++) {
        const struct msg_url *x = &m->urls[i];
        struct url u;

        if (!url_parse(a, x->url, &u))
            continue;
        if (u.odd_ip)
            add(m, found, ODD_IP, x->url, u.host, x->part);
        if (host_is_disguised(&u, x->url) && !u.ip)
            add(m, found, DISGUISED, x->url, u.host, x->part);
        if (u.mixed_script)
            add(m, found, MIXED, u.shown_host, u.host, x->part);
        if (u.nested && wraps(a, u) >= DEEP)
            add(m, found, WRAPPED, u.host, u.host, x->part);
    }
    arena_free(&a);
}

/* The library for names opens its tables at first use. */
static void
prepare(void)
{
    struct arena *a = arena_new();
    struct url u;

    (void)url_parse(a, "https://xn--mller-kva.example/", &u);
    arena_free(&a);
}

const struct scanner scan_url = {.name = "url",
                                 .prepare = prepare,
                                 .help = "Addresses that are written so that nobody can read them",
                                 .run = run};
