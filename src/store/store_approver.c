#include "store_approver.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/err.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

static int
words(struct arena *a, const char *s, const char *const **out)
{
    const char **list = arena_calloc(a, strlen(s) / 2 + 1, sizeof *list);
    int n = 0;

    for (size_t k; *(s += strspn(s, " ")); s += k) {
        k = strcspn(s, " ");
        list[n++] = arena_strndup(a, s, k);
    }
    *out = list;
    return n;
}

int
store_approver_groups(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const char *group_id, struct store_approver_group **rows, int *n,
                      struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_APPROVER_GROUPS, &r, e, store_opt(group_id), P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n + 1, sizeof **rows);
    for (int i = 0; i < r.n; i++) {
        struct store_approver_group *x = &(*rows)[i];
        x->group_id = row_text(&r, i, 0);
        x->name = row_text(&r, i, 1);
        x->nmembers = words(a, row_text(&r, i, 2), &x->members);
        x->ndomains = words(a, row_text(&r, i, 3), &x->domains);
        x->version = row_text(&r, i, 4);
    }
    return 0;
}

int
store_approver_group_save(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org,
                          const struct store_approver_group *x, struct err *e)
{
    const struct db_param members = store_array(a, x->members, x->nmembers);
    const struct db_param domains = store_array(a, x->domains, x->ndomains);
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_APPROVER_UNFIT, &r, e, P_TEXT(org), members, domains))
        return -1;
    if (r.n)
        return err_set(e, ERR_INPUT, "approver", "%.320s", row_text(&r, 0, 0));
    if (!x->group_id)
        return DB_QUERY(db, sc, a, STMT_APPROVER_GROUP_ADD, NULL, e, P_TEXT(org), P_TEXT(x->name),
                        members, domains, BY(by));
    if (DB_QUERY(db, sc, a, STMT_APPROVER_GROUP_CHANGE, &r, e, P_TEXT(org), P_TEXT(x->name),
                 members, domains, BY(by), P_TEXT(x->group_id), store_opt(x->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

int
store_approver_group_delete(struct db *db, const struct scope *sc, struct arena *a,
                            const struct store_actor *by, const char *org, const char *group_id,
                            struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_APPROVER_GROUP_DELETE, &r, e, P_TEXT(org), P_TEXT(group_id),
                 BY(by)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "group", "no such group");
}
