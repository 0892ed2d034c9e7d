/*
 * Social engineering: what the words are after. Each topic wants several different phrases (cues.def), since good
 * mail has one now and then; newsletters get less, because they talk about everything.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "brands.h"
#include "cues.h"
#include "hosts.h"
#include "origin.h"

static const struct {
    enum cue_topic topic;
    const char *code;
    int need;           /* phrases */
    double score, more; /* with so many; for each beyond */
    double most;
} topics[] = {
    {CUE_gift, "social-gift-card", 2, 2.5, 0.5, 4.0},
    {CUE_transfer, "social-transfer", 2, 1.5, 0.5, 3.0},
    {CUE_bank, "social-bank-change", 1, 1.5, 0.5, 3.0},
    {CUE_payroll, "social-payroll", 1, 1.5, 0.5, 3.0},
    {CUE_account, "social-account", 2, 1.0, 0.4, 3.0},
    {CUE_prize, "social-prize", 2, 1.5, 0.5, 3.5},
    {CUE_crypto, "social-crypto", 1, 1.0, 0.5, 2.5},
    {CUE_coin, "social-coin", 3, 1.2, 0.4, 2.4},
    {CUE_dating, "social-dating", 1, 1.0, 0.5, 3.0},
    {CUE_casino, "social-casino", 1, 0.8, 0.5, 2.5},
    {CUE_health, "social-health", 3, 1.0, 0.4, 2.5},
    {CUE_income, "social-income", 2, 0.8, 0.4, 2.0},
    {CUE_giveaway, "social-giveaway", 3, 0.8, 0.4, 2.0},
};

/* Topics that good mail has as often: what they say depends on whether it is who he says, and where the links lead.
 * Of mail that disagrees with its sender one phrase is enough. */
static const struct {
    enum cue_topic topic;
    const char *code;
} offers[] = {
    {CUE_account, "offer-account"}, {CUE_prize, "offer-prize"},   {CUE_crypto, "offer-crypto"},
    {CUE_dating, "offer-dating"},   {CUE_casino, "offer-casino"}, {CUE_health, "offer-health"},
    {CUE_income, "offer-income"},   {CUE_parcel, "offer-parcel"}, {CUE_giveaway, "offer-giveaway"},
};
#define OFFER 1.2
#define OFFER_MORE 0.5 /* for each phrase beyond the first */
#define OFFER_MOST 2.5

static void
add(struct msg *m, const char *code, const char *kind, double score, const char *evidence)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "social",
                                            .code = code,
                                            .kind = kind,
                                            .score = score,
                                            .evidence = evidence,
                                            .part = "",
                                            .org = ""});
}

static const char *
quoted(struct msg *m, const struct cues *c, enum cue_topic t)
{
    return *c->second[t] ? arena_printf(m->arena, "\"%s\", \"%s\"", c->first[t], c->second[t])
                         : arena_printf(m->arena, "\"%s\"", c->first[t]);
}

static bool
base58(char c)
{
    return c && strchr("123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz", c);
}

/* A word ends here. */
static bool
ends(const char *text, size_t n, size_t at)
{
    return at >= n || strchr(" \t\r\n.,;:)\"'", text[at]);
}

/* An address to pay bitcoins to: 1... or 3... of 26 to 35 characters, or bc1... */
static const char *
bitcoin_address(struct arena *a, const char *text, size_t n)
{
    for (size_t i = 0; i + 26 <= n; i++) {
        size_t len = 0;
        if (text[i] != '1' && text[i] != '3' && text[i] != 'b')
            continue;
        if (i > 0 && !strchr(" \t\r\n:\"'(", text[i - 1]))
            continue;
        if (strncmp(text + i, "bc1", 3) == 0) {
            while (i + len < n && len < 70 &&
                   ((text[i + len] >= 'a' && text[i + len] <= 'z') ||
                    (text[i + len] >= '0' && text[i + len] <= '9')))
                len++;
            if ((len == 42 || len == 62) && ends(text, n, i + len))
                return arena_strndup(a, text + i, len);
        } else if (text[i] == '1' || text[i] == '3') {
            bool small = false, large = false, digit = false;
            for (; i + len < n && len < 40 && base58(text[i + len]); len++) {
                small |= text[i + len] >= 'a';
                large |= text[i + len] >= 'A' && text[i + len] <= 'Z';
                digit |= len > 0 && text[i + len] <= '9';
            }
            if (len >= 26 && len <= 35 && small && large && digit && ends(text, n, i + len))
                return arena_strndup(a, text + i, len);
        }
    }
    return NULL;
}

static void
look_for_extortion(struct msg *m, const struct cues *c)
{
    const char *address = bitcoin_address(m->arena, m->text, m->text_len);

    if (address && c->n[CUE_extortion] >= 3)
        add(m, "extortion", "phishing", 4.0, address);
    else if (c->n[CUE_extortion] >= 4)
        add(m, "extortion", "", 3.0, quoted(m, c, CUE_extortion));
    else if (address)
        add(m, "bitcoin-address", "", 1.0, address);
}

/* The topic with most phrases, of those with as many the last, when the mail is not in its sender's own name. */
static void
look_for_offers(struct msg *m, const struct cues *c)
{
    const struct origin *o = origin_of(m);
    size_t best = 0;
    double score;

    if (!origin_disagrees(o) || (o->conversation && !o->to_self) || !m->html || !o->modern)
        return;
    for (size_t i = 1; i < sizeof offers / sizeof *offers; i++)
        if (c->n[offers[i].topic] >= c->n[offers[best].topic])
            best = i;
    if (c->n[offers[best].topic] == 0)
        return;
    score = OFFER + OFFER_MORE * (c->n[offers[best].topic] - 1);
    score = score > OFFER_MOST ? OFFER_MOST : score;
    score = o->service || o->by_service || o->forwarded ? score / 2 : score;
    add(m, offers[best].code, "", score, quoted(m, c, offers[best].topic));
}

static void
run(struct scan_ctx *ctx)
{
    struct msg *m = ctx->msg;
    const struct cues *c = cues_of(m);
    bool bulk = m->list_mail || msg_field(m, "List-Unsubscribe");

    for (size_t i = 0; i < sizeof topics / sizeof *topics; i++) {
        int n = c->n[topics[i].topic];
        double score = topics[i].score + topics[i].more * (n - topics[i].need);
        if (n < topics[i].need ||
            (topics[i].topic == CUE_coin && brand_of_host(host_of_from(m)) >= 0))
            continue;
        score = score > topics[i].most ? topics[i].most : score;
        add(m, topics[i].code, "", bulk ? score / 2 : score, quoted(m, c, topics[i].topic));
    }
    look_for_offers(m, c);
    look_for_extortion(m, c);
}

const struct scanner scan_social = {.name = "social",
                                    .help = "Words of mail that wants money or passwords",
                                    .prepare = cues_prepare,
                                    .run = run};
