/* Eval tests about header fields. */
#include "evals.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool
same(struct span x, struct span y)
{
    return x.n == y.n && (x.n == 0 || strncasecmp(x.p, y.p, x.n) == 0);
}

static bool
ends(struct span s, const char *tail)
{
    size_t n = strlen(tail);
    return s.n >= n && strncasecmp(s.p + s.n - n, tail, n) == 0 &&
           (s.n == n || !(isalnum((unsigned char)s.p[s.n - n - 1]) || s.p[s.n - n - 1] == '_'));
}

bool
eval_check_for_missing_to_header(struct view *v, const struct rule *r)
{
    (void)r;
    return view_one(v, "To").n == 0 && view_one(v, "Apparently-To").n == 0;
}

bool
eval_check_header_count_range(struct view *v, const struct rule *r)
{
    const struct values *all = view_get(v, eval_text(r, 0, ""));
    int n = 0;
    for (int i = 0; i < all->n; i++) {
        bool seen = false;
        for (int k = 0; k < i; k++)
            seen |=
                all->v[k].n == all->v[i].n && memcmp(all->v[k].p, all->v[i].p, all->v[i].n) == 0;
        n += !seen;
    }
    return n >= eval_number(r, 1, 0) && n <= eval_number(r, 2, 1e300);
}

/* ------------------------------------------------------------------ characters */

static bool
valid_utf8(struct span s)
{
    struct arena *a = arena_new();
    struct span out = view_utf8(a, s, "utf-8", true);
    bool valid = out.p == s.p;
    arena_free(&a);
    return valid;
}

bool
eval_check_illegal_chars(struct view *v, const struct rule *r)
{
    const char *name = eval_text(r, 0, "");
    struct span s = view_one(v, arena_printf(v->a, "%s:raw", name));
    double illegal = 0, money = 0, high = 0, control = 0;
    for (size_t i = 0; i < s.n; i++) {
        unsigned char c = (unsigned char)s.p[i];
        control += c < 0x20 && c != '\t' && c != '\n' && c != '\r';
        high += c >= 0x80;
        illegal += c >= 0x7f || (c < 0x20 && c != '\t' && c != '\n' && c != '\r');
        money += c == 0xa2 || c == 0xa3 || c == 0xae;
    }
    if (span_trim(s).n == 0 || (high > 0 && control <= 0 && valid_utf8(s)))
        return false;
    if (illegal > 0 && strcasecmp(name, "subject") == 0 && (int)money == 1)
        illegal--;
    return illegal / (double)s.n >= eval_number(r, 1, 0) && illegal >= eval_number(r, 2, 1);
}

/* Fields in which a "%" with capitals may stand. */
static bool
may_hold_percent(struct span line)
{
    static const char *const names[] = {"X-VMS-To:",
                                        "X-UIDL:",
                                        "X-Face:",
                                        "To:",
                                        "Cc:",
                                        "From:",
                                        "Subject:",
                                        "References:",
                                        "In-Reply-To:",
                                        "Message-Id:",
                                        "X-Message-Id:",
                                        "Resent-Message-Id:",
                                        "X-Original-Message-Id:"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t n = strlen(names[i]);
        if (line.n >= n && strncasecmp(line.p, names[i], n) == 0)
            return true;
    }
    return false;
}

/* "%RND_TEXT": a program that should have put something there. */
bool
eval_check_unresolved_template(struct view *v, const struct rule *r)
{
    const struct values *all = view_get(v, "ALL");
    (void)r;
    for (int i = 0; i < all->n; i++) {
        struct span s = all->v[i];
        for (size_t k = 0; k + 2 < s.n; k++)
            if (s.p[k] == '%' && isupper((unsigned char)s.p[k + 1]) &&
                (isupper((unsigned char)s.p[k + 2]) || s.p[k + 2] == '_' || s.p[k + 2] == '-') &&
                !may_hold_percent(s))
                return true;
    }
    return false;
}

/* ------------------------------------------------------------------ who it is from and for */

bool
eval_check_for_matching_env_and_hdr_from(struct view *v, const struct rule *r)
{
    (void)r;
    return same(view_one(v, "EnvelopeFrom:addr"), view_one(v, "From:addr"));
}

/* The last two labels of an address's domain. */
static struct span
two_labels(struct span address)
{
    const char *at = address.n ? memrchr(address.p, '@', address.n) : NULL;
    struct span s =
        at ? (struct span){at + 1, address.n - (size_t)(at + 1 - address.p)} : (struct span){0};
    int dots = 0;
    for (size_t i = s.n; i-- > 0;)
        if (s.p[i] == '.' && ++dots == 2 && i > 0 && i + 1 < s.n)
            return (struct span){s.p + i + 1, s.n - i - 1};
    return s;
}

/* Its name promises the opposite: it hits when they differ. */
bool
eval_check_equal_from_domains(struct view *v, const struct rule *r)
{
    struct span from = two_labels(view_one(v, "From:addr")),
                envelope = two_labels(view_one(v, "EnvelopeFrom:addr"));
    (void)r;
    return from.n > 0 && envelope.n > 0 && !same(from, envelope);
}

bool
eval_check_ratware_name_id(struct view *v, const struct rule *r)
{
    struct span id = view_one(v, "MESSAGEID"), from = view_one(v, "From");
    const char *lt = id.n ? memchr(id.p, '<', id.n) : NULL, *gt;
    (void)r;
    if (!lt || id.n - (size_t)(lt - id.p) < 32 || lt[29] != '.')
        return false;
    for (int i = 1; i < 29; i++)
        if (!isupper((unsigned char)lt[i]))
            return false;
    gt = memchr(lt, '>', id.n - (size_t)(lt - id.p));
    if (!gt || gt == lt + 30)
        return false;
    const char *address = arena_printf(v->a, "<%.*s>", (int)(gt - lt - 30), lt + 30);
    const char *text = arena_memdup(v->a, from.p, from.n), *at = strstr(text, address);
    if (!at || *text != '"')
        return false;
    while (at > text && isspace((unsigned char)at[-1]))
        at--;
    return at > text + 1 && at[-1] == '"';
}

bool
eval_check_ratware_envelope_from(struct view *v, const struct rule *r)
{
    struct span to = view_one(v, "To:addr"), from = view_one(v, "EnvelopeFrom:addr");
    const char *at = to.n ? memchr(to.p, '@', to.n) : NULL;
    (void)r;
    if (!at || at == to.p || from.n == 0 ||
        (from.n > 5 && strncasecmp(from.p, "SRS", 3) == 0 && isdigit((unsigned char)from.p[3])))
        return false;
    struct span domain =
        domain_trim(v->set, v->a, (struct span){at + 1, to.n - (size_t)(at + 1 - to.p)});
    if (!domain_valid(v->set, domain))
        return false;
    /* any one character stands between domain and user */
    const char *user = arena_printf(v->a, "%.*s@", (int)(at - to.p), to.p);
    const char *text = arena_memdup(v->a, from.p, from.n),
               *d = arena_memdup(v->a, domain.p, domain.n);
    for (const char *p = text; (p = strcasestr(p, d)); p++)
        if ((p == text || !isalnum((unsigned char)p[-1])) && strlen(p) > domain.n &&
            strncasecmp(p + domain.n + 1, user, strlen(user)) == 0)
            return true;
    return false;
}

/* "Re: name", "name, ..." and the like; the mailbox's own name, as it is written. */
bool
eval_check_for_to_in_subject(struct view *v, const struct rule *r)
{
    struct span to = view_one(v, "To:addr"), subject = view_one(v, "Subject");
    const char *what = eval_text(r, 0, "");
    if (to.n == 0)
        return false;
    if (strcmp(what, "address") == 0)
        return span_has(subject, arena_memdup(v->a, to.p, to.n));
    const char *at = memchr(to.p, '@', to.n);
    size_t n = at ? (size_t)(at - to.p) : to.n;
    const char *s = arena_memdup(v->a, subject.p, subject.n), *user = arena_memdup(v->a, to.p, n);
    size_t len = strlen(s);
    if (len > 0 && s[len - 1] == '\n')
        ((char *)(uintptr_t)s)[--len] = '\0';
    if (strcmp(what, "user") != 0 || n == 0)
        return false;
    if (strncasecmp(s, "re:", 3) == 0 || strncasecmp(s, "fw:", 3) == 0) {
        const char *p = s + 3 + strspn(s + 3, " \t");
        const char *word = p;
        while (isalnum((unsigned char)*word) || *word == '_')
            word++;
        if (strcasecmp(p, user) == 0 || (word > p && isspace((unsigned char)*word) &&
                                         strcasecmp(word + strspn(word, " \t"), user) == 0))
            return true;
    }
    if (strcasecmp(s, user) == 0)
        return true;
    if (strncmp(s, user, n) == 0) {
        const char *p = s + n + strspn(s + n, " \t");
        if (*p && strchr(",:;!?-", *p) && (!p[1] || isspace((unsigned char)p[1])))
            return true;
    }
    return *s == ',' && strncasecmp(s + 1 + strspn(s + 1, " \t"), user, n) == 0 &&
           strlen(s + 1 + strspn(s + 1, " \t")) == n + 1 && strchr(",:;!?-", s[len - 1]);
}

/* ------------------------------------------------------------------ many recipients */

#define RECIPIENTS 256

static int
recipients(struct view *v, struct span *out)
{
    static const char *const fields[] = {"ToCc:addr", "Bcc:addr"};
    int n = 0, seen = 0;
    for (size_t k = 0; k < 2 && seen < 5; k++) {
        const struct values *all = view_get(v, fields[k]);
        for (int i = 0; i < all->n && n < RECIPIENTS; i++, seen++)
            if (n == 0 || !same(all->v[i], out[n - 1]))
                out[n++] = all->v[i];
    }
    return n;
}

static int
order(struct span x, struct span y)
{
    size_t n = x.n < y.n ? x.n : y.n;
    int c = memcmp(x.p, y.p, n);
    return c ? c : (x.n > y.n) - (x.n < y.n);
}

bool
eval_sorted_recipients(struct view *v, const struct rule *r)
{
    struct span all[RECIPIENTS];
    int n = recipients(v, all);
    (void)r;
    for (int i = 1; i < n; i++)
        if (order(all[i - 1], all[i]) > 0)
            return false;
    return n >= 7;
}

static struct span
host(struct span s)
{
    const char *at = s.n ? memchr(s.p, '@', s.n) : NULL;
    return at ? (struct span){at + 1, s.n - (size_t)(at + 1 - s.p)} : (struct span){"", 0};
}

static bool
same_begin(struct span x, struct span y)
{
    size_t a = x.n < 2 ? x.n : 2, b = y.n < 2 ? y.n : 2;
    return a == b && memcmp(x.p, y.p, a) == 0;
}

bool
eval_similar_recipients(struct view *v, const struct rule *r)
{
    struct span all[RECIPIENTS];
    int n = recipients(v, all);
    double hits = 0, pairs = 0, share;
    for (int i = 0; i < n && n >= 5; i++)
        for (int k = i + 1; k < n; k++) {
            struct span x = host(all[i]), y = host(all[k]);
            hits += same_begin(all[i], all[k]);
            hits += same_begin(x, y) && (x.n != y.n || memcmp(x.p, y.p, x.n) != 0);
            pairs++;
        }
    share = pairs > 0 ? hits / pairs : 0;
    return share >= eval_number(r, 0, -1) && share < eval_number(r, 1, 1e300);
}

/* ------------------------------------------------------------------ what services write into their mail */

static struct span
squeezed(struct view *v, const char *request)
{
    struct span s = view_one(v, request);
    struct buf *b = buf_new(v->a, 0);
    for (size_t i = 0; i < s.n; i++) {
        if (!isspace((unsigned char)s.p[i]))
            buf_char(b, s.p[i]);
        else if (i == 0 || !isspace((unsigned char)s.p[i - 1]))
            buf_char(b, ' ');
    }
    return (struct span){buf_cstr(b), b->len};
}

static bool
has_ip(struct span s, const char *unused)
{
    (void)unused;
    for (size_t i = 0; i < s.n; i++)
        if (ip_length(s.p + i) > 6)
            return true;
    return false;
}

/* Lists whose program throws Received fields away. */
static bool
received_removed(struct view *v)
{
    struct span list = view_one(v, "Mailing-List"), received;
    if (!view_header(v, "Received", &received))
        return true;
    return (span_has(list, "run by ezmlm") &&
            span_has(view_one(v, "Delivered-To"), "mailing list ") &&
            span_has(received, "qmail ")) ||
           span_has(received, "from groups.msn.com (");
}

bool
eval_gated_through_received_hdr_remover(struct view *v, const struct rule *r)
{
    (void)r;
    return received_removed(v);
}

/* 1: somebody claims to be Hotmail; 2: a Hotmail address, and nothing else of Hotmail. */
static int
hotmail(struct view *v)
{
    struct span received = squeezed(v, "Received");
    bool ip = has_ip(view_one(v, "X-Originating-Ip"), NULL);
    struct span org = view_one(v, "X-OriginatorOrg");
    if (span_has(received, "from mail pickup service by hotmail.com with Microsoft SMTPSVC;") ||
        received_removed(v))
        return 0;
    if (ip && (span_has(received, ".hotmail.com (") || span_has(received, "from hotmail.com (")) &&
        (span_has(received, ".hotmail.com ") || span_has(received, ".hotmail.msn.com ") ||
         span_has(received, ".hotmail.com ([")))
        return 0;
    if ((span_has(org, "hotmail.com") || span_has(org, "msonline-outlook")) &&
        span_has(received, ".outlook.com ("))
        return 0;
    if (ip && (span_has(received, ".hotmail.com with HTTP;") ||
               span_has(received, ".hotmail.msn.com with HTTP;")))
        return 0;
    for (size_t i = 0; i + 11 <= received.n; i++) {
        const char *p = received.p + i;
        bool begin = strncmp(p, "from ", 5) == 0 || strncmp(p, "HELO ", 5) == 0 ||
                     strncmp(p, "helo=", 5) == 0;
        size_t n = begin ? strcspn(p + 5, " ") : 0;
        const char *at = n ? memmem(p + 5, n, "hotmail.com", 11) : NULL;
        if (at && !isalnum((unsigned char)at[11]) && at[11] != '_')
            return 1;
    }
    return ends(view_one(v, "From:addr"), "hotmail.com") ? 2 : 0;
}

bool
eval_check_for_forged_hotmail_received_headers(struct view *v, const struct rule *r)
{
    (void)r;
    return hotmail(v) == 1;
}

bool
eval_check_for_no_hotmail_received_headers(struct view *v, const struct rule *r)
{
    (void)r;
    return hotmail(v) == 2;
}

bool
eval_check_for_forged_yahoo_received_headers(struct view *v, const struct rule *r)
{
    struct span from = view_one(v, "From:addr"), received = squeezed(v, "Received");
    (void)r;
    if (!ends(from, "yahoo.com") || received_removed(v))
        return false;
    view_relays(v);
    for (int i = 0; i < v->trusted.n; i++)
        if (ends(span_of(v->trusted.v[i].rdns), ".yahoo.com"))
            return false;
    if (v->untrusted.n && strstr(v->untrusted.v[0].rdns, ".yahoo.com"))
        return false;
    return !(span_has(received, ".yahoo.com via HTTP") ||
             span_has(received, ".yahoo.com with HTTP") ||
             (span_has(received, "by smtp") && span_has(received, ".yahoo.com with SMTP")) ||
             span_has(received, ".yahoo.com with NNFMP") ||
             span_has(received, ".bulk.scd.yahoo.com") || span_has(received, ".yahoo.com (8."));
}

bool
eval_check_for_forged_juno_received_headers(struct view *v, const struct rule *r)
{
    struct span from = view_one(v, "From:addr"), origin = view_one(v, "X-Originating-IP"),
                mailer = view_one(v, "X-Mailer"), received = view_one(v, "Received");
    (void)r;
    if (!ends(from, "juno.com") || received_removed(v))
        return false;
    if (origin.n > 0) {
        bool juno = (span_has(received, "juno.com") || span_has(received, "untd.com")) &&
                    has_ip(received, NULL);
        return !juno || !span_has(mailer, "Juno ");
    }
    return true; /* the other ways need the field, too */
}

bool
eval_check_for_forged_eudoramail_received_headers(struct view *v, const struct rule *r)
{
    (void)r;
    if (!ends(view_one(v, "From:addr"), "eudoramail.com") || received_removed(v))
        return false;
    return !(span_has(squeezed(v, "Received"), "whowhere.com;") &&
             has_ip(view_one(v, "X-Sender-Ip"), NULL));
}

bool
eval_check_for_forged_gmail_received_headers(struct view *v, const struct rule *r)
{
    struct span x = view_one(v, "X-Received");
    (void)r;
    if (!ends(view_one(v, "From:addr"), "gmail.com"))
        return false;
    return !(
        (span_has(x, " with SMTP id ") && (span_has(x, "by 10.") || span_has(x, "by 2002:a"))) ||
        span_has(view_one(v, "Received"), "by smtp.googlemail.com with ESMTPSA id ") ||
        (view_one(v, "X-Gm-Message-State").n >= 60 && view_one(v, "X-Google-Smtp-Source").n >= 60));
}

/* Host names like rly-xw01.mx.aol.com, without what AOL wrote beside them. */
bool
eval_check_for_fake_aol_relay_in_rcvd(struct view *v, const struct rule *r)
{
    struct span s = squeezed(v, "Received");
    (void)r;
    for (size_t i = 0; i + 11 < s.n; i++)
        if (strncasecmp(s.p + i, " rly-", 5) == 0 && isalpha((unsigned char)s.p[i + 5]) &&
            isalpha((unsigned char)s.p[i + 6]) && isdigit((unsigned char)s.p[i + 7]) &&
            isdigit((unsigned char)s.p[i + 8]) && s.p[i + 9] == '.')
            return !(span_has(s, "/AOL-") || span_has(s, "ESMTP id RELAY") ||
                     span_has(s, "ESMTP id MAILRELAY") || span_has(s, "ESMTP id MAILIN"));
    return false;
}
