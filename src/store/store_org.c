#include "store_org.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "../common/token.h"

#include <string.h>

static int
setup_answer(const char *answer, struct err *e)
{
    if (strcmp(answer, "ok") == 0)
        return 0;
    if (strcmp(answer, "done") == 0)
        return err_set(e, ERR_CONFLICT, "done", "this installation is set up already");
    if (strcmp(answer, "link") == 0)
        return err_set(e, ERR_DENIED, "link", "the set-up link is not valid any more");
    return err_set(e, ERR_DENIED, "denied", "not allowed");
}

int
store_org_setup(struct db *db, struct arena *a, const unsigned char *link_hash,
                const struct store_setup *s, char org_id[37], char account_id[37], struct err *e)
{
    struct db_rows r;
    char domain_id[37];
    token_uuid7(org_id);
    token_uuid7(account_id);
    token_uuid7(domain_id);
    struct db_param p[] = {
        link_hash ? P_BYTES(link_hash, 32) : P_TEXT(NULL),
        P_TEXT(org_id),
        P_TEXT(s->org_name),
        P_TEXT(s->lang),
        P_TEXT(s->tz),
        p_int(a, s->retention_days),
        P_BYTES(s->sealed_key, s->sealed_key_len),
        P_TEXT(account_id),
        P_TEXT(s->admin_address),
        P_TEXT(s->admin_name),
        P_TEXT(s->password),
        P_TEXT(domain_id),
        store_opt(s->domain),
        store_opt(s->host),
        p_int(a, s->port),
        P_TEXT(s->client_ip ? s->client_ip : ""),
    };
    if (db_query(db, NULL, a, STMT_ORG_SETUP, p, sizeof p / sizeof *p, &r, e))
        return -1;
    return setup_answer(row_text(&r, 0, 0), e);
}

int
store_org_exists(struct db *db, struct arena *a, struct err *e)
{
    struct db_rows r;
    if (db_query(db, NULL, a, STMT_ORG_EXISTS, NULL, 0, &r, e))
        return -1;
    return row_bool(&r, 0, 0);
}

static void
read_org(const struct db_rows *r, int i, struct store_org *o)
{
    *o = (struct store_org){row_text(r, i, 0), row_text(r, i, 1), row_text(r, i, 2),
                            row_text(r, i, 3), (int)row_int(r, i, 4)};
}

int
store_org_get(struct db *db, const struct scope *sc, struct arena *a, struct store_org *out,
              struct err *e)
{
    struct db_rows r;
    if (db_query(db, sc, a, STMT_ORG_GET, NULL, 0, &r, e))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "org", "no such organisation");
    read_org(&r, 0, out);
    return 0;
}

int
store_org_list(struct db *db, struct arena *a, struct store_org **rows, int *n, struct err *e)
{
    struct db_rows r;
    if (db_query(db, NULL, a, STMT_ORG_LIST, NULL, 0, &r, e))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        read_org(&r, i, &(*rows)[i]);
    return 0;
}

int
store_link_create(struct db *db, struct arena *a, const unsigned char hash[32], const char *purpose,
                  int64_t valid_seconds, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_LINK_CREATE, NULL, e, P_BYTES(hash, 32), P_TEXT(purpose),
                    p_int(a, valid_seconds));
}

int
store_link_state(struct db *db, struct arena *a, const unsigned char hash[32], const char *purpose,
                 const char **state, struct err *e)
{
    struct db_rows r;
    if (DB_QUERY(db, NULL, a, STMT_LINK_STATE, &r, e, P_BYTES(hash, 32), P_TEXT(purpose)))
        return -1;
    *state = row_text(&r, 0, 0);
    return 0;
}
