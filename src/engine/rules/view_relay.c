/*
 * Who handed the mail to whom, by its Received fields. Each mail program writes them in a form of its own,
 * so this looks for the forms' common parts: a name, what stands in parentheses or brackets behind it, and
 * "by". The newest hop is the connection that we have the mail from, when we have it from one.
 *
 * A hop is trusted as long as it and all newer ones came from a private network or by a log-in.
 */
#include "view.h"
#include "../msg/msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define HOPS 100

struct parsed {
    struct arena *a;
    const char *line; /* on one line, without "from " and date */
    const char *ip, *rdns, *helo, *by, *id, *ident, *envfrom, *auth;
    bool looked_up; /* the program asked DNS: no name means that there is none */
};

/* ------------------------------------------------------------------ small readers */

static char *
one_line(struct arena *a, struct span s)
{
    char *out = arena_memdup(a, s.p, s.n), *to = out;
    for (size_t i = 0; i < s.n; i++) {
        if (!isspace((unsigned char)s.p[i]))
            *to++ = s.p[i] ? s.p[i] : ' ';
        else if (to > out && to[-1] != ' ')
            *to++ = ' ';
    }
    while (to > out && (to[-1] == ' ' || to[-1] == ';'))
        to--;
    *to = '\0';
    return out;
}

/* "; Mon, 1 Jan 2001 00:00:00 +0000" at the end. */
static void
cut_date(char *s)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    for (char *p = s; (p = strpbrk(p, " ;")); p++) {
        char *d = p + strspn(p, " ;");
        if (isalpha((unsigned char)d[0]) && strlen(d) > 5 && d[3] == ',' && d[4] == ' ')
            d += 5;
        size_t n = strspn(d, "0123456789");
        if (n < 1 || n > 2 || d[n] != ' ' || strlen(d) < n + 14)
            continue;
        const char *m = NULL;
        for (size_t i = 0; i < 36 && !m; i += 3)
            m = strncmp(d + n + 1, months + i, 3) == 0 ? months + i : NULL;
        if (!m || d[n + 4] != ' ' || !isdigit((unsigned char)d[n + 5]))
            continue;
        char *colon = strchr(d + n + 5, ':'), *zone = colon ? strchr(colon, ' ') : NULL;
        if (zone && !strchr(zone + 1, ' ')) {
            *p = '\0';
            return;
        }
    }
}

static const char *
word(struct arena *a, const char *p)
{
    return arena_memdup(a, p, strcspn(p, " "));
}

/* What stands behind "key"; NULL: it is not there. */
static const char *
behind(struct arena *a, const char *line, const char *key, const char *stop)
{
    const char *at = strcasestr(line, key);
    if (!at)
        return NULL;
    at += strlen(key);
    return arena_memdup(a, at, strcspn(at, stop));
}

/* The text in parentheses at p, others inside included; *after: behind it. NULL: none. */
static const char *
group(struct arena *a, const char *p, const char **after)
{
    char open = *p, close = open == '(' ? ')' : ']';
    int depth = 0;
    if (open != '(' && open != '[')
        return NULL;
    for (const char *q = p; *q; q++) {
        depth += *q == open;
        depth -= *q == close;
        if (depth == 0) {
            *after = q[1] == ' ' ? q + 2 : q + 1;
            return arena_memdup(a, p + 1, (size_t)(q - p - 1));
        }
    }
    return NULL;
}

/* An address, alone or with a port, in brackets or not, "user@" before it. NULL: it is none. */
static const char *
address(struct arena *a, const char *p, const char **ident)
{
    const char *at = strchr(p, '@'), *space = strchr(p, ' ');
    const char *user = "";
    if (at && (!space || at < space)) {
        user = arena_memdup(a, p, (size_t)(at - p));
        p = at + 1;
    }
    p += *p == '[';
    size_t n = ip_length(p);
    if (n == 0 || (p[n] && !strchr("]:. )", p[n])))
        return NULL;
    *ident = user;
    return arena_memdup(a, p, n);
}

/* ------------------------------------------------------------------ the forms */

static const char *
greeting(const char *g)
{
    static const char *const words[] = {"HELO ", "EHLO ", "LHLO "};
    for (size_t i = 0; i < 3; i++)
        if (strncasecmp(g, words[i], 5) == 0)
            return g + 5;
    return strcasecmp(g, "HELO") == 0 || strcasecmp(g, "EHLO") == 0 ? g + 4 : NULL;
}

static void
attributes(struct parsed *x, const char *g)
{
    const char *v = behind(x->a, g, "helo=", " )");
    if (v)
        x->helo = v;
    if ((v = behind(x->a, g, "ident=", " )")))
        x->ident = v;
}

static bool
exim(const struct parsed *x)
{
    return strstr(x->line, "Exim") != NULL;
}

/* "name [ip]", "ident@name[ip]" */
static bool
name_and_ip(struct parsed *x, const char *first, const char *g)
{
    const char *open = strchr(g, '['), *ident, *space = strchr(g, ' ');
    if (!open || open == g || (space && space + 1 < open))
        return false;
    size_t n = ip_length(open + 1);
    if (n == 0 || (open[1 + n] != ']' && open[1 + n] != ':' && open[1 + n] != '%'))
        return false;
    char *name = arena_memdup(x->a, g, (size_t)(open - g));
    name[strcspn(name, " ")] = '\0';
    x->ip = arena_memdup(x->a, open + 1, n);
    x->helo = first;
    x->looked_up = strcmp(name, "softdnserr") != 0 && strncmp(name, "<unknown", 8) != 0;
    ident = strchr(name, '@');
    if (ident) {
        const char *from = strncmp(name, "IDENT:", 6) == 0 ? name + 6 : name;
        x->ident = arena_memdup(x->a, from, (size_t)(ident - from));
        name += ident + 1 - name;
    }
    x->rdns = x->looked_up ? name : "";
    return true;
}

/* Behind "name (HELO other) ": the address. */
static bool
after_greeting(struct parsed *x, const char *first, const char *helo, const char *rest)
{
    const char *after, *g = group(x->a, rest, &after), *ident = "";
    const char *ip = g ? address(x->a, g, &ident) : NULL;
    if (!ip)
        return false;
    x->rdns = first;
    x->helo = word(x->a, helo);
    x->ip = ip;
    x->ident = ident;
    x->looked_up = true;
    return true;
}

/* "name (group) ..." */
static bool
name_and_group(struct parsed *x, const char *first, const char *g, const char *rest)
{
    const char *ident = "", *helo = greeting(g), *ip;
    if (helo)
        return after_greeting(x, first, helo, rest);
    if (name_and_ip(x, first, g))
        return true;
    g += strspn(g, " ");
    if (!(ip = address(x->a, g, &ident)))
        return false;
    x->ip = ip;
    x->ident = ident;
    x->helo = first;
    if (*g == '[') {
        bool said = strcasestr(g, "helo=") != NULL;
        bool lookup = !strstr(x->line, "Microsoft SMTP") && !strstr(x->line, "mapi id") &&
                      !strstr(x->line, "(Lotus Domino ");
        x->rdns = said || exim(x) || strstr(g, "] verified") ? first : "";
        x->looked_up = lookup && !said && !exim(x);
        attributes(x, g);
    } else if (*ident && strchr(g, '[')) {
        x->looked_up = true; /* "ident@[ip]": it asked, and there was no name */
    } else {
        x->looked_up = true;
        x->rdns = first;
        if (strcmp(first, "unknown") == 0)
            x->helo = first;
    }
    return true;
}

/* "[ip] (helo=name)", "(ip) by", "ip by", "(name [ip]) by" */
static bool
ip_first(struct parsed *x, const char *line)
{
    const char *after = line, *ident = "", *g = group(x->a, line, &after), *ip;
    if (g && *line == '(' && name_and_ip(x, "", g)) {
        x->helo = x->rdns;
        x->rdns = "";
        x->looked_up = false;
        return true;
    }
    ip = address(x->a, g ? g : word(x->a, line), &ident);
    if (!ip)
        return false;
    x->ip = ip;
    if (!g)
        after = line + strcspn(line, " ") + (line[strcspn(line, " ")] == ' ');
    g = group(x->a, after, &after);
    if (g && greeting(g))
        x->helo = word(x->a, greeting(g));
    else if (g)
        attributes(x, g);
    return true;
}

/* "name(ip)" without a blank. */
static bool
name_with_ip(struct parsed *x, const char *first)
{
    const char *open = strchr(first, '('), *ident;
    const char *ip = open && open > first ? address(x->a, open + 1, &ident) : NULL;
    if (!ip || open[1 + strlen(ip)] != ')')
        return false;
    x->ip = ip;
    x->rdns = arena_memdup(x->a, first, (size_t)(open - first));
    x->helo = "";
    x->looked_up = true;
    return true;
}

static bool
with_ip(struct parsed *x)
{
    const char *line = x->line, *first = word(x->a, line), *rest = line + strlen(first), *after;
    rest += *rest == ' ';
    if (*line == '[' || *line == '(' || (ip_length(first) && strncmp(rest, "by ", 3) == 0))
        return ip_first(x, line);
    const char *g = group(x->a, rest, &after);
    if (g && *rest == '(' && name_and_group(x, first, g, after))
        return true;
    if (g && *rest == '[' && ip_length(g[0] == '(' ? g + 1 : g)) {
        g += *g == '(';
        x->ip = arena_memdup(x->a, g, ip_length(g));
        x->helo = first;
        x->rdns = exim(x) ? first : "";
        return true;
    }
    if (name_with_ip(x, first))
        return true;
    if (ip_length(first))
        return ip_first(x, line);
    for (const char *p = line; (p = strchr(p, '[')); p++) {
        size_t n = ip_length(p + 1);
        if (n && p[1 + n] == ']') {
            x->ip = arena_memdup(x->a, p + 1, n);
            if (!*x->helo)
                x->helo = first;
            return *x->by != '\0';
        }
    }
    return false;
}

/* Handed over inside of one machine: no hop, and nothing wrong with it. */
static bool
local_handover(const char *line)
{
    static const char *const behind_by[] = {"with", "via", "for", "(", "id"};
    const char *by = strstr(line, " by ");
    const char *after = by ? strchr(by + 4, ' ') : NULL;
    const char *first = strchr(line, ' ');
    if (by && first == by && after)
        for (size_t i = 0; i < sizeof behind_by / sizeof *behind_by; i++)
            if (strncmp(after + 1, behind_by[i], strlen(behind_by[i])) == 0)
                return true;
    if (first && by && memchr(line, '@', (size_t)(first - line)))
        return true;
    return strstr(line, "@localhost)") || strstr(line, "(LSMTP for") ||
           strstr(line, "with BSMTP") || strncmp(line, "mail pickup service", 19) == 0 ||
           strstr(line, " with local") || strstr(line, "(unverified) by") ||
           (by && (strstr(line, "(unknown) by") || strstr(line, "root@")));
}

/* ------------------------------------------------------------------ around the forms */

static bool
letters_only(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]))
            return false;
    return n > 0;
}

/* "with ESMTPA", "with ESMTPSA", "with HTTP": somebody logged in. */
static const char *
login(struct arena *a, const char *line)
{
    for (const char *p = line; (p = strcasestr(p, " with ")); p++) {
        const char *w = p + 6;
        size_t n = strcspn(w, " ;");
        bool mail =
            letters_only(w, n) && n >= 5 && n < 12 &&
            (strncasecmp(w + n - 3, "TPA", 3) == 0 || strncasecmp(w + n - 4, "TPSA", 4) == 0) &&
            strcasestr(arena_memdup(a, w, n), "MTP");
        bool web = (n == 4 || n == 5) && strncasecmp(w, "HTTP", 4) == 0;
        if ((mail || web) && strstr(line, " by "))
            return arena_memdup(a, w, n);
    }
    if (strstr(line, "(authenticated") && strstr(line, " by ") && strchr(line, '['))
        return "Sendmail";
    if (strstr(line, "(Authenticated sender: "))
        return "Postfix";
    if (strstr(line, "CommuniGate Pro ") && strstr(line, "(account "))
        return "Communigate";
    return "";
}

static const char *
safe(struct arena *a, const char *s)
{
    char *out = arena_strdup(a, s);
    for (char *c = out; *c; c++)
        if (isspace((unsigned char)*c) || strchr("#[]()<>|", *c))
            *c = '!';
    return out;
}

static const char *
envelope(struct arena *a, const char *line)
{
    static const char *const keys[] = {"return-path: ",  "return-path ",     "envelope-from ",
                                       "envelope-from=", "envelope-sender ", "envelope-sender="};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const char *v = behind(a, line, keys[i], " ");
        if (!v || !*v)
            continue;
        char *s = arena_strdup(a, v + strspn(v, "<"));
        size_t n = strlen(s);
        while (n > 0 && !isalnum((unsigned char)s[n - 1]) && s[n - 1] != '_')
            s[--n] = '\0';
        return s;
    }
    return NULL;
}

static void
describe(struct arena *a, struct relay *r)
{
    r->private_ip = ip_private(r->ip);
    r->ip = safe(a, strncasecmp(r->ip, "ipv6:", 5) == 0 ? r->ip + 5 : r->ip);
    r->helo = safe(a, r->helo);
    r->by = safe(a, r->by);
    r->rdns = safe(a, r->rdns);
    r->ident = safe(a, r->ident);
    r->envfrom = safe(a, r->envfrom);
}

static void
common(struct parsed *x, char *line)
{
    const char *v = behind(x->a, line, " by ", " ");
    char *end;
    x->by = x->rdns = x->helo = x->id = x->ident = x->ip = "";
    if (v) {
        x->by = v;
        end = (char *)(uintptr_t)v + strlen(v);
        while (end > v && end[-1] == ';')
            *--end = '\0';
    }
    v = behind(x->a, line, " id <", " <>;");
    if (!v || strlen(v) < 3)
        v = behind(x->a, line, " id ", " <>;");
    if (v && strlen(v) >= 3)
        x->id = v;
    if ((v = behind(x->a, line, " helo=", " )")) || (v = behind(x->a, line, "(helo=", " )")))
        x->helo = v;
    x->auth = login(x->a, line);
    x->envfrom = envelope(x->a, line);
}

/* 1: a hop; 0: none, and that is all right; -1: it cannot be read. */
static int
received(struct arena *a, struct span value, struct relay *out)
{
    struct parsed x = {.a = a};
    char *line = one_line(a, value);
    if (strncasecmp(line, "from ", 5) != 0 && strncasecmp(line, "(from ", 6) != 0)
        return 0;
    line += *line == '(' ? 6 : 5;
    if (strstr(line, " with local for "))
        return 0;
    const char *first = word(a, line), *by = line + strlen(first);
    if (strncmp(by, " by ", 4) == 0 && *first != '[') {
        const char *after = by + 4 + strcspn(by + 4, " ;");
        if (after[*after == ' '] == ';')
            return 0;
    }
    cut_date(line);
    common(&x, line);
    x.line = line;
    if (strstr(line, "with local") && exim(&x))
        return 0;
    if (!with_ip(&x))
        return local_handover(line) ? 0 : -1;
    char *rdns = arena_strdup(a, x.rdns);
    size_t n = strlen(rdns);
    while (n > 0 && rdns[n - 1] == '.')
        rdns[--n] = '\0';
    if (strcasecmp(rdns, "unknown") == 0 || *rdns == '[')
        *rdns = '\0';
    *out = (struct relay){.ip = x.ip,
                          .by = x.by,
                          .helo = x.helo,
                          .id = x.id,
                          .ident = x.ident,
                          .envfrom = x.envfrom ? x.envfrom : "",
                          .has_envfrom = x.envfrom != NULL,
                          .auth = x.auth,
                          .rdns = rdns,
                          .no_rdns = !*rdns && x.looked_up};
    describe(a, out);
    return 1;
}

/* ------------------------------------------------------------------ all of them */

static void
add(struct view *v, struct relay *r, bool *trusting)
{
    struct relays *to;
    *trusting &= r->private_ip || *r->auth;
    r->internal = *trusting;
    to = *trusting ? &v->trusted : &v->untrusted;
    if (to->n < HOPS)
        to->v[to->n++] = *r;
}

static const char *
as_text(struct arena *a, const struct relays *all)
{
    struct buf *b = buf_new(a, 0);
    for (int i = 0; i < all->n; i++) {
        const struct relay *r = &all->v[i];
        buf_printf(
            b, "%s[ ip=%s rdns=%s helo=%s by=%s ident=%s envfrom=%s intl=%d id=%s auth=%s msa=0 ]",
            i ? " " : "", r->ip, r->rdns, r->helo, r->by, r->ident, r->envfrom, r->internal ? 1 : 0,
            r->id, r->auth);
    }
    return buf_cstr(b);
}

/* The connection itself: no field says what we know first hand. */
static void
add_connection(struct view *v, bool *trusting)
{
    const struct envelope *e = v->env;
    if (!e || !e->client_ip || !*e->client_ip)
        return;
    bool named = e->client_name && *e->client_name && strcmp(e->client_name, "unknown") != 0;
    struct relay r = {.ip = e->client_ip,
                      .rdns = named ? e->client_name : "",
                      .helo = e->helo ? e->helo : "",
                      .by = "",
                      .id = "",
                      .ident = "",
                      .auth = e->direction && strcmp(e->direction, "out") == 0 ? "ESMTPA" : "",
                      .envfrom = e->sender ? e->sender : "",
                      .has_envfrom = true,
                      .no_rdns = !named};
    describe(v->a, &r);
    add(v, &r, trusting);
}

/* A mail that was fetched from a mailbox: what is newer is the reader's own. */
static bool
fetched(struct span value)
{
    return span_has(value, "with POP3") || span_has(value, "with IMAP");
}

void
view_relays(struct view *v)
{
    struct view_part *p = &v->parts[0];
    bool trusting = true;
    if (v->have_relays)
        return;
    v->have_relays = true;
    v->last_trusted = -1;
    v->trusted.v = arena_calloc(v->a, HOPS, sizeof *v->trusted.v);
    v->untrusted.v = arena_calloc(v->a, HOPS, sizeof *v->untrusted.v);
    add_connection(v, &trusting);
    for (int i = 0, n = 0; i < p->nfields && n < HOPS; i++) {
        struct relay r;
        if (strcasecmp(p->fields[i].name, "Received") != 0)
            continue;
        n++;
        view_decode_field(v, &p->fields[i]);
        struct span value = {p->fields[i].text, p->fields[i].text_n};
        if (fetched(value)) {
            v->trusted.n = v->untrusted.n == 0 ? 0 : v->trusted.n;
            v->last_trusted += trusting;
            continue;
        }
        int rc = received(v->a, value, &r);
        v->unparseable += rc < 0;
        if (rc > 0)
            add(v, &r, &trusting);
        v->last_trusted += trusting;
    }
    v->trusted.text = as_text(v->a, &v->trusted);
    v->untrusted.text = as_text(v->a, &v->untrusted);
}
