/* The lists of a rule of sender authentication: domains, networks, and pairs of both. */
#include <string.h>

#include "addr.h"
#include "arena.h"
#include "auth_rule.h"
#include "buf.h"
#include "domain_pattern.h"
#include "err.h"

#define LINE_MAX_BYTES 400

/* The next line without spaces around it; NULL behind the last. *rest moves on. */
static char *
next_line(struct arena *a, const char **rest)
{
    static const char space[] = " \t\r";
    const char *p = *rest, *end;
    size_t n;

    if (!*p)
        return NULL;
    n = strcspn(p, "\n");
    *rest = p + n + (p[n] == '\n');
    for (end = p + n; end > p && strchr(space, end[-1]);)
        end--;
    for (; p < end && strchr(space, *p);)
        p++;
    return arena_strndup(a, p, (size_t)(end - p));
}

static int
count_lines(const char *text)
{
    int n = 1;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static int
too_long(struct err *e)
{
    return err_set(e, ERR_INPUT, "list-long", "more than %d entries", AUTH_PEERS_MAX);
}

static bool
same_net(const struct ipnet *a, const struct ipnet *b)
{
    return a->bits == b->bits && ipnet_covers(a, b);
}

static bool
same_name(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

static int
read_peer(struct arena *a, const char *s, bool domains_only, struct auth_peer *out, struct err *e)
{
    struct err no_ip = {0};

    *out = (struct auth_peer){0};
    if (strlen(s) > LINE_MAX_BYTES)
        return err_set(e, ERR_INPUT, "domain", "neither a domain nor an address");
    if (!domains_only) {
        if (ipnet_parse(s, &out->net, &no_ip) == 0)
            return 0;
        if (strcmp(no_ip.code, "ip") != 0) {
            *e = no_ip;
            return -1;
        }
    }
    return domain_pattern(a, s, &out->domain, e);
}

int
auth_peers_read(struct arena *a, const char *text, bool domains_only, struct auth_peers *out,
                int *line, struct err *e)
{
    struct auth_peer *list = arena_calloc(a, (size_t)count_lines(text), sizeof *list);
    char *s;
    int n = 0;

    *out = (struct auth_peers){0};
    for (*line = 1; (s = next_line(a, &text)); (*line)++) {
        bool twice = false;
        if (!*s)
            continue;
        if (read_peer(a, s, domains_only, &list[n], e) < 0)
            return -1;
        for (int i = 0; i < n && !twice; i++)
            twice = same_name(list[i].domain, list[n].domain) &&
                    (list[n].domain || same_net(&list[i].net, &list[n].net));
        if (!twice && ++n > AUTH_PEERS_MAX)
            return too_long(e);
    }
    *out = (struct auth_peers){n, list};
    return 0;
}

static int
read_pair(struct arena *a, char *s, struct auth_pair *out, struct err *e)
{
    size_t n = strcspn(s, " \t,;");

    if (!s[n] || strlen(s) > LINE_MAX_BYTES)
        return err_set(e, ERR_INPUT, "pair", "a line is DOMAIN ADDRESS");
    s[n++] = '\0';
    n += strspn(s + n, " \t,;");
    if (domain_pattern(a, s, &out->domain, e) < 0)
        return -1;
    return ipnet_parse(s + n, &out->net, e);
}

int
auth_pairs_read(struct arena *a, const char *text, const struct auth_pair **out, int *count,
                int *line, struct err *e)
{
    struct auth_pair *list = arena_calloc(a, (size_t)count_lines(text), sizeof *list);
    char *s;
    int n = 0;

    *out = NULL;
    *count = 0;
    for (*line = 1; (s = next_line(a, &text)); (*line)++) {
        bool twice = false;
        if (!*s)
            continue;
        if (read_pair(a, s, &list[n], e) < 0)
            return -1;
        for (int i = 0; i < n && !twice; i++)
            twice =
                same_name(list[i].domain, list[n].domain) && same_net(&list[i].net, &list[n].net);
        if (!twice && ++n > AUTH_PEERS_MAX)
            return too_long(e);
    }
    *out = list;
    *count = n;
    return 0;
}

int
auth_notices_read(struct arena *a, const char *text, const char *const **out, int *count, int *line,
                  struct err *e)
{
    const char **list = arena_calloc(a, AUTH_NOTICES_MAX + 1, sizeof *list);
    struct addr address;
    char *s;
    int n = 0;

    *out = NULL;
    *count = 0;
    for (*line = 1; (s = next_line(a, &text)); (*line)++) {
        bool twice = false;
        if (!*s)
            continue;
        if (addr_parse(a, s, &address, e) < 0)
            return -1;
        for (int i = 0; i < n && !twice; i++)
            twice = strcmp(list[i], address.key) == 0;
        if (twice)
            continue;
        if (n == AUTH_NOTICES_MAX)
            return err_set(e, ERR_INPUT, "list-long", "more than %d addresses", AUTH_NOTICES_MAX);
        list[n++] = address.key;
    }
    *out = list;
    *count = n;
    return 0;
}

char *
auth_notices_text(struct arena *a, const char *const *list, int n)
{
    struct buf *b = buf_new(a, AUTH_RULE_BYTES);

    for (int i = 0; i < n; i++)
        buf_printf(b, "%s\n", list[i]);
    return arena_strdup(a, buf_cstr(b));
}

static const char *
net_text(struct arena *a, const struct ipnet *net)
{
    char text[IPNET_TEXT];

    ipnet_text(net, text);
    return arena_strdup(a, text);
}

char *
auth_peers_text(struct arena *a, const struct auth_peers *p)
{
    struct buf *b = buf_new(a, AUTH_RULE_BYTES);

    for (int i = 0; i < p->n; i++) {
        buf_str(b, p->list[i].domain ? p->list[i].domain : net_text(a, &p->list[i].net));
        buf_char(b, '\n');
    }
    return arena_strdup(a, buf_cstr(b));
}

char *
auth_pairs_text(struct arena *a, const struct auth_pair *pairs, int n)
{
    struct buf *b = buf_new(a, AUTH_RULE_BYTES);

    for (int i = 0; i < n; i++) {
        buf_str(b, pairs[i].domain);
        buf_char(b, ' ');
        buf_str(b, net_text(a, &pairs[i].net));
        buf_char(b, '\n');
    }
    return arena_strdup(a, buf_cstr(b));
}

bool
auth_peers_have(const struct auth_peers *p, const char *domain, const struct ipnet *ip)
{
    for (int i = 0; i < p->n; i++) {
        const struct auth_peer *one = &p->list[i];
        if (one->domain ? domain_pattern_matches(one->domain, domain)
                        : ip && ipnet_covers(&one->net, ip))
            return true;
    }
    return false;
}
