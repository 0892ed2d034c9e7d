#include "store_digest.h"

#include <stdlib.h>
#include <string.h>

#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"

#define BY(b) \
    store_opt((b)->account_id), P_TEXT((b)->name), P_TEXT((b)->surface), P_TEXT((b)->client_ip)

/* ------------------------------------------------------------------ the job */

static int
count(struct db *db, struct arena *a, enum stmt id, const struct db_param *p, int np, int *n,
      struct err *e)
{
    struct db_rows r;

    if (db_query(db, NULL, a, id, p, np, &r, e))
        return -1;
    *n = (int)row_int(&r, 0, 0);
    return 0;
}

int
store_digest_plan_rule(struct db *db, struct arena *a, int *n, struct err *e)
{
    return count(db, a, STMT_DIGEST_PLAN_RULE, NULL, 0, n, e);
}

int
store_digest_plan_own(struct db *db, struct arena *a, int limit, int *n, struct err *e)
{
    const struct db_param p = p_int(a, limit);

    return count(db, a, STMT_DIGEST_PLAN_OWN, &p, 1, n, e);
}

int
store_digest_plan_instant(struct db *db, struct arena *a, int *n, struct err *e)
{
    return count(db, a, STMT_DIGEST_PLAN_INSTANT, NULL, 0, n, e);
}

int
store_digest_fill(struct db *db, struct arena *a, int limit, int *n, struct err *e)
{
    const struct db_param p = p_int(a, limit);

    return count(db, a, STMT_DIGEST_FILL, &p, 1, n, e);
}

int
store_digest_forget(struct db *db, struct arena *a, struct err *e)
{
    return db_query(db, NULL, a, STMT_DIGEST_FORGET, NULL, 0, NULL, e);
}

int
store_digest_still_held(struct db *db, struct arena *a, const char *org, const char *const *ids,
                        int n, bool *held, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_DIGEST_STILL_HELD, &r, e, P_TEXT(org), store_array(a, ids, n)))
        return -1;
    for (int i = 0; i < n; i++) {
        held[i] = false;
        for (int k = 0; k < r.n && !held[i]; k++)
            held[i] = strcmp(row_text(&r, k, 0), ids[i]) == 0;
    }
    return 0;
}

int
store_digest_requests(struct db *db, struct arena *a, const char *org, const char *address, int max,
                      struct store_digest_request **rows, int *n, int64_t *all, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_DIGEST_REQUESTS, &r, e, P_TEXT(org), P_TEXT(address),
                 p_int(a, max)))
        return -1;
    *n = r.n;
    *all = r.n ? row_int(&r, 0, 6) : 0;
    *rows = arena_calloc(a, (size_t)r.n + 1, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] = (struct store_digest_request){row_text(&r, i, 0), row_text(&r, i, 1),
                                                   row_text(&r, i, 2), row_text(&r, i, 3),
                                                   row_text(&r, i, 4), row_int(&r, i, 5)};
    return 0;
}

int
store_digest_sample(struct db *db, struct arena *a, const char *org, const char *account,
                    const char *mailbox, struct store_user_mail *out, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_DIGEST_SAMPLE, &r, e, P_TEXT(org), P_TEXT(account),
                 P_TEXT(mailbox)))
        return -1;
    if (!r.n)
        return err_set(e, ERR_NOTFOUND, "mailbox", "no such mailbox");
    *out = (struct store_user_mail){.org_id = org,
                                    .mail_id = "sample",
                                    .recipient = mailbox,
                                    .kind = "digest",
                                    .params = row_text(&r, 0, 0),
                                    .lang = row_text(&r, 0, 1),
                                    .tz = row_text(&r, 0, 2),
                                    .date_style = row_text(&r, 0, 3),
                                    .help = row_text(&r, 0, 4),
                                    .org_name = "",
                                    .from_domain = "",
                                    .node = ""};
    return 0;
}

int
store_digest_off(struct db *db, struct arena *a, const char *org, const char *digest,
                 const char *client_ip, bool act, const char **address, const char **lang,
                 bool *done, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, NULL, a, STMT_DIGEST_OFF, &r, e, P_TEXT(org), P_TEXT(digest),
                 P_TEXT(client_ip), p_bool(act)))
        return -1;
    *address = r.n ? row_text(&r, 0, 0) : NULL;
    *lang = r.n ? row_text(&r, 0, 1) : "";
    *done = r.n && row_bool(&r, 0, 2);
    return 0;
}

/* ------------------------------------------------------------------ lists in columns */

static int
words(struct arena *a, const char *text, const char *const **out)
{
    const char **list = arena_calloc(a, strlen(text) / 2 + 1, sizeof *list);
    int n = 0;

    for (const char *p = text; *p;) {
        size_t len = strcspn(p, " ");
        if (len)
            list[n++] = arena_strndup(a, p, len);
        p += len + (p[len] == ' ');
    }
    *out = list;
    return n;
}

static int
minutes(struct arena *a, const char *text, int *out)
{
    const char *const *list;
    int n = words(a, text, &list);

    for (int i = 0; i < n && i < STORE_DIGEST_TIMES; i++)
        out[i] = (int)strtol(list[i], NULL, 10);
    return n < STORE_DIGEST_TIMES ? n : STORE_DIGEST_TIMES;
}

static struct db_param
minutes_param(struct arena *a, const int *times, int n)
{
    struct buf *b = buf_new(a, 0);

    if (n == 0)
        return P_TEXT(NULL);
    for (int i = 0; i < n; i++)
        buf_printf(b, "%c%d", i ? ',' : '{', times[i]);
    buf_char(b, '}');
    return P_TEXT(b->data);
}

/* ------------------------------------------------------------------ rules */

static void
read_actions(struct arena *a, const char *text, struct store_digest_rule *x)
{
    const char *const *list;
    int n = words(a, text, &list);

    for (int i = 0; i < n; i++) {
        x->deliver |= strcmp(list[i], "deliver") == 0;
        x->allow |= strcmp(list[i], "allow") == 0;
        x->block |= strcmp(list[i], "block") == 0;
        x->remove |= strcmp(list[i], "delete") == 0;
    }
}

static struct db_param
actions_param(struct arena *a, const struct store_digest_rule *x)
{
    const char *list[4];
    int n = 0;

    if (x->deliver)
        list[n++] = "deliver";
    if (x->allow)
        list[n++] = "allow";
    if (x->block)
        list[n++] = "block";
    if (x->remove)
        list[n++] = "delete";
    return store_array(a, list, n);
}

int
store_digest_rules(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   const char *rule_id, struct store_digest_rule **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_RULES, &r, e, store_opt(rule_id), store_opt(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++) {
        struct store_digest_rule *x = &(*rows)[i];
        x->rule_id = row_text(&r, i, 0);
        x->name = row_text(&r, i, 1);
        x->enabled = row_bool(&r, i, 2);
        x->priority = (int)row_int(&r, i, 3);
        x->ntargets = words(a, row_text(&r, i, 4), &x->targets);
        x->days = (int)row_int(&r, i, 5);
        x->ntimes = minutes(a, row_text(&r, i, 6), x->times);
        x->tz = row_text(&r, i, 7);
        x->format = row_text(&r, i, 8);
        read_actions(a, row_text(&r, i, 9), x);
        x->next_at = row_int(&r, i, 10);
        x->version = row_text(&r, i, 11);
        x->sent = row_int(&r, i, 12);
    }
    return 0;
}

int
store_digest_rule_add(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *org,
                      const struct store_digest_rule *x, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_DIGEST_RULE_ADD, NULL, e, P_TEXT(org), P_TEXT(x->name),
                    p_bool(x->enabled), p_int(a, x->priority),
                    store_array(a, x->targets, x->ntargets), p_int(a, x->days),
                    minutes_param(a, x->times, x->ntimes), P_TEXT(x->tz), P_TEXT(x->format),
                    actions_param(a, x), BY(by));
}

int
store_digest_rule_change(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org,
                         const struct store_digest_rule *x, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_RULE_CHANGE, &r, e, P_TEXT(org), P_TEXT(x->name),
                 p_bool(x->enabled), p_int(a, x->priority), store_array(a, x->targets, x->ntargets),
                 p_int(a, x->days), minutes_param(a, x->times, x->ntimes), P_TEXT(x->tz),
                 P_TEXT(x->format), actions_param(a, x), BY(by), P_TEXT(x->rule_id),
                 P_TEXT(x->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

int
store_digest_rule_delete(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org, const char *rule_id,
                         struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_RULE_DELETE, &r, e, P_TEXT(org), P_TEXT(rule_id), BY(by)))
        return -1;
    return r.n ? 0 : err_set(e, ERR_NOTFOUND, "rule", "no such rule");
}

int
store_digest_test(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                  const char *address, const char *rule_id, bool *queued, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_TEST, &r, e, P_TEXT(org), P_TEXT(address), P_TEXT(rule_id)))
        return -1;
    *queued = r.n > 0;
    return 0;
}

int
store_digest_setting(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                     struct store_digest_setting *out, struct err *e)
{
    struct db_rows r;

    *out = (struct store_digest_setting){true, true, "act", 14, ""};
    if (DB_QUERY(db, sc, a, STMT_DIGEST_SETTING_GET, &r, e, P_TEXT(org)))
        return -1;
    if (r.n)
        *out = (struct store_digest_setting){row_bool(&r, 0, 0), row_bool(&r, 0, 1),
                                             row_text(&r, 0, 2), (int)row_int(&r, 0, 3),
                                             row_text(&r, 0, 4)};
    return 0;
}

int
store_digest_setting_put(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const char *org,
                         const struct store_digest_setting *x, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_SETTING_PUT, &r, e, P_TEXT(org), p_bool(x->users_may),
                 p_bool(x->instant), P_TEXT(x->links), p_int(a, x->link_days), BY(by),
                 P_TEXT(x->version)))
        return -1;
    return r.n ? 0 : store_changed(e);
}

int
store_digest_texts(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                   struct store_digest_text **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_TEXTS, &r, e, P_TEXT(org)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++)
        (*rows)[i] =
            (struct store_digest_text){row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2)};
    return 0;
}

int
store_digest_text_put(struct db *db, const struct scope *sc, struct arena *a,
                      const struct store_actor *by, const char *org,
                      const struct store_digest_text *x, struct err *e)
{
    return DB_QUERY(db, sc, a, STMT_DIGEST_TEXT_PUT, NULL, e, P_TEXT(org), P_TEXT(x->lang),
                    P_TEXT(x->subject), P_TEXT(x->intro), BY(by));
}

/* ------------------------------------------------------------------ people */

int
store_digest_own(struct db *db, const struct scope *sc, struct arena *a,
                 struct store_digest_own **rows, int *n, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_OWN, &r, e, P_TEXT(sc->account)))
        return -1;
    *n = r.n;
    *rows = arena_calloc(a, (size_t)r.n, sizeof **rows);
    for (int i = 0; i < r.n; i++) {
        struct store_digest_own *x = &(*rows)[i];
        x->address = row_text(&r, i, 0);
        x->chosen = row_bool(&r, i, 1);
        x->enabled = row_bool(&r, i, 2);
        x->days = (int)row_int(&r, i, 3);
        x->ntimes = minutes(a, row_text(&r, i, 4), x->times);
        x->tz = row_text(&r, i, 5);
        x->nkinds = words(a, row_text(&r, i, 6), &x->kinds);
        x->format = row_text(&r, i, 7);
        x->lang = row_text(&r, i, 8);
        x->together = row_bool(&r, i, 9);
        x->instant = row_bool(&r, i, 10);
        x->quiet_from = (int)row_int(&r, i, 11);
        x->quiet_to = (int)row_int(&r, i, 12);
        x->rule = row_text(&r, i, 13);
        x->rule_days = (int)row_int(&r, i, 14);
        x->nrule_times = minutes(a, row_text(&r, i, 15), x->rule_times);
        x->rule_tz = row_text(&r, i, 16);
        x->next_at = row_int(&r, i, 17);
        x->last_at = row_int(&r, i, 18);
    }
    return 0;
}

int
store_digest_own_put(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_actor *by, const struct store_digest_own *x, struct err *e)
{
    struct db_param none = P_TEXT(NULL);
    bool own = x->ntimes > 0, quiet = x->quiet_from >= 0 && x->quiet_to >= 0;

    return DB_QUERY(
        db, sc, a, STMT_DIGEST_OWN_PUT, NULL, e, P_TEXT(sc->org), P_TEXT(x->address),
        p_bool(x->enabled), own ? p_int(a, x->days) : none, minutes_param(a, x->times, x->ntimes),
        own ? P_TEXT(x->tz) : none, x->nkinds ? store_array(a, x->kinds, x->nkinds) : none,
        store_opt(x->format), store_opt(x->lang), p_bool(x->together), p_bool(x->instant),
        quiet ? p_int(a, x->quiet_from) : none, quiet ? p_int(a, x->quiet_to) : none, BY(by));
}

int
store_digest_ask(struct db *db, const struct scope *sc, struct arena *a, const char *address,
                 const char **result, struct err *e)
{
    struct db_rows r;

    if (DB_QUERY(db, sc, a, STMT_DIGEST_ASK, &r, e, P_TEXT(sc->org), P_TEXT(address)))
        return -1;
    *result = row_text(&r, 0, 0);
    return 0;
}
