/*
 * What anybody may borrow to speak or to lead in somebody else's name: free mailboxes without their provider's
 * signature, names that a service gives its customers for a start, forms on a well-known host, results of a search
 * engine, and mails of others copied out of a mail program. Each has honest uses, so all are notes; answers and
 * forwarded mail are full of them and are left out.
 */
#include "scan.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "../msg/urls.h"
#include "evidence.h"
#include "hosts.h"
#include "money.h"
#include "origin.h"

#define LOOKED_AT 200 /* links, addresses */
#define BEGINNING 600 /* bytes of a text where it says what it is about */
#define DIGITS 2      /* of a sum */
#define SIGNED_SINCE 2018

static void
add(struct msg *m, const char *code, double score, const char *evidence)
{
    msg_add_note(m, "borrowed", code, score, evidence);
}

static bool
is_below(const char *host, const char *domain)
{
    size_t n = strlen(host), len = strlen(domain);

    return n > len && strcmp(host + n - len, domain) == 0 && host[n - len - 1] == '.';
}

/* ------------------------------------------------------------------ senders */

/* The name that Microsoft gives each customer before he has one of his own: organisations write from their own. */
static void
look_at_tenant(struct msg *m, const struct origin *o)
{
    if (is_below(o->host, "onmicrosoft.com"))
        add(m, "borrowed-tenant", 1.0, o->host);
}

/* The year of a date; 0: none. Only where a word begins: a long number is not counted from each of its digits. */
static int
year_of(const char *date)
{
    for (const char *p = date; *p; p++)
        if ((p[0] == '1' || p[0] == '2') && (p == date || p[-1] == ' ') &&
            strspn(p, "0123456789") == 4)
            return atoi(p);
    return 0;
}

/* Providers of free mailboxes sign what leaves them (all of them since 2018), and lists that change a mail name
 * themselves. What came another way was sent by somebody who only knows the address. */
static void
look_at_mailbox(struct msg *m, const struct origin *o)
{
    static const char *const signing[] = {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com",
        "yahoo.com", "icloud.com",     "aol.com",     "gmx.de",      "gmx.net",  "web.de"};

    if (o->signed_own || o->forwarded || !o->modern || msg_field(m, "List-Post") ||
        msg_field(m, "List-Id") || (year_of(m->date) && year_of(m->date) < SIGNED_SINCE))
        return;
    for (size_t i = 0; i < sizeof signing / sizeof *signing; i++)
        if (strcmp(o->host, signing[i]) == 0) {
            add(m, "borrowed-mailbox", 1.2,
                *o->signer ? evidence_pair(m, o->address, o->signer) : o->address);
            return;
        }
}

/* ------------------------------------------------------------------ links */

/* "/url?q=", "/ck/a?", "/amp/s/", "/RU=": what a search engine puts around a result. */
static bool
is_result(const char *url)
{
    static const char *const ways[] = {"/url?", "/ck/a?", "/amp/", "/aclk?", "/l/?", "/link?"};
    const char *host = strstr(url, "://"), *path = host ? strchr(host + 3, '/') : NULL;

    for (size_t i = 0; path && i < sizeof ways / sizeof *ways; i++)
        if (strncmp(path, ways[i], strlen(ways[i])) == 0)
            return true;
    return path && strstr(path, "/RU=http");
}

struct places {
    const char *result, *form; /* hosts; NULL: none */
    const char *last;          /* links next to each other often lead to the same host */
    unsigned what;             /* ... which is this */
};

static void
look_at(const struct origin *o, const char *host, const char *url, struct places *p)
{
    if (strcmp(host, p->last) != 0) {
        p->last = host;
        p->what = host_known(host);
    }
    if (!(p->what & (HOST_FORM | HOST_SEARCH)) || host_same_org(host, o->host))
        return;
    if (!p->result && (p->what & HOST_SEARCH) && is_result(url))
        p->result = host;
    if (!p->form && (p->what & HOST_FORM) &&
        (strcmp(host, "docs.google.com") != 0 || strstr(url, "/forms/")))
        p->form = host;
}

static struct places
read_places(struct msg *m, const struct origin *o)
{
    struct places p = {.last = ""};

    for (int i = 0; i < m->nlinks && i < LOOKED_AT; i++)
        look_at(o, url_host(m->arena, m->links[i].href), m->links[i].href, &p);
    for (int i = 0; i < m->nurls && i < LOOKED_AT; i++)
        if (strcmp(m->urls[i].source, "text") == 0)
            look_at(o, m->urls[i].host, m->urls[i].url, &p);
    return p;
}

/* Services mail what is typed into their forms, a name for instance, so that their good name carries it: "you have
 * +$1,500 at https://forms...". */
static void
look_at_links(struct msg *m, const struct origin *o)
{
    struct places p = read_places(m, o);
    size_t at = msg_shown_at(m), n = m->text_len - at;
    const char *money = NULL;

    if (p.result)
        add(m, "borrowed-search", 1.0, p.result);
    if (p.form)
        money = money_sum(m->arena, m->subject, strlen(m->subject), DIGITS);
    if (p.form && !money)
        money = money_sum(m->arena, m->text + at, n < BEGINNING ? n : BEGINNING, DIGITS);
    if (money)
        add(m, "borrowed-form", 1.5, evidence_pair(m, money, p.form));
}

/* ------------------------------------------------------------------ copies */

/* Mail programs in the web load the pictures of a mail by way of servers of their own. An address there is in a mail only
 * when it was copied out of one. */
static bool
is_of_webmail(const char *host, const char *url)
{
    /* ci3.googleusercontent.com/meips/... or /proxy/... */
    if (strncmp(host, "ci", 2) == 0 && host[2] >= '0' && host[2] <= '9' &&
        strcmp(host + 3, ".googleusercontent.com") == 0)
        return !strstr(url, "/mail-sig/");
    return strcmp(host, "ecp.yusercontent.com") == 0 || strcmp(host, "proxy.imgsmail.ru") == 0 ||
           strcmp(host, "resize.yandex.net") == 0;
}

static void
look_for_copies(struct msg *m)
{
    for (int i = 0; i < m->nurls && i < LOOKED_AT; i++)
        if (is_of_webmail(m->urls[i].host, m->urls[i].url)) {
            add(m, "copied-mail", 1.5, m->urls[i].host);
            return;
        }
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct origin *o = origin_of(m);

    if (!*o->host || o->conversation)
        return;
    look_at_tenant(m, o);
    look_at_mailbox(m, o);
    look_at_links(m, o);
    look_for_copies(m);
}

static void
prepare(void)
{
    (void)host_known("example.com");
}

const struct scanner scan_borrowed = {.name = "borrowed",
                                      .help = "Mailboxes, forms and copies that anybody may borrow",
                                      .prepare = prepare,
                                      .run = run};
