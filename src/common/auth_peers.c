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

/* ------------------------------------------------------------------ reading */

/* What the entries of a list are. */
struct kind {
    size_t size;
    int most;
    int (*read)(struct arena *a, char *line, void *out, struct err *e);
    bool (*same)(const void *a, const void *b);
};

static int
read_list(struct arena *a, const char *text, const struct kind *k, const void **out, int *count,
          int *line, struct err *e)
{
    char *list = arena_calloc(a, (size_t)count_lines(text), k->size), *s;
    int n = 0;

    *out = NULL;
    *count = 0;
    for (*line = 1; (s = next_line(a, &text)); (*line)++) {
        char *item = list + (size_t)n * k->size;
        bool twice = false;
        if (!*s)
            continue;
        if (strlen(s) > LINE_MAX_BYTES)
            return err_set(e, ERR_INPUT, "domain", "the line is too long");
        if (k->read(a, s, item, e) < 0)
            return -1;
        for (int i = 0; i < n && !twice; i++)
            twice = k->same(list + (size_t)i * k->size, item);
        if (!twice && ++n > k->most)
            return err_set(e, ERR_INPUT, "list-long", "more than %d entries", k->most);
    }
    *out = list;
    *count = n;
    return 0;
}

static bool
same_net(const struct ipnet *a, const struct ipnet *b)
{
    return a->bits == b->bits && ipnet_covers(a, b);
}

/* ------------------------------------------------------------------ domains and networks */

static int
read_domain(struct arena *a, char *s, void *out, struct err *e)
{
    struct auth_peer *p = out;

    *p = (struct auth_peer){0};
    return domain_pattern(a, s, &p->domain, e);
}

static int
read_peer(struct arena *a, char *s, void *out, struct err *e)
{
    struct auth_peer *p = out;
    struct err no_ip = {0};

    *p = (struct auth_peer){0};
    if (ipnet_parse(s, &p->net, &no_ip) == 0)
        return 0;
    if (strcmp(no_ip.code, "ip") == 0)
        return read_domain(a, s, out, e);
    *e = no_ip;
    return -1;
}

static bool
same_peer(const void *x, const void *y)
{
    const struct auth_peer *a = x, *b = y;

    if (a->domain && b->domain)
        return strcmp(a->domain, b->domain) == 0;
    return a->domain == b->domain && same_net(&a->net, &b->net);
}

int
auth_peers_read(struct arena *a, const char *text, bool domains_only, struct auth_peers *out,
                int *line, struct err *e)
{
    const struct kind kind = {sizeof(struct auth_peer), AUTH_PEERS_MAX,
                              domains_only ? read_domain : read_peer, same_peer};
    const void *list;
    int rc = read_list(a, text, &kind, &list, &out->n, line, e);

    out->list = list;
    return rc;
}

/* ------------------------------------------------------------------ pairs */

static int
read_pair(struct arena *a, char *s, void *out, struct err *e)
{
    size_t n = strcspn(s, " \t,;");
    struct auth_pair *p = out;

    if (!s[n])
        return err_set(e, ERR_INPUT, "pair", "a line is DOMAIN ADDRESS");
    s[n++] = '\0';
    n += strspn(s + n, " \t,;");
    if (domain_pattern(a, s, &p->domain, e) < 0)
        return -1;
    return ipnet_parse(s + n, &p->net, e);
}

static bool
same_pair(const void *x, const void *y)
{
    const struct auth_pair *a = x, *b = y;

    return strcmp(a->domain, b->domain) == 0 && same_net(&a->net, &b->net);
}

int
auth_pairs_read(struct arena *a, const char *text, const struct auth_pair **out, int *count,
                int *line, struct err *e)
{
    static const struct kind kind = {sizeof(struct auth_pair), AUTH_PEERS_MAX, read_pair,
                                     same_pair};
    const void *list;
    int rc = read_list(a, text, &kind, &list, count, line, e);

    *out = list;
    return rc;
}

/* ------------------------------------------------------------------ addresses */

static int
read_address(struct arena *a, char *s, void *out, struct err *e)
{
    struct addr address;

    if (addr_parse(a, s, &address, e) < 0)
        return -1;
    *(const char **)out = address.key;
    return 0;
}

static bool
same_address(const void *x, const void *y)
{
    return strcmp(*(const char *const *)x, *(const char *const *)y) == 0;
}

int
auth_notices_read(struct arena *a, const char *text, const char *const **out, int *count, int *line,
                  struct err *e)
{
    static const struct kind kind = {sizeof(char *), AUTH_NOTICES_MAX, read_address, same_address};
    const void *list;
    int rc = read_list(a, text, &kind, &list, count, line, e);

    *out = list;
    return rc;
}

/* ------------------------------------------------------------------ writing */

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
