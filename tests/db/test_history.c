/* Delivery history (U9): mail and what was refused before it came in are one list, of the person's own mailboxes only;
 * it pages both ways, and walks the indexes. */
#include "lib_db.h"

#include "store/store_history.h"

static struct db *portal;
static struct arena *a;
static struct err e;

#define OK(call)                                           \
    do {                                                   \
        if ((call) < 0)                                    \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)

/* Organisation 1 has user@ (account 1) and two@ (account 2), who share shared@; account 1 also has user+own@. Mail and refusals take
 * turns, three to a millisecond, of eight recipients. Of the refusals some only put mail off, and some are of mail that was sent. */
static const char rows[] =
    "INSERT INTO account (org_id, account_id, address, role) VALUES ('%1$s', '%3$s', "
    "'two@org1.example', 'user');"
    "INSERT INTO account_mailbox (org_id, account_id, address) VALUES ('%1$s', '%2$s', "
    "'shared@org1.example'),"
    " ('%1$s', '%2$s', 'user+own@org1.example'), ('%1$s', '%3$s', 'shared@org1.example'), ('%1$s', "
    "'%3$s', 'two@org1.example');"
    "INSERT INTO recipient (org_id, domain_id, address) VALUES ('%1$s', '%5$s', "
    "'user+apart@org1.example');"
    "CREATE TABLE made AS SELECT i, uuid7() AS m, uuid7() AS r, date_trunc('milliseconds', now()) "
    "- interval '1 minute' * (i / 3) AS at,"
    "  (ARRAY['user@org1.example', 'shared@org1.example', 'user+tag@org1.example', "
    "'user+own@org1.example', 'user+apart@org1.example',"
    "         'two@org1.example', 'other@org1.example', 'user+tag@org1.example'])[i / 2 %% 8 + 1] "
    "AS address,"
    "  CASE WHEN i %% 50 = 0 THEN '%4$s'::uuid ELSE '%1$s'::uuid END AS org FROM "
    "generate_series(1, 480) i;"
    "INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, "
    "header_from, header_from_name, subject,"
    "  bytes, sha256, verdict) SELECT org, m, at, 'n', 'in', 'b' || i %% 7 || '@bounce.example', "
    "'', '', 'Mail ' || i, 9,"
    "  sha256(i::text::bytea), 'clean' FROM made WHERE i %% 2 = 0;"
    "INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, "
    "domain, original, state, disposition, kind)"
    "  SELECT org, m, r, at, address, 'org1.example', address, 'delivered', 'deliver', '' FROM "
    "made WHERE i %% 2 = 0;"
    "INSERT INTO refusal (org_id, refusal_id, at, node, direction, client_ip, envelope_sender, "
    "recipient, code, reason, slot)"
    "  SELECT org, r, at, 'n', CASE WHEN i %% 13 = 0 THEN 'out' ELSE 'in' END, '192.0.2.7', 'b' || "
    "i %% 7 || '@bounce.example', address,"
    "  CASE WHEN i %% 9 = 0 THEN 450 ELSE 550 END, CASE WHEN i %% 4 = 1 THEN 'sender-blocked' ELSE "
    "'ip-blocked' END, '192.0.2.7'"
    "  FROM made WHERE i %% 2 = 1";

static int
setup(void **unused)
{
    (void)unused;
    char conninfo[1024];
    snprintf(conninfo, sizeof conninfo, "%s user=sekisho_portal", getenv("DATABASE_URL"));
    a = arena_new();
    portal = db_open(conninfo, 1, 5000);
    test_org(a, 1);
    test_org(a, 2);
    sql_do("postgres", "SELECT partition_ensure(2)");
    sql_do("postgres", arena_printf(a, rows, test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1),
                                    test_id(a, T_ACCOUNT, 1, 2), test_id(a, T_ORG, 2, 0),
                                    test_id(a, T_DOMAIN, 1, 0)));
    return 0;
}

static int
teardown(void **unused)
{
    (void)unused;
    db_close(&portal);
    arena_free(&a);
    return 0;
}

struct filter {
    const char *states[2];
    int nstates;
    const char *search;
};

static const char *
with(const char *list, const struct store_history *h)
{
    if (*h->refusal) { /* nothing else is known of it */
        assert_string_equal(h->state, "rejected");
        assert_string_equal(h->subject, "");
        assert_false(h->was_held);
    }
    return arena_printf(a, "%s%s%s", list, *list ? "," : "", h->recipient_id);
}

static const char *
text_of(const char *role, const char *query)
{
    PGresult *r = sql(role, query);
    const char *out = arena_strdup(a, PQgetvalue(r, 0, 0));
    PQclear(r);
    return out;
}

/* All pages down, then up again from the last row. */
static const char *
forth(struct scope *sc, const struct filter *f, struct store_cursor *last)
{
    const char *out = "";
    struct store_cursor from = {0};
    bool more = true;
    for (int page = 0; more && page < 200; page++) {
        struct store_history *h;
        int n;
        OK(store_history_list(portal, sc, a, 0, f->states, f->nstates, f->search, &from, false, 7,
                              &h, &n, &more, &e));
        for (int i = 0; i < n; i++)
            out = with(out, &h[i]);
        if (!n)
            break;
        from.at = h[n - 1].received_at;
        memcpy(from.id, h[n - 1].recipient_id, 37);
    }
    *last = from;
    return out;
}

static const char *
back(struct scope *sc, const struct filter *f, struct store_cursor from)
{
    const char *out = from.id;
    bool more = true;
    out = arena_strdup(a, out);
    for (int page = 0; more && page < 200; page++) {
        struct store_history *h;
        const char *these = "";
        int n;
        OK(store_history_list(portal, sc, a, 0, f->states, f->nstates, f->search, &from, true, 7,
                              &h, &n, &more, &e));
        for (int i = 0; i < n; i++)
            these = with(these, &h[i]);
        if (!n)
            break;
        out = arena_printf(a, "%s,%s", these, out);
        from.at = h[0].received_at;
        memcpy(from.id, h[0].recipient_id, 37);
    }
    return out;
}

/* Lists of thousands of characters are more than a line of a report holds. */
static void
same(const char *is, const char *want)
{
    size_t at = 0;
    while (is[at] && is[at] == want[at])
        at++;
    if (strcmp(is, want))
        fail_msg("row %zu differs: %.36s instead of %.36s", at / 37, is + at / 37 * 37,
                 want + at / 37 * 37);
}

/* Both ways the list is what the superuser finds with where (of made), newest first. */
static void
compare(int account, struct filter f, const char *where, int at_least)
{
    struct scope sc = test_scope(a, 1, account);
    struct store_cursor last;
    const char *all = arena_printf(
        a,
        "SELECT coalesce(string_agg(r::text, ',' ORDER BY at DESC, r DESC), '') FROM made WHERE "
        "org = '%s' AND "
        "(i %% 2 = 0 OR (i %% 9 <> 0 AND i %% 13 <> 0)) AND address IN (%s) AND (%s)",
        test_id(a, T_ORG, 1, 0),
        account == 1 ? "'user@org1.example', 'user+tag@org1.example', 'user+own@org1.example', "
                       "'shared@org1.example'"
                     : "'two@org1.example', 'shared@org1.example'",
        where);
    const char *want = text_of("postgres", all), *is = forth(&sc, &f, &last);
    same(is, want);
    assert_true((int)strlen(want) / 37 >= at_least);
    same(back(&sc, &f, last), want);
}

static void
one_list(void **unused)
{
    (void)unused;
    compare(1, (struct filter){.search = ""}, "true", 150);
    compare(2, (struct filter){.search = ""}, "true", 60);
}

static void
by_result_and_sender(void **unused)
{
    (void)unused;
    for (int account = 1; account <= 2; account++) {
        compare(account, (struct filter){.states = {"rejected"}, .nstates = 1, .search = ""},
                "i % 2 = 1", 20);
        compare(account, (struct filter){.states = {"delivered"}, .nstates = 1, .search = ""},
                "i % 2 = 0", 30);
        compare(account, (struct filter){.search = "B3@bounce"}, "i % 7 = 3", 5);
        compare(account,
                (struct filter){.states = {"rejected", "dropped"}, .nstates = 2, .search = "b3@"},
                "i % 7 = 3 AND i % 2 = 1", 2);
        compare(account, (struct filter){.search = "192.0.2.7"}, "false", 0);
    }
}

/* The period holds for refusals, too. */
static void
by_period(void **unused)
{
    (void)unused;
    struct scope sc = test_scope(a, 1, 1);
    const char *const states[] = {"rejected"};
    struct store_history *h;
    struct store_cursor from = {0};
    bool more;
    int n;
    int64_t since = strtoll(
        text_of("postgres",
                "SELECT floor(extract(epoch FROM at) * 1000)::bigint FROM made WHERE i = 60"),
        NULL, 10);
    OK(store_history_list(portal, &sc, a, since, states, 1, "", &from, false, 100, &h, &n, &more,
                          &e));
    assert_int_equal(n, sql_int("postgres",
                                "SELECT count(*) FROM made WHERE i % 2 = 1 AND i < 63 AND i % 9 <> "
                                "0 AND i % 13 <> 0 AND "
                                "address LIKE ANY ('{user@%,user+tag@%,user+own@%,shared@%}')"));
    assert_true(n > 5);
}

/* T-I4: what the function says with no row-level security behind it. */
#define MINE "SELECT count(*) FROM refusals_mine(to_timestamp(0), NULL, false, NULL, NULL, 100)"
static long
mine_of(const char *org, const char *account)
{
    return strtol(
        text_of("sekisho_portal", arena_printf(a,
                                               "SELECT set_config('sekisho.org', '%s', false), "
                                               "set_config('sekisho.account', '%s', false);" MINE,
                                               org, account)),
        NULL, 10);
}

static void
of_nobody_else(void **unused)
{
    (void)unused;
    const char *org = test_id(a, T_ORG, 1, 0), *other = test_id(a, T_ORG, 2, 0);
    assert_true(mine_of(org, test_id(a, T_ACCOUNT, 1, 1)) > 50);
    assert_int_equal(mine_of(org, test_id(a, T_ACCOUNT, 1, 9)), 0); /* no such account */
    assert_int_equal(mine_of(org, test_id(a, T_ACCOUNT, 2, 1)), 0); /* of the other organisation */
    assert_int_equal(mine_of(other, test_id(a, T_ACCOUNT, 1, 1)),
                     0); /* its mail to the same addresses */
    assert_int_equal(mine_of("", ""), 0);
}

/* What people do not see of mail of blocked senders, they do not see of such that was refused. */
static void
blocked_by_right(void **unused)
{
    (void)unused;
    const char *org = test_id(a, T_ORG, 1, 0);
    sql_do("postgres",
           arena_printf(
               a,
               "INSERT INTO quarantine_right (org_id, kind, rights) VALUES ('%s', 'blocked', '{}')",
               org));
    compare(1, (struct filter){.states = {"rejected"}, .nstates = 1, .search = ""}, "i % 4 = 3",
            20);
    sql_do("postgres", arena_printf(a, "DELETE FROM quarantine_right WHERE org_id = '%s'", org));
}

/* A page of thousands of refusals looks at a page of them. */
static char plans[400000];
static void
keep_notice(void *unused, const char *text)
{
    (void)unused;
    strncat(plans, text, sizeof plans - strlen(plans) - 1);
}

static void
pages_walk_the_index(void **unused)
{
    (void)unused;
    char conninfo[1024];
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO refusal (org_id, refusal_id, at, node, direction, "
                        "envelope_sender, recipient, code, reason)"
                        " SELECT '%s', uuid7(), now() - interval '0.05 seconds' * i, 'n', "
                        "'in', 's@x.example', CASE WHEN i %% 20 = 0 THEN 'two@org1.example' ELSE "
                        "'p' || i %% 500 || '@org1.example' END, 550, "
                        "'ip-blocked' FROM generate_series(1, 60000) i",
                        test_id(a, T_ORG, 1, 0)));
    sql_do("postgres", "VACUUM ANALYZE refusal");
    snprintf(conninfo, sizeof conninfo, "%s user=postgres", getenv("DATABASE_URL"));
    PGconn *pg = PQconnectdb(conninfo);
    PQsetNoticeProcessor(pg, keep_notice, NULL);
    PQclear(PQexec(
        pg,
        arena_printf(a,
                     "LOAD 'auto_explain'; SET auto_explain.log_min_duration = 0; SET "
                     "auto_explain.log_nested_statements = on; SET auto_explain.log_analyze = on; "
                     "SELECT set_config('sekisho.org', '%s', false), set_config('sekisho.account', "
                     "'%s', false); SET client_min_messages = log",
                     test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 2))));
    for (int newer = 0; newer <= 1; newer++) {
        *plans = '\0';
        PQclear(PQexec(pg, arena_printf(a,
                                        "SELECT count(*) FROM refusals_mine(to_timestamp(0), NULL, "
                                        "%s, now() - interval '25 "
                                        "minutes', '%s', 51)",
                                        newer ? "true" : "false", test_id(a, T_RECIPIENT, 9, 9))));
        assert_non_null(strstr(plans, "mailbox_at_refusal_id_idx"));
        assert_non_null(strstr(plans, "rows=51 "));
        for (const char *p = plans; (p = strstr(p, "(actual time=")); p++) {
            const char *n = strstr(p, "rows=");
            assert_non_null(n);
            if (strtol(n + 5, NULL, 10) > 500)
                fail_msg("a page looks at %.20s", n);
        }
        assert_null(strstr(plans, "Rows Removed by Filter"));
    }
    PQfinish(pg);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_list),         cmocka_unit_test(by_result_and_sender),
        cmocka_unit_test(by_period),        cmocka_unit_test(of_nobody_else),
        cmocka_unit_test(blocked_by_right), cmocka_unit_test(pages_walk_the_index),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
