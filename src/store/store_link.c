#include "store_link.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/err.h"

int
store_link_key_good(struct db *db, struct arena *a, int kid, bool *good, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LINK_KEY_GOOD, &r, e, p_int(a, kid)))
        return -1;
    *good = row_bool(&r, 0, 0);
    return 0;
}

int
store_link_look(struct db *db, struct arena *a, const char *org, const char *recipient,
                const unsigned char hash[32], struct store_link *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LINK_LOOK, &r, e, P_TEXT(org), P_TEXT(recipient),
                 P_BYTES(hash, 32)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "message", "no such message");
    *out = (struct store_link){
        .address = row_text(&r, 0, 0),
        .mailbox = row_text(&r, 0, 1),
        .kind = row_text(&r, 0, 2),
        .state = row_text(&r, 0, 3),
        .state_at = row_int(&r, 0, 4),
        .received_at = row_int(&r, 0, 5),
        .expires_at = row_int(&r, 0, 6),
        .envelope_sender = row_text(&r, 0, 7),
        .header_from = row_text(&r, 0, 8),
        .header_from_name = row_text(&r, 0, 9),
        .subject = row_text(&r, 0, 10),
        .reasons = row_text(&r, 0, 11),
        .org_name = row_text(&r, 0, 12),
        .lang = row_text(&r, 0, 13),
        .tz = row_text(&r, 0, 14),
        .sign_in = strcmp(row_text(&r, 0, 15), "signin") == 0,
        .used_action = row_text(&r, 0, 16),
        .used_at = row_int(&r, 0, 17),
        .used_listed = row_bool(&r, 0, 18),
        .may = row_text(&r, 0, 19),
        .done_by = row_text(&r, 0, 20),
        .help = {row_text(&r, 0, 21), row_text(&r, 0, 22), row_text(&r, 0, 23), row_text(&r, 0, 24),
                 row_text(&r, 0, 25), ""},
    };
    return 0;
}

int
store_link_act(struct db *db, struct arena *a, const struct store_link_act *x, const char **result,
               struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LINK_ACT, &r, e, P_TEXT(x->org), P_TEXT(x->recipient),
                 P_BYTES(x->hash, 32), p_int(a, x->expires), P_TEXT(x->action), P_TEXT(x->pattern),
                 P_TEXT(x->client_ip)))
        return -1;
    *result = row_text(&r, 0, 0);
    return 0;
}

int
store_link_undo(struct db *db, struct arena *a, const struct store_link_act *x, const char **result,
                struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LINK_UNDO, &r, e, P_TEXT(x->org), P_TEXT(x->recipient),
                 P_BYTES(x->hash, 32), P_TEXT(x->client_ip)))
        return -1;
    *result = row_text(&r, 0, 0);
    return 0;
}

int
store_link_viewed(struct db *db, struct arena *a, const char *org, const char *recipient,
                  const char *client_ip, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_LINK_VIEWED, NULL, e, P_TEXT(org), P_TEXT(recipient),
                    P_TEXT(client_ip));
}

int
store_link_refused(struct db *db, struct arena *a, const char *org, const char *object,
                   const char *why, const char *client_ip, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_LINK_REFUSED, NULL, e, P_TEXT(org), P_TEXT(object),
                    P_TEXT(why), P_TEXT(client_ip));
}

int
store_link_revoke(struct db *db, struct arena *a, const char *actor, int *kid, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_LINK_REVOKE, &r, e, P_TEXT(actor)))
        return -1;
    *kid = (int)row_int(&r, 0, 0);
    return 0;
}
