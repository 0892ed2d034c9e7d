/*
 * Mail in which nothing agrees with From: no signature of that domain, no link to it, but links elsewhere. Those who write
 * in their own name sign today, or link to their own pages, nearly always both; what is sent through a stolen account, a
 * forged address or a rented server does neither. One sign alone is common (a small company that does not sign, a letter
 * with a link to a newspaper), so what they have in common is a score, more when the name in From has
 * nothing to do with its address.
 *
 * Signing became usual with https and UTF-8. Mail without any of them comes from old devices and programs, where its
 * absence says little.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "evidence.h"
#include "fold.h"
#include "hosts.h"
#include "origin.h"

#define WORDS 12
#define WORD 4 /* letters of a word that says something */
#define PREFIX 5
#define PICTURES 200 /* addresses looked at */
#define LEAST 0.3    /* less is not worth a line in the evidence */

static void
add(struct msg *m, const char *code, double score, const char *evidence)
{
    msg_add_note(m, "origin", code, score, evidence);
}

/* "Parcel service <k77@bakery.example>": no word of the name is in the address. Names in other scripts cannot be
 * compared. */
static bool
is_name_unlike(struct msg *m, const struct origin *o)
{
    const char *words[WORDS];
    int n = fold_words(m->arena, fold_text(m->arena, m->from_name, 200), words, WORDS), said = 0;

    for (int i = 0; i < n; i++) {
        if (strlen(words[i]) < WORD || (unsigned char)words[i][0] >= 0x80)
            continue;
        said++;
        if (strstr(o->address, arena_strndup(m->arena, words[i], PREFIX)))
            return false;
    }
    return said > 0;
}

/* What is said more mildly of mail that has an explanation: answers quote links, lists and services send in the name
 * of others. All of that can be written by anybody, so it is not believed altogether. */
static double
mildly(const struct msg *m, const struct origin *o, double score)
{
    if ((o->conversation && !o->to_self) || msg_field(m, "List-Post"))
        score *= 0.3;
    if (o->service || o->by_service || o->only_tracked)
        score *= 0.5;
    if (o->service)
        score *= 0.5;
    return o->forwarded ? score * 0.3 : score;
}

/* Both together with notes on the same link (a shortener, a shared page) and words that are not quite usual stay below
 * the default threshold: something else has to be said, too. */
static void
about_disagreement(struct msg *m, const struct origin *o)
{
    double score = mildly(m, o, m->html ? 2.4 : 0.8);

    if (!o->modern)
        return;
    if (score >= LEAST)
        add(m, "origin-elsewhere", score, evidence_pair(m, o->host, o->link));
    if (m->html && is_name_unlike(m, o))
        add(m, "origin-name", mildly(m, o, 1.2), evidence_pair(m, m->from_name, o->address));
}

/* A picture on a server of From's own organisation: who only rents or stole an account hardly has one. */
static bool
has_own_picture(const struct msg *m, const struct origin *o)
{
    for (int i = 0; i < m->nurls && i < PICTURES; i++)
        if (strcmp(m->urls[i].source, "html") == 0 && host_same_org(m->urls[i].host, o->host))
            return true;
    return false;
}

/* Signed, but what it wants people to see is on one page of somebody else. */
static void
about_links(struct msg *m, const struct origin *o)
{
    if (o->own || !o->elsewhere || o->targets != 1 || !m->html || o->conversation ||
        (host_known(o->link) & HOST_TRACKER))
        return;
    if (o->freemail)
        add(m, "origin-freemail-link", 1.0, evidence_pair(m, o->address, o->link));
    else if (is_name_unlike(m, o) && !has_own_picture(m, o))
        add(m, "origin-link", 0.8, evidence_pair(m, o->address, o->link));
}

/* Suffixes where a name costs next to nothing for the first year, so that names are used for a day and thrown away.
 * Good ones are there, too: a note. */
static bool
is_cheap(const char *host, bool link)
{
    static const char *const suffixes[] = {
        "autos",  "bar",     "beauty",  "best",        "bid",    "bond",  "boats",  "buzz",
        "cam",    "cf",      "cfd",     "click",       "club",   "cyou",  "date",   "download",
        "fit",    "fun",     "ga",      "gq",          "hair",   "help",  "homes",  "icu",
        "ink",    "life",    "link",    "live",        "loan",   "lol",   "makeup", "men",
        "ml",     "mom",     "monster", "motorcycles", "online", "pics",  "pw",     "quest",
        "racing", "rest",    "review",  "sbs",         "shop",   "site",  "skin",   "space",
        "store",  "stream",  "su",      "surf",        "tk",     "today", "top",    "trade",
        "vip",    "website", "win",     "work",        "world",  "xyz",   "yachts", "zip"};
    /* sold like them, below names of companies (public suffix list, private part) */
    static const char *const below[] = {".in.net", ".ru.com", ".sa.com", ".za.com"};
    const char *last = strrchr(host, '.');

    /* those who send for others shorten links below it ("smart.link"): a link alone says nothing */
    if (link && last && strcmp(last, ".link") == 0)
        return false;
    for (size_t i = 0; last && i < sizeof suffixes / sizeof *suffixes; i++)
        if (strcmp(last + 1, suffixes[i]) == 0)
            return true;
    for (size_t i = 0, n = strlen(host); i < sizeof below / sizeof *below; i++)
        if (n > strlen(below[i]) && strcmp(host + n - strlen(below[i]), below[i]) == 0)
            return true;
    return false;
}

static void
about_suffixes(struct msg *m, const struct origin *o)
{
    bool from = is_cheap(o->host, false), link = *o->link && is_cheap(o->link, true);

    if (!o->conversation && (from || link))
        add(m, "suffix-cheap", from ? 1.5 : 0.7, from ? o->host : o->link);
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct origin *o = origin_of(m);

    if (!*o->host)
        return;
    about_suffixes(m, o);
    if (origin_disagrees(o))
        about_disagreement(m, o);
    else
        about_links(m, o);
}

static void
prepare(void)
{
    fold_prepare();
    (void)host_known("example.com");
}

const struct scanner scan_origin = {.name = "origin",
                                    .help = "Mail in which nothing agrees with its sender",
                                    .prepare = prepare,
                                    .run = run};
