#include "cousin.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "fold.h"
#include "hosts.h"

#define LABEL 63

/* Words that make a name look like an office of its owner. */
static const char *const lures[] = {
    "account",  "accounts",     "admin",   "alert",        "alerts",        "app",
    "auth",     "bank",         "billing", "card",         "cloud",         "co",
    "com",      "confirm",      "contact", "corp",         "customer",      "delivery",
    "docs",     "email",        "finance", "global",       "group",         "help",
    "helpdesk", "hr",           "id",      "inc",          "info",          "international",
    "invoice",  "it",           "jp",      "llc",          "login",         "ltd",
    "mail",     "member",       "my",      "net",          "notice",        "office",
    "online",   "pay",          "payment", "payments",     "payroll",       "portal",
    "secure",   "security",     "service", "services",     "shop",          "signin",
    "sso",      "staff",        "store",   "support",      "team",          "tracking",
    "update",   "updates",      "usa",     "verify",       "web",           "webmail",
    "www",      "claim",        "live",    "official",     "refund",        "rewards",
    "safety",   "verification", "wallet",  "notification", "notifications",
};

/* Neighbours on a keyboard (QWERTY), in both directions. */
static bool
neighbours(char x, char y)
{
    static const char *const rows[] = {"1234567890-", "qwertyuiop", "asdfghjkl", "zxcvbnm"};

    for (int r = 0; r < 4; r++) {
        const char *p = strchr(rows[r], x);
        for (int s = r; p && x && y && s <= r + 1 && s < 4; s++) {
            long at = p - rows[r];
            const char *q = strchr(rows[s], y);
            if (q && q - rows[s] - at >= -1 && q - rows[s] - at <= 1)
                return true;
        }
    }
    return false;
}

static bool
alike(char x, char y)
{
    static const char *const pairs[] = {"il", "i1", "l1", "ij", "lj", "o0", "uv", "vy", "ce",
                                        "gq", "mn", "nh", "5s", "z2", "b6", "g9", "8b", "vw"};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if ((pairs[i][0] == x && pairs[i][1] == y) || (pairs[i][0] == y && pairs[i][1] == x))
            return true;
    return false;
}

static float
substitution_of(char x, char y)
{
    return x == y ? 0 : alike(x, y) ? 0.4F : neighbours(x, y) || neighbours(y, x) ? 0.8F : 1;
}

/* Of two bytes; filled at first use. */
static double
substitution(char x, char y)
{
    static float table[128][128];
    static bool filled;

    if (!filled) {
        for (int i = 1; i < 128; i++)
            for (int k = 1; k < 128; k++)
                table[i][k] = substitution_of((char)i, (char)k);
        filled = true;
    }
    return x < 0 || y < 0 ? x != y : (double)table[(int)x][(int)y];
}

/* A character that is there twice, or a hyphen, is easily overlooked. */
static double
extra(const char *s, size_t i)
{
    return s[i] == '-' ? 0.5 : i > 0 && s[i] == s[i - 1] ? 0.6 : 1;
}

static double
least(double x, double y)
{
    return x < y ? x : y;
}

/* How far two labels are from each other: 1 for a character that is added, left out or another one, less where
 * eye or finger slips. At most `most` is told apart. */
static double
lookalike_distance(const char *one, const char *other, double most)
{
    double row[3][LABEL + 2];
    size_t n = strnlen(one, LABEL), m = strnlen(other, LABEL);

    if ((double)(n > m ? n - m : m - n) * 0.5 > most)
        return most + 1;
    row[0][0] = 0;
    for (size_t j = 1; j <= m; j++)
        row[0][j] = row[0][j - 1] + extra(other, j - 1);
    for (size_t i = 1; i <= n; i++) {
        double *now = row[i % 3], *before = row[(i + 2) % 3], *two = row[(i + 1) % 3];
        double best = now[0] = before[0] + extra(one, i - 1);
        for (size_t j = 1; j <= m; j++) {
            now[j] = least(before[j - 1] + substitution(one[i - 1], other[j - 1]),
                           least(before[j] + extra(one, i - 1), now[j - 1] + extra(other, j - 1)));
            if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                now[j] = least(now[j], two[j - 2] + 0.7);
            best = least(best, now[j]);
        }
        if (best > most + 0.7) /* it never gets less, but for a transposition */
            return most + 1;
    }
    return row[n % 3][m];
}

/* ------------------------------------------------------------------ names */

/* As it is shown: punycode as letters, folded. */
static const char *
shown(struct arena *a, const char *label)
{
    char *unicode = strncmp(label, "xn--", 4) == 0 ? addr_domain_unicode(a, label) : NULL;

    return fold_text(a, unicode ? unicode : label, LABEL * 4);
}

/* Pairs that look like one character and that UTS #39 does not have, or only the other way round. */
static const char *
look(struct arena *a, const char *label)
{
    char *s = arena_strdup(a, fold_skeleton(a, label)), *to = s;

    for (const char *p = s; *p;) {
        if (p[0] == 'r' && p[1] == 'n') {
            *to++ = 'm';
            p += 2;
        } else if (p[0] == 'v' && p[1] == 'v') {
            *to++ = 'w';
            p += 2;
        } else {
            *to++ = *p == 'i' || *p == '1' || *p == '|' ? 'l' : *p == '0' ? 'o' : *p;
            p++;
        }
    }
    *to = '\0';
    return s;
}

bool
lookalike_is_lure(const char *word, size_t n)
{
    for (size_t i = 0; i < sizeof lures / sizeof *lures; i++)
        if (strlen(lures[i]) == n && strncmp(lures[i], word, n) == 0)
            return true;
    return false;
}

/* "example-login", "login-example", with strict false any word; with joined also "loginexample". */
static bool
with_word(const char *label, const char *name, bool any, bool joined)
{
    size_t n = strlen(name), len = strlen(label);
    const char *rest;
    bool hyphen;

    if (len <= n)
        return false;
    if (strncmp(label, name, n) == 0)
        rest = label + n;
    else if (strcmp(label + len - n, name) == 0)
        rest = label;
    else
        return false;
    len -= n;
    hyphen = rest == label ? rest[len - 1] == '-' : *rest == '-';
    if (hyphen) {
        rest += rest == label ? 0 : 1;
        len--;
        /* of several words the last one, or the first, is enough */
        const char *last = memrchr(rest, '-', len);
        return any || lookalike_is_lure(rest, len) ||
               lookalike_is_lure(rest, strcspn(rest, "-") < len ? strcspn(rest, "-") : len) ||
               (last && lookalike_is_lure(last + 1, len - (size_t)(last + 1 - rest)));
    }
    return joined && n >= 5 && lookalike_is_lure(rest, len);
}

/* The name, or the name of its owner, among the labels in front of host's own domain. */
static bool
in_front(const char *host, const char *org, const char *domain, const char *name, bool name_alone)
{
    const char *p = host;
    size_t d = strlen(domain), n = strlen(name);
    char hyphens[256];

    if (d >= sizeof hyphens)
        return false;
    for (size_t i = 0; i <= d; i++)
        hyphens[i] = domain[i] == '.' ? '-' : domain[i];
    while (p < org) {
        size_t label = strcspn(p, ".");
        if (strncmp(p, domain, d) == 0 && (p[d] == '.' || p[d] == '-') && p + d < org)
            return true;
        if (label > d && strncmp(p, hyphens, d) == 0 && p[d] == '-')
            return true;
        if (label == d && strncmp(p, hyphens, d) == 0)
            return true;
        if (name_alone && n >= 5 && label == n && strncmp(p, name, n) == 0)
            return true;
        p += label + (p[label] == '.');
    }
    /* example.com-login.test: the part behind the hyphen belongs to the foreign domain */
    return strncmp(host, domain, d) == 0 && host[d] == '-';
}

static enum lookalike
compare_labels(const struct lookalike_name *host, const struct lookalike_name *domain,
               enum spam_close close)
{
    const char *label = host->label, *name = domain->label;
    size_t n = strlen(name);
    double most = 0;

    if (n >= 3 && strcmp(host->look, domain->look) == 0)
        return LOOKALIKE_SAME_LOOK;
    if (n >= 4 && with_word(label, name, close == SPAM_C_aggressive, close != SPAM_C_conservative))
        return LOOKALIKE_WORD;
    if (close == SPAM_C_aggressive)
        most = n >= 8 ? 2 : n >= 4 ? 1 : 0;
    else if (close == SPAM_C_normal)
        most = n >= 5 ? 1 : 0;
    if (most > 0 && lookalike_distance(label, name, most) <= most)
        return LOOKALIKE_SLIP;
    return LOOKALIKE_NO;
}

void
lookalike_name(struct arena *a, const char *host, struct lookalike_name *out)
{
    *out = (struct lookalike_name){host, "", "", ""};
    if (!*host || host_is_ip(host))
        return;
    out->org = host_org(host);
    out->label = shown(a, arena_strndup(a, out->org, strcspn(out->org, ".")));
    out->look = look(a, out->label);
}

enum lookalike
lookalike_compare(const struct lookalike_name *host, const struct lookalike_name *domain,
                  enum spam_close close)
{
    if (!*host->org || !*domain->org || strcmp(host->org, domain->org) == 0)
        return LOOKALIKE_NO;
    if (in_front(host->host, host->org, domain->host, domain->label, close == SPAM_C_aggressive))
        return LOOKALIKE_IN_FRONT;
    if (strcmp(host->label, domain->label) == 0)
        return close != SPAM_C_conservative &&
                       strlen(domain->label) >= (close == SPAM_C_normal ? 5 : 3)
                   ? LOOKALIKE_SUFFIX
                   : LOOKALIKE_NO;
    return compare_labels(host, domain, close);
}

enum lookalike
lookalike(struct arena *a, const char *host, const char *domain, enum spam_close close)
{
    struct lookalike_name h, d;

    lookalike_name(a, host, &h);
    lookalike_name(a, domain, &d);
    return lookalike_compare(&h, &d, close);
}
