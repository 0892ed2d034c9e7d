/* Eval tests about addresses of free mail services. */
#include "evals.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define ADDRESSES 40 /* of a text */
#define ALL_MAX 5    /* as many different ones are a list, and say nothing */
#define FREE_MAX 3

static bool
begins(struct span s, const char *word)
{
    size_t n = strlen(word);
    return s.n >= n && strncasecmp(s.p, word, n) == 0;
}

static bool
hex_run(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)p[i]))
            return false;
    return true;
}

/* Addresses of a role or of a machine: they belong to nobody. */
static bool
nobody(struct span user)
{
    static const char *const roles[] = {"abuse",      "support",     "sales",   "info",
                                        "helpdesk",   "contact",     "kontakt", "postmaster",
                                        "hostmaster", "domainmaster"};
    size_t equals = 0;
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (span_is(user, roles[i]))
            return true;
    for (size_t i = 1; i + 1 < user.n; i++)
        equals += user.p[i] == '=';
    return begins(user, "undisclosed") || equals >= 2 ||
           (begins(user, "request-") && user.n == 24 && hex_run(user.p + 8, 16)) ||
           span_is(user, "bounce-") || span_is(user, "bounced-") ||
           (user.n == 17 && hex_run(user.p, 8) && user.p[8] == '.' && hex_run(user.p + 9, 8)) ||
           (user.n == 36 && hex_run(user.p, 8) && user.p[8] == '-' && user.p[13] == '-');
}

/* address: in lower case. */
static bool
is_free(const struct ruleset *s, struct span address)
{
    const char *at = address.n ? memrchr(address.p, '@', address.n) : NULL;
    if (!at || names_get(&s->freemail_welcome, address.p, address.n))
        return false;
    struct span user = {address.p, (size_t)(at - address.p)},
                domain = {at + 1, address.n - user.n - 1};
    if (names_get(&s->freemail_welcome, domain.p, domain.n) || nobody(user))
        return false;
    if (names_get(&s->freemail, domain.p, domain.n))
        return true;
    for (int i = 0; i < s->freemail_wild.n; i++)
        if (eval_wildcard(s->freemail_wild.item[i], domain))
            return true;
    return false;
}

bool
eval_check_freemail_from(struct view *v, const struct rule *r)
{
    struct spans all = eval_from_addresses(v);
    (void)r;
    for (int i = 0; i < all.n; i++)
        if (is_free(v->set, all.v[i]))
            return true;
    return false;
}

bool
eval_check_freemail_header(struct view *v, const struct rule *r)
{
    const char *name = eval_text(r, 0, "");
    const struct values *all =
        view_get(v, strchr(name, ':') ? name : arena_printf(v->a, "%s:addr", name));
    for (int i = 0; i < all->n; i++) {
        struct span s = span_lower(v->a, all->v[i]);
        if (is_free(v->set, s) && (!r->prepared || regex_matches(v->run, r->prepared, s.p, s.n)))
            return true;
    }
    return false;
}

/* ------------------------------------------------------------------ addresses in the text */

static bool
user_char(char c)
{
    return isalnum((unsigned char)c) || (c && strchr("!#$%&'*+/=?^_`{|}~-", c));
}

/* Around the "@" at i; n 0: it is none. */
static struct span
address_at(const struct ruleset *set, struct span text, size_t i)
{
    size_t from = i, to = i + 1;
    while (from > 0 && i - from < 64 &&
           (user_char(text.p[from - 1]) ||
            (text.p[from - 1] == '.' && from < i && user_char(text.p[from]))))
        from--;
    while (from < i && text.p[from] == '.')
        from++;
    while (to < text.n && to - i < 250 &&
           (isalnum((unsigned char)text.p[to]) || text.p[to] == '-' || text.p[to] == '.'))
        to++;
    while (to > i + 1 && (text.p[to - 1] == '.' || text.p[to - 1] == '-'))
        to--;
    struct span host = {text.p + i + 1, to - i - 1};
    if (from == i || !host.n || !domain_valid(set, host) || !domain_fqdn(host))
        return (struct span){0};
    return (struct span){text.p + from, to - from};
}

/* Somebody is quoted: "<a@b>", "a@b wrote:". */
static bool
quoted(struct span text, struct span found)
{
    const char *after = found.p + found.n, *end = text.p + text.n;
    if (found.p - text.p >= 7 && strncasecmp(found.p - 7, "mailto:", 7) == 0)
        return false;
    if (after < end && *after == '>')
        return true;
    const char *p = after;
    while (p < end && p - after < 10 && isspace((unsigned char)*p))
        p++;
    const char *word = p;
    while (p < end && p - word < 12 && isalpha((unsigned char)*p))
        p++;
    static const char *const phones[] = {"fax", "facsi", "tel", "phone", "email", "mail", "e-mail"};
    for (size_t i = 0; i < sizeof phones / sizeof *phones; i++)
        if ((size_t)(end - word) >= strlen(phones[i]) &&
            strncasecmp(word, phones[i], strlen(phones[i])) == 0)
            return false;
    return p > after && p - word >= 2 && p < end && *p == ':';
}

/* false: too many to mean anything. */
static bool
in_text(struct view *v, struct spans *out)
{
    const struct spans *lines = view_text(v);
    struct spans all = {0};
    for (int i = 0; i < lines->n; i++)
        for (const char *p = lines->v[i].p, *end = p + lines->v[i].n;
             p < end && all.n < ADDRESSES && (p = memchr(p, '@', (size_t)(end - p))); p++) {
            struct span s = address_at(v->set, lines->v[i], (size_t)(p - lines->v[i].p));
            if (!s.n || quoted(lines->v[i], s))
                continue;
            s = span_lower(v->a, s);
            bool known = false;
            for (int k = 0; k < all.n; k++)
                known |= all.v[k].n == s.n && memcmp(all.v[k].p, s.p, s.n) == 0;
            if (!known)
                spans_add(v->a, &all, s.p, s.n);
        }
    for (int i = 0; i < all.n; i++)
        if (is_free(v->set, all.v[i]))
            spans_add(v->a, out, all.v[i].p, all.v[i].n);
    return all.n < ALL_MAX && out->n < FREE_MAX;
}

/* ------------------------------------------------------------------ answers that go elsewhere */

static bool
bulk_sender(struct span s)
{
    const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;
    struct span user = {s.p, at ? (size_t)(at - s.p) : 0};
    static const char *const lists[] = {"-request", "-bounce", "-bounces", "-admin", "-owner"};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        size_t n = strlen(lists[i]);
        if (user.n >= n && strncasecmp(user.p + user.n - n, lists[i], n) == 0)
            return true;
    }
    return begins(user, "sentto-") || begins(user, "owner-") || begins(user, "return-") ||
           begins(user, "bounce-") || begins(user, "bounced-") || begins(user, "grbounce-") ||
           begins(user, "postmaster") || begins(user, "double-bounce") ||
           span_has(user, "noreply") || span_has(user, "no-reply") ||
           span_has(user, "donotreply") || (user.n > 2 && memchr(user.p + 1, '=', user.n - 2));
}

static struct spans
lower_all(struct view *v, const char *request)
{
    const struct values *all = view_get(v, request);
    struct spans out = {0};
    for (int i = 0; i < all->n; i++) {
        struct span s = span_lower(v->a, all->v[i]);
        spans_add(v->a, &out, s.p, s.n);
    }
    return out;
}

static bool
any_free(struct view *v, const struct spans *all)
{
    for (int i = 0; i < all->n; i++)
        if (is_free(v->set, all->v[i]))
            return true;
    return false;
}

static bool
overlap(const struct spans *x, const struct spans *y)
{
    for (int i = 0; i < x->n; i++)
        for (int k = 0; k < y->n; k++)
            if (x->v[i].n == y->v[k].n && memcmp(x->v[i].p, y->v[k].p, x->v[i].n) == 0)
                return true;
    return false;
}

bool
eval_check_freemail_replyto(struct view *v, const struct rule *r)
{
    bool replyto = strcmp(eval_text(r, 0, "replyto"), "replyto") == 0;
    struct spans from = lower_all(v, "From:addr"), to = lower_all(v, "Reply-To:addr"), text = {0};
    bool from_free = any_free(v, &from), to_free = any_free(v, &to);
    if (bulk_sender(view_one(v, "EnvelopeFrom")))
        return false;
    if (from_free && to_free && !overlap(&from, &to))
        return true;
    if (replyto ? !to_free : (to.n > 0 && !to_free) || !from_free)
        return false;
    const struct spans *answer = replyto || to_free ? &to : &from;
    if (!in_text(v, &text))
        return false;
    for (int i = 0; i < text.n; i++)
        for (int k = 0; k < answer->n; k++)
            if (text.v[i].n != answer->v[k].n ||
                memcmp(text.v[i].p, answer->v[k].p, text.v[i].n) != 0)
                return true;
    return false;
}
