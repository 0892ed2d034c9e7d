/* sekisho tls list|set|delete */
#include <stdio.h>
#include <string.h>

#include "cli_domain.h"
#include "cli_org.h"
#include "common/tls_peer.h"
#include "store/store_tls.h"

/* Calls one() with each entry until it returns other than 0. */
static int
each(struct cli *c, int (*one)(struct cli *c, const struct store_tls_peer *p, void *arg), void *arg)
{
    struct store_tls_peer *rows;
    const char *after = "";
    bool more = true;
    int n, rc = 0;

    while (more && !rc) {
        if (store_tls_list(cli_db(c), NULL, c->a, after, false, 100, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n && !rc; i++)
            rc = one(c, &rows[i], arg);
        after = n ? rows[n - 1].peer_id : "";
    }
    return rc;
}

static int
show(struct cli *c, const struct store_tls_peer *p, void *arg)
{
    (void)arg;
    if (c->json)
        cli_json(c, json_pack("{ss ss ss ss ss sb}", "domain", p->domain, "direction", p->direction, "peer", p->peer, "level",
                              p->level, "min_version", p->min_version, "active", p->active));
    else
        printf("%s\t%s\t%s\t%s\tTLS %s\t%s\n", *p->domain ? p->domain : "(other domains)", p->direction, p->peer, p->level,
               p->min_version, p->active ? "on" : "off");
    return 0;
}

int
cmd_tls_list(struct cli *c)
{
    return cli_end(c, NULL) || each(c, show, NULL) ? -1 : 0;
}

/* Which entry the command line names; p->peer_id is filled when it exists. */
static int
find(struct cli *c, const struct store_tls_peer *p, void *arg)
{
    struct store_tls_peer *want = arg;

    if (strcmp(p->org_id, want->org_id) || strcmp(p->domain_id, want->domain_id) ||
        strcmp(p->direction, want->direction) || strcmp(p->peer, want->peer))
        return 0;
    (void)c;
    want->peer_id = p->peer_id;
    return 1;
}

static int
named(struct cli *c, const char *domain, const char *org_name, const char *direction, const char *peer,
      struct store_tls_peer *p)
{
    struct store_domain d;

    if (strcmp(direction, "in") != 0 && strcmp(direction, "out") != 0)
        return err_set(&c->err, ERR_INPUT, "usage", "\"%.80s\" is neither in nor out", direction);
    p->direction = direction;
    p->domain_id = "";
    if (tls_peer_name(c->a, peer, &p->peer, &c->err))
        return -1;
    if (!domain)
        return cli_org(c, org_name, &p->org_id) || each(c, find, p) < 0 ? -1 : 0;
    if (cli_domain(c, domain, &d))
        return -1;
    p->domain_id = d.domain_id;
    p->org_id = d.org_id;
    return each(c, find, p) < 0 ? -1 : 0;
}

int
cmd_tls_set(struct cli *c)
{
    const char *domain = cli_opt(c, "--domain"), *org = cli_opt(c, "--org"), *min = cli_opt(c, "--min");
    bool off = cli_flag(c, "--off");
    const char *direction = cli_word(c), *peer = cli_word(c), *level = cli_word(c);
    struct store_tls_peer p = {.min_version = min ? min : "1.2", .level = level, .active = !off};
    struct store_actor by = cli_by(c);
    char id[37];

    if (cli_end(c, !direction ? "in|out" : !peer ? "PEER" : !level ? "LEVEL" : NULL) ||
        named(c, domain, org, direction, peer, &p))
        return -1;
    if (!tls_version_ok(p.min_version))
        return err_set(&c->err, ERR_INPUT, "usage", "--min is 1.2 or 1.3: older versions are not used here");
    if (!tls_level_ok(level, strcmp(direction, "in") == 0))
        return err_set(&c->err, ERR_INPUT, "usage", "\"%.80s\" is no level for that direction; %s", level, c->usage);
    if (p.peer_id ? store_tls_change(cli_db(c), NULL, c->a, &by, &p, &c->err)
                  : store_tls_add(cli_db(c), NULL, c->a, &by, &p, id, &c->err))
        return -1;
    p.domain = domain ? domain : "";
    return show(c, &p, NULL);
}

int
cmd_tls_delete(struct cli *c)
{
    const char *domain = cli_opt(c, "--domain"), *org = cli_opt(c, "--org");
    const char *direction = cli_word(c), *peer = cli_word(c);
    struct store_tls_peer p = {0};
    struct store_actor by = cli_by(c);

    if (cli_end(c, !direction ? "in|out" : !peer ? "PEER" : NULL) || named(c, domain, org, direction, peer, &p))
        return -1;
    if (!p.peer_id)
        return err_set(&c->err, ERR_NOTFOUND, "peer", "there is no such entry: see sekisho tls list");
    if (store_tls_delete(cli_db(c), NULL, c->a, &by, p.peer_id, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss}", "deleted", p.peer));
    else
        printf("The entry for %s is deleted.\n", p.peer);
    return 0;
}
