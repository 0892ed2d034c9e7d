#include "store_user_mail.h"

#include "../common/arena.h"
#include "../common/err.h"

int
store_user_mail_claim(struct db *db, struct arena *a, int limit, struct store_user_mail **rows,
                      int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_USER_MAIL_CLAIM, &r, e, p_int(a, limit)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_user_mail){
            .org_id = row_text(&r, i, 0),
            .mail_id = row_text(&r, i, 1),
            .recipient = row_text(&r, i, 2),
            .lang = row_text(&r, i, 3),
            .kind = row_text(&r, i, 4),
            .params = row_text(&r, i, 5),
            .org_name = row_text(&r, i, 6),
            .from_domain = row_text(&r, i, 7),
            .claimed_before = row_int(&r, i, 8),
            .claim = row_int(&r, i, 9),
            .node = row_text(&r, i, 10),
            .tries = row_int(&r, i, 11),
            .expired = row_bool(&r, i, 12),
            .tz = row_text(&r, i, 13),
            .date_style = row_text(&r, i, 14),
            .help = row_text(&r, i, 15),
        };
    return 0;
}

int
store_user_mail_arm(struct db *db, struct arena *a, struct store_user_mail *m, const char *node,
                    struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_USER_MAIL_ARM, &r, e, P_TEXT(m->org_id), P_TEXT(m->mail_id),
                 p_int(a, m->claim), P_TEXT(node)))
        return -1;
    if (r.n == 0)
        return 1;
    m->claim = row_int(&r, 0, 0);
    m->node = node;
    return 0;
}

int
store_user_mail_later(struct db *db, struct arena *a, const struct store_user_mail *m,
                      bool sent_perhaps, int64_t wait_ms, const char *reply, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_USER_MAIL_LATER, NULL, e, P_TEXT(m->org_id),
                    P_TEXT(m->mail_id), p_int(a, m->claim),
                    P_TEXT(arena_printf(a, "%.3f", (double)wait_ms / 1000)), p_bool(sent_perhaps),
                    P_TEXT(reply));
}

int
store_user_mail_end(struct db *db, struct arena *a, const struct store_user_mail *m,
                    const char *state, const char *reply, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_USER_MAIL_END, NULL, e, P_TEXT(m->org_id), P_TEXT(m->mail_id),
                    P_TEXT(state), P_TEXT(reply));
}

int
store_user_mail_forget(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_USER_MAIL_FORGET, NULL, 0, NULL, e);
}
