#include "store_domain.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

#include <string.h>

static void
read_server(const struct db_rows *r, int i, struct store_server *s)
{
    *s = (struct store_server){row_text(r, i, 0), row_text(r, i, 1),     row_text(r, i, 2),
                               row_text(r, i, 3), (int)row_int(r, i, 4), (int)row_int(r, i, 5)};
}

/* The servers of each domain: one more query for all of them. */
static int
attach_servers(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
               struct store_domain *rows, int n, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DOMAIN_SERVERS, &r, e, store_opt(domain_id)))
        return -1;
    struct store_server *all = arena_calloc(a, (size_t)r.n, sizeof *all);
    for (int i = 0; i < r.n; i++)
        read_server(&r, i, &all[i]);
    for (int d = 0; d < n; d++) {
        for (int i = 0; i < r.n; i++) {
            if (strcmp(all[i].domain_id, rows[d].domain_id) != 0)
                continue;
            if (!rows[d].servers)
                rows[d].servers = &all[i]; /* sorted by domain: they stand together */
            rows[d].nservers++;
        }
    }
    return 0;
}

static int
load(struct db *db, const struct scope *sc, struct arena *a, const char *id, const char *name,
     struct store_domain **rows, int *n, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DOMAIN_LIST, &r, e, store_opt(id), store_opt(name)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_domain){
            .domain_id = row_text(&r, i, 0),
            .org_id = row_text(&r, i, 1),
            .name = row_text(&r, i, 2),
            .state = row_text(&r, i, 3),
            .check_recipients = row_bool(&r, i, 4),
            .created_at = row_int(&r, i, 5),
            .mail_24h = row_int(&r, i, 6),
            .held = row_int(&r, i, 7),
        };
    return attach_servers(db, sc, a, r.n == 1 ? (*rows)[0].domain_id : NULL, *rows, *n, e);
}

int
store_domain_list(struct db *db, const struct scope *sc, struct arena *a,
                  struct store_domain **rows, int *n, struct err *e)
{
    return load(db, sc, a, NULL, NULL, rows, n, e);
}

static int
load_one(struct db *db, const struct scope *sc, struct arena *a, const char *id, const char *name,
         struct store_domain *out, struct err *e)
{
    struct store_domain *rows;
    int n;
    if (load(db, sc, a, id, name, &rows, &n, e))
        return -1;
    if (!n)
        return err_set(e, ERR_NOTFOUND, "domain", "no such domain");
    *out = rows[0];
    return 0;
}

int
store_domain_get(struct db *db, const struct scope *sc, struct arena *a, const char *domain_id,
                 struct store_domain *out, struct err *e)
{
    return load_one(db, sc, a, domain_id, NULL, out, e);
}

int
store_domain_find(struct db *db, const struct scope *sc, struct arena *a, const char *name,
                  struct store_domain *out, struct err *e)
{
    return load_one(db, sc, a, NULL, name, out, e);
}

int
store_domain_add(struct db *db, const struct scope *sc, struct arena *a,
                 const struct store_actor *by, const char *org, const char *name, const char *host,
                 int port, char domain_id[37], struct err *e)
{
    token_uuid7(domain_id);
    return DB_QUERY(db, sc, a, STMT_DOMAIN_ADD, NULL, e, P_TEXT(org), P_TEXT(domain_id),
                    P_TEXT(name), P_TEXT(host), p_int(a, port), store_opt(by->account_id),
                    P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip));
}

static int
found(const struct db_rows *r, const char *what, struct err *e)
{
    return r->n ? 0 : err_set(e, ERR_NOTFOUND, what, "no such %s", what);
}

int
store_domain_delete(struct db *db, const struct scope *sc, struct arena *a,
                    const struct store_actor *by, const char *domain_id, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DOMAIN_DELETE, &r, e, P_TEXT(domain_id), store_opt(by->account_id),
                 P_TEXT(by->name), P_TEXT(by->surface), P_TEXT(by->client_ip)))
        return -1;
    return found(&r, "domain", e);
}

int
store_domain_server_get(struct db *db, struct arena *a, const char *org, const char *server_id,
                        struct store_server *out, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_DOMAIN_SERVER_GET, &r, e, P_TEXT(org), P_TEXT(server_id)))
        return -1;
    if (found(&r, "server", e))
        return -1;
    read_server(&r, 0, out);
    return 0;
}

int
store_domain_server_add(struct db *db, const struct scope *sc, struct arena *a,
                        const struct store_actor *by, const struct store_server *s, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DOMAIN_SERVER_ADD, &r, e, P_TEXT(s->domain_id),
                 P_TEXT(s->recipient), P_TEXT(s->host), p_int(a, s->port), p_int(a, s->preference),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip)))
        return -1;
    return found(&r, "domain", e);
}

int
store_domain_server_change(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const struct store_server *s,
                           struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DOMAIN_SERVER_CHANGE, &r, e, P_TEXT(s->domain_id),
                 P_TEXT(s->recipient), P_TEXT(s->host), p_int(a, s->port), p_int(a, s->preference),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), P_TEXT(s->server_id)))
        return -1;
    return found(&r, "server", e);
}

int
store_domain_server_delete(struct db *db, const struct scope *sc, struct arena *a,
                           const struct store_actor *by, const char *domain_id,
                           const char *server_id, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, sc, a, STMT_DOMAIN_SERVER_DELETE, &r, e, P_TEXT(domain_id),
                 store_opt(by->account_id), P_TEXT(by->name), P_TEXT(by->surface),
                 P_TEXT(by->client_ip), P_TEXT(server_id)))
        return -1;
    if (!row_null(&r, 0, 1))
        return 0;
    if (row_int(&r, 0, 0) == 1)
        return err_set(e, ERR_CONFLICT, "last_server",
                       "a domain needs at least one inbound server");
    return err_set(e, ERR_NOTFOUND, "server", "no such server");
}
