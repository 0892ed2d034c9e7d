/*
 * Mail in the name of a well-known brand (brands.def) that is not from there: the name in From or in the subject,
 * neither the author's domain nor the links are the brand's, and the text asks to sign in or pay.
 *
 * Shops name brands all the time, so a name in the text alone is not looked at, and a display name with other words
 * beside it is only a note.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "evidence.h"
#include "../msg/urls.h"
#include "brands.h"
#include "cues.h"
#include "fold.h"
#include "hosts.h"
#include "origin.h"

#define HOSTS 100 /* links whose hosts are compared */

/* Words that may stand beside a brand in the name of its office. */
static const char *const offices[] = {
    "account",
    "accounts",
    "admin",
    "alert",
    "alerts",
    "billing",
    "card",
    "center",
    "centre",
    "care",
    "co",
    "com",
    "customer",
    "delivery",
    "express",
    "family",
    "help",
    "inc",
    "info",
    "international",
    "japan",
    "mail",
    "member",
    "members",
    "no",
    "noreply",
    "notice",
    "notification",
    "notifications",
    "office",
    "online",
    "order",
    "orders",
    "prime",
    "reply",
    "secure",
    "security",
    "service",
    "services",
    "support",
    "team",
    "the",
    "kunden",
    "kundenservice",
    "sicherheit",
    "bank",
    "client",
    "clients",
    "service-client",
    "info-service",
    "de",
    "jp",
    "us",
    "uk",
    "365",
    "update",
    "updates",
    "verify",
    "お客様サポート",
    "サポート",
    "カスタマーサービス",
    "カスタマーサポート",
    "株式会社",
    "事務局",
    "カスタマーセンター",
    "お客様センター",
    "自動配信",
    "お知らせ",
    "セキュリティ",
};

static bool
is_office_word(const char *word)
{
    for (size_t k = 0; k < sizeof offices / sizeof *offices; k++)
        if (strcmp(word, offices[k]) == 0)
            return true;
    return false;
}

/* A brand whose name is an everyday word, too, with nothing but words of an office beside it; -1: none. */
static int
whole_name(struct arena *a, const char *folded)
{
    const char *words[6], *rest = NULL;
    int n = fold_words(a, folded, words, 6);

    for (int i = 0; i < n; i++) {
        if (is_office_word(words[i]))
            continue;
        if (rest)
            return -1;
        rest = words[i];
    }
    return rest && n < 6 ? brand_of_word(rest) : -1;
}

/* Nothing but the brand, of whatever many words, and such words, and most others. */
static bool
is_office(struct arena *a, const char *folded, int brand, int most)
{
    struct brand_place name;
    const char *words[12];
    int n, other = 0;

    if (brand_in_text(folded, &name) == brand)
        folded = arena_printf(a, "%.*s %s", (int)name.at, folded, folded + name.at + name.n);
    n = fold_words(a, folded, words, 12);
    for (int i = 0; i < n; i++) {
        other += brand_in_text(words[i], NULL) != brand && !is_office_word(words[i]);
    }
    return n < 12 && other <= most;
}

/* Does any link leave the brand, and do any lead there? */
static void
where_to(const struct msg *m, int brand, int *theirs, int *others, const char **host)
{
    for (int i = 0; i < m->nlinks; i++) {
        const char *h = url_host(m->arena, m->links[i].href);
        if (!*h)
            continue;
        if (brand_owns(brand, h))
            (*theirs)++;
        else if (++*others == 1)
            *host = h;
    }
    for (int i = 0; i < m->nurls && !m->nlinks; i++)
        if (strcmp(m->urls[i].source, "text") == 0) {
            if (brand_owns(brand, m->urls[i].host))
                (*theirs)++;
            else if (++*others == 1)
                *host = m->urls[i].host;
        }
}

static void
add(struct msg *m, const char *code, const char *kind, double score, int brand, const char *where)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "brand",
                                            .code = code,
                                            .kind = kind,
                                            .score = score,
                                            .evidence = evidence_pair(m, brand_name(brand), where),
                                            .part = "",
                                            .org = ""});
}

/* Nothing in it is of the one who says he wrote it. */
static bool
strange(struct msg *m)
{
    const struct origin *o = origin_of(m);

    return origin_disagrees(o) && !o->conversation && !o->service;
}

/* Its shop in another country, or a service that works for it and signs (or is older than signing): the address has the
 * name, too. */
static bool
has_a_reason(struct msg *m, int brand)
{
    const struct origin *o = origin_of(m);
    const char *words[12];
    int n = o->signed_own || !o->modern ? fold_words(m->arena, o->address, words, 12) : 0;

    for (int i = 0; i < n; i++)
        if (brand_in_text(words[i], NULL) == brand)
            return true;
    return false;
}

/* The name in From is a brand's. true: said something. */
static bool
by_name(struct msg *m, const struct cues *c, bool bulk)
{
    const char *name = fold_text(m->arena, m->from_name_normal, 500), *from = host_of_from(m),
               *host = "";
    int brand = brand_in_text(fold_skeleton(m->arena, name), NULL), theirs = 0, others = 0;
    const struct origin *o = origin_of(m);
    bool office;

    if (brand < 0)
        brand = brand_in_text(name, NULL);
    if (brand < 0)
        brand = whole_name(m->arena, name);
    if (brand < 0 || brand_owns(brand, from) || !*from)
        return false;
    where_to(m, brand, &theirs, &others, &host);
    /* who signs and links in his own name may have the brand in it: a shop, a club */
    office = is_office(m->arena, name, brand, o->signed_own && o->own ? 0 : 1);
    /* Fields that say "newsletter" cost nothing, so they excuse only names that are part of more words. */
    if (!office)
        add(m, "brand-name", "", strange(m) ? 2.0 : bulk ? 0.3 : 1.0, brand, m->from);
    else if ((host_known(from) & HOST_TRACKER) || theirs > others)
        add(m, "brand-name", "", 1.0, brand, m->from);
    else
        add(m, "brand-name", c->n[CUE_account] >= 1 && others ? "phishing" : "",
            has_a_reason(m, brand) ? 1.5 : 3.0, brand, m->from);
    return true;
}

static void
by_subject(struct msg *m, const struct cues *c, bool bulk)
{
    const char *subject = fold_text(m->arena, m->subject, 1000), *from = host_of_from(m),
               *host = "";
    int brand = brand_in_text(subject, NULL), theirs = 0, others = 0;

    if (brand < 0 || brand_owns(brand, from) || origin_of(m)->conversation)
        return;
    where_to(m, brand, &theirs, &others, &host);
    /* brands write from no free mailbox, whatever their customers do: a telephone number is enough to phish */
    if (origin_of(m)->freemail && !theirs &&
        c->n[CUE_account] + c->n[CUE_purchase] + c->n[CUE_crypto] + c->n[CUE_parcel] > 0)
        add(m, "brand-subject", "", 1.5, brand, m->from);
    else if (others <= theirs)
        return;
    else if (c->n[CUE_account] >= 2)
        add(m, "brand-subject", "", bulk && !strange(m) ? 0.5 : 2.0, brand, host);
    else if (strange(m) && !theirs && m->html)
        add(m, "brand-subject", "",
            c->n[CUE_giveaway] + c->n[CUE_prize] + c->n[CUE_account] ? 1.5 : 0.8, brand, host);
}

/* The address, or else a link, is of a domain that is made to look like a brand's. One is enough. */
static void
by_domain(struct msg *m)
{
    const char *from = host_of_from(m);
    int brand = brand_imitated(from);

    if (brand >= 0) {
        add(m, "brand-domain", "", 2.0, brand, from);
        return;
    }
    for (int i = 0; i < m->nurls && i < HOSTS; i++) {
        if ((brand = brand_imitated(m->urls[i].host)) < 0)
            continue;
        add(m, "brand-domain", "", host_same_org(m->urls[i].host, from) ? 0.5 : 1.5, brand,
            m->urls[i].host);
        return;
    }
}

static void
prepare(void)
{
    fold_prepare();
    cues_prepare();
    brands_prepare();
}

static void
run(struct scan_ctx *ctx)
{
    struct msg *m = ctx->msg;
    const struct cues *c = cues_of(m);
    bool bulk = m->list_mail || msg_field(m, "List-Unsubscribe");

    if (!by_name(m, c, bulk))
        by_subject(m, c, bulk);
    by_domain(m);
}

const struct scanner scan_brand = {.name = "brand",
                                   .help = "Mail in the name of a brand that is not from there",
                                   .prepare = prepare,
                                   .run = run};
