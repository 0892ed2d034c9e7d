#include "feed_parse.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/csv_guard.h"
#include "../../common/ipnet.h"
#include "rpz.h"

#define ARENA_BYTES (256 * 1024) /* then a new one: lists are long */

struct parse {
    struct feed_sink *sink;
    struct arena *a;
    uint64_t line;
    const char *text; /* of the line */
    size_t n;
    enum feed_format format;
    const char *column;
    long at; /* of the column, from 0; -1: not known yet */
    char separator;
};

static void
bad(struct parse *p, const char *why)
{
    p->sink->bad(p->sink->arg, p->line, p->text, p->n, why);
}

static bool
next_line(const char **at, const char *end, struct parse *p)
{
    const char *stop;

    if (*at == end)
        return false;
    stop = memchr(*at, '\n', (size_t)(end - *at));
    p->text = *at;
    p->n = (size_t)((stop ? stop : end) - *at);
    *at = stop ? stop + 1 : end;
    p->line++;
    while (p->n > 0 && isspace((unsigned char)p->text[p->n - 1]))
        p->n--;
    while (p->n > 0 && isspace((unsigned char)*p->text) && p->format != FEED_RPZ)
        p->text++, p->n--;
    return true;
}

/* ---------------------------------------------------------------- one thing */

static bool
fits(enum feed_format f, enum threat_type t)
{
    if (f == FEED_DOMAINS)
        return t == THREAT_DOMAIN || t == THREAT_IP;
    return f != FEED_URLS || t == THREAT_URL;
}

static void
take(struct parse *p, const char *value)
{
    struct threat t;
    enum threat_problem problem = threat_parse(p->a, value, &t);

    if (problem != THREAT_FINE)
        bad(p, threat_problem_text(problem));
    else if (!fits(p->format, t.type))
        bad(p, p->format == FEED_URLS ? "not a URL" : "not a domain or IP address");
    else
        p->sink->entry(p->sink->arg, &t);
}

/* ---------------------------------------------------------------- list, domains, urls */

static bool
is_comment(const struct parse *p)
{
    return p->n == 0 || strchr("#;!", *p->text);
}

static void
list_line(struct parse *p)
{
    char *value = arena_strndup(p->a, p->text, p->n), *hash;

    if (strlen(value) != p->n) {
        bad(p, "has a NUL byte");
        return;
    }
    /* a comment behind the entry; in a URL "#" is something else */
    for (hash = value; (hash = strchr(hash, '#')); hash++)
        if (hash > value && isspace((unsigned char)hash[-1])) {
            *hash = '\0';
            break;
        }
    if (p->format == FEED_DOMAINS && strncmp(value, "||", 2) == 0) {
        value += 2;
        value[strcspn(value, "^")] = '\0';
    }
    take(p, value);
}

/* ---------------------------------------------------------------- hosts */

static bool
is_own_name(const char *host)
{
    static const char *const names[] = {
        "localhost",     "localhost.localdomain", "local",        "broadcasthost",
        "ip6-localhost", "ip6-loopback",          "ip6-localnet", "ip6-mcastprefix",
        "ip6-allnodes",  "ip6-allrouters",        "ip6-allhosts", "0.0.0.0",
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(host, names[i]) == 0)
            return true;
    return false;
}

static void
hosts_line(struct parse *p)
{
    char *rest = arena_strndup(p->a, p->text, p->n), *word;
    struct ipnet ip;
    struct threat t;
    bool any = false;

    rest[strcspn(rest, "#")] = '\0';
    word = strsep(&rest, " \t");
    if (!ipnet_address(word, &ip) && !strchr(word, '%')) { /* fe80::1%lo0 */
        bad(p, "does not begin with an IP address");
        return;
    }
    while ((word = strsep(&rest, " \t\r"))) {
        if (!*word || is_own_name(word)) {
            any |= *word != '\0';
            continue;
        }
        any = true;
        if (threat_parse(p->a, word, &t) != THREAT_FINE || t.type != THREAT_DOMAIN || *word == '*')
            bad(p, "not a host name");
        else {
            t.type = THREAT_HOST;
            p->sink->entry(p->sink->arg, &t);
        }
    }
    if (!any)
        bad(p, "names no host");
}

/* ---------------------------------------------------------------- CSV */

/* One cell of a line; a quoted one may hold separators. *more: another one follows. */
static char *
cell(struct parse *p, const char **at, bool *more)
{
    const char *end = p->text + p->n, *c = *at;
    char *out, *o;
    bool quoted;

    while (c < end && *c == ' ')
        c++;
    o = out = arena_alloc(p->a, (size_t)(end - c) + 1);
    quoted = c < end && *c == '"';
    c += quoted;
    while (c < end && (quoted || *c != p->separator)) {
        if (quoted && *c == '"') {
            if (c + 1 < end && c[1] == '"')
                c++;
            else {
                quoted = false;
                c++;
                continue;
            }
        }
        *o++ = *c++;
    }
    while (o > out && o[-1] == ' ')
        o--;
    *o = '\0';
    *more = c < end;
    *at = c + *more;
    return out;
}

static char
separator_of(const struct parse *p)
{
    bool quoted = false;

    for (size_t i = 0; i < p->n; i++) {
        if (p->text[i] == '"')
            quoted = !quoted;
        if (!quoted && p->text[i] && strchr(",;\t", p->text[i]))
            return p->text[i];
    }
    return ',';
}

/* The line with the names may be a comment ("# id,url"). true: this line was it. */
static bool
find_column(struct parse *p)
{
    const char *at = p->text, *stop = p->text + p->n;
    bool more = true;
    char *end;

    while (at < stop && (*at == '#' || *at == ' '))
        at++;
    p->at = strtol(p->column, &end, 10) - 1;
    if (end != p->column && !*end)
        return false;
    p->at = -1;
    p->separator = separator_of(p);
    for (long i = 0; more && at < stop; i++)
        if (strcasecmp(cell(p, &at, &more), p->column) == 0) {
            p->at = i;
            return true;
        }
    return false;
}

static void
csv_line(struct parse *p)
{
    const char *at = p->text;
    bool more = true;
    char *value = NULL;
    struct threat t;

    if (p->at < 0 && find_column(p))
        return;
    if (p->n == 0 || *p->text == '#')
        return;
    if (p->at < 0) {
        bad(p, "stands before the line with the names of the columns");
        return;
    }
    if (!p->separator)
        p->separator = separator_of(p);
    for (long i = 0; i <= p->at && more; i++)
        value = i < p->at ? (void)cell(p, &at, &more), NULL : cell(p, &at, &more);
    if (!value || !*value) {
        bad(p, "has no such column");
        return;
    }
    value = (char *)csv_unguarded(value);
    if (p->line == 1 && threat_parse(p->a, value, &t) != THREAT_FINE)
        return; /* the names of the columns */
    take(p, value);
}

/* ---------------------------------------------------------------- RPZ */

static void
rpz_line(struct parse *p, struct rpz *z)
{
    struct threat t;
    const char *why;

    switch (rpz_read(z, p->a, p->text, p->n, &t, &why)) {
    case RPZ_NOTHING:
        break;
    case RPZ_SKIPPED:
        p->sink->skipped++;
        break;
    case RPZ_ENTRY:
        p->sink->entry(p->sink->arg, &t);
        break;
    case RPZ_BAD:
        bad(p, why);
        break;
    }
}

/* ---------------------------------------------------------------- all */

static void
one_line(struct parse *p, struct rpz *z)
{
    if (p->n > FEED_LINE) {
        bad(p, "is longer than 16 KiB");
        return;
    }
    switch (p->format) {
    case FEED_CSV:
        csv_line(p);
        break;
    case FEED_RPZ:
        rpz_line(p, z);
        break;
    case FEED_HOSTS:
        if (!is_comment(p))
            hosts_line(p);
        break;
    default:
        if (!is_comment(p))
            list_line(p);
        break;
    }
}

int
feed_parse(const char *text, size_t n, enum feed_format format, const char *column,
           struct feed_sink *sink)
{
    struct parse p = {.sink = sink, .format = format, .column = column, .at = -1};
    struct rpz *z = rpz_new();
    const char *at = text, *end = text + n;

    if (n >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
        at += 3;
    p.a = arena_new();
    while (next_line(&at, end, &p)) {
        one_line(&p, z);
        if (arena_used(p.a) > ARENA_BYTES) {
            arena_free(&p.a);
            p.a = arena_new();
        }
    }
    sink->lines = p.line;
    arena_free(&p.a);
    rpz_free(&z);
    return format == FEED_CSV && p.at < 0 && p.line > 0 ? -1 : 0;
}
