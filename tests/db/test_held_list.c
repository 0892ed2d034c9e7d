/* A person's list of held mail: the functions of 0027-held-list.sql find exactly what row-level security shows, in
 * each order and direction and with each filter, and walk the index instead of sorting a mailbox. */
#include "lib_db.h"

#include "common/when.h"
#include "store/store_bulk.h"
#include "store/store_preview.h"

#define MAILS 600 /* of all mailboxes */

static struct db *portal;
static struct arena *a;
static struct err e;

#define OK(call)                                           \
    do {                                                   \
        if ((call) < 0)                                    \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)

/* Mail for two accounts of organisation 1, who share a mailbox, for others and for organisation 2: with tags, to an
 * address with a tag that is a mailbox by itself, sent by us, of a kind that nobody may see, of the same millisecond. */
static const char mails[] =
    "INSERT INTO account (org_id, account_id, address, role) VALUES ('%1$s', '%3$s', "
    "'two@org1.example', 'user');"
    "INSERT INTO account_mailbox (org_id, account_id, address) VALUES ('%1$s', '%2$s', "
    "'shared@org1.example'),"
    " ('%1$s', '%2$s', 'user+own@org1.example'), ('%1$s', '%3$s', 'shared@org1.example'), ('%1$s', "
    "'%3$s', 'two@org1.example');"
    "INSERT INTO recipient (org_id, domain_id, address) VALUES ('%1$s', '%5$s', "
    "'user+apart@org1.example');"
    "INSERT INTO quarantine_right (org_id, kind, rights) VALUES ('%1$s', 'content', '{}');"
    "CREATE TABLE made AS SELECT i, uuid7() AS m, uuid7() AS r, date_trunc('milliseconds', now()) "
    "- interval '1 hour' * (i / 2) AS at,"
    "  CASE WHEN i %% 50 = 0 THEN '%4$s'::uuid ELSE '%1$s'::uuid END AS org FROM "
    "generate_series(1, 600) i;"
    "INSERT INTO message (org_id, message_id, received_at, node, direction, envelope_sender, "
    "header_from, header_from_name, subject,"
    "  bytes, sha256, verdict) SELECT org, m, at, 'n', CASE WHEN i %% 11 = 0 THEN 'out' ELSE 'in' "
    "END, 'b' || i %% 7 || '@bounce.example',"
    "  CASE WHEN i %% 13 = 0 THEN '' ELSE 's' || i %% 17 || '@Sender.example' END, (ARRAY['', "
    "'Zoë', 'émile', '山田', 'Anna'])[i %% 5 + 1],"
    "  (ARRAY['Ihre RECHNUNG', '【重要】ご請求書の件', 'ＡＢＣ ﾃｽﾄ', '50%% off_now'])[i %% 4 + 1] "
    "|| ' ' || i, 9, sha256(i::text::bytea), 'spam' FROM made;"
    "INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, address, "
    "domain, original, state, disposition, kind,"
    "  expires_at, outbound) SELECT org, m, r, at, x.address, 'org1.example', x.address, "
    "(ARRAY['held', 'held', 'held', 'deleted', 'delivered'])[i %% 5 + 1],"
    "  'quarantine', (ARRAY['spam', 'phishing', 'malware', 'content', 'graymail'])[i / 3 %% 5 + "
    "1], at + interval '1 day' * (20 + i %% 20), i %% 11 = 0 FROM made,"
    "  LATERAL (SELECT (ARRAY['user@org1.example', 'shared@org1.example', 'user+tag@org1.example', "
    "'user+own@org1.example', 'user+apart@org1.example',"
    "                         'two@org1.example', 'other@org1.example', 'user@org1.example'])[i %% "
    "8 + 1] AS address) x";

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
    for (int w = -4; w < 0; w++)
        sql_do("postgres",
               arena_printf(
                   a,
                   "DO $$ DECLARE t text; w date := date_trunc('week', now() AT TIME ZONE "
                   "'UTC')::date + 7 * (%d); BEGIN "
                   "FOR t IN SELECT c.relname FROM pg_class c WHERE c.relkind = 'p' AND "
                   "c.relnamespace = 'public'::regnamespace LOOP "
                   "EXECUTE format('CREATE TABLE IF NOT EXISTS %%I PARTITION OF %%I FOR VALUES "
                   "FROM (%%L) TO (%%L)', t || '_p' || to_char(w, 'YYYYMMDD'), t, "
                   "w::text || ' 00:00:00+00', (w + 7)::text || ' 00:00:00+00'); END LOOP; END $$",
                   w));
    sql_do("postgres", arena_printf(a, mails, test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 1),
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

/* ids with commas, of a statement that runs as the portal for an account of organisation 1; row-level security holds for it. */
static const char *
seen_by(int account, const char *query)
{
    PGresult *r =
        sql("sekisho_portal",
            arena_printf(a,
                         "SELECT set_config('sekisho.org', '%s', false), "
                         "set_config('sekisho.account', '%s', false);"
                         "SELECT coalesce(string_agg(recipient_id::text, ','), '') FROM (%s) x",
                         test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, account), query));
    const char *out = arena_strdup(a, PQgetvalue(r, 0, 0));
    PQclear(r);
    return out;
}

static struct store_held_filter
all_held(void)
{
    return (struct store_held_filter){.search = "",
                                      .kind = "",
                                      .domain = "",
                                      .recipient = "",
                                      .state = "held",
                                      .own = true,
                                      .limit = 7};
}

static const char *
comma(const char *list, const char *id)
{
    return *list ? arena_printf(a, "%s,%s", list, id) : id;
}

/* All pages, one after the other; then back again from the last row. */
static const char *
forth(int account, struct store_held_filter f, struct store_held *last)
{
    struct scope sc = test_scope(a, 1, account);
    const char *out = "";
    bool more = true;
    for (int page = 0; more && page < 200; page++) {
        struct store_held *rows;
        int n;
        OK(store_quarantine_list(portal, &sc, a, &f, &rows, &n, &more, &e));
        for (int i = 0; i < n; i++)
            out = comma(out, rows[i].recipient_id);
        if (!n)
            break;
        *last = rows[n - 1];
        f.cursor.at = last->received_at;
        memcpy(f.cursor.id, last->recipient_id, 37);
    }
    assert_false(more);
    return out;
}

static const char *
back(int account, struct store_held_filter f, const struct store_held *from)
{
    struct scope sc = test_scope(a, 1, account);
    const char *out = from->recipient_id, *first = out;
    int64_t at = from->received_at;
    bool more = true;
    f.newer = true;
    for (int page = 0; more && page < 200; page++) {
        struct store_held *rows;
        int n;
        f.cursor.at = at;
        memcpy(f.cursor.id, first, 37);
        OK(store_quarantine_list(portal, &sc, a, &f, &rows, &n, &more, &e));
        for (int i = n - 1; i >= 0; i--)
            out = arena_printf(a, "%s,%s", rows[i].recipient_id, out);
        if (!n)
            break;
        first = rows[0].recipient_id;
        at = rows[0].received_at;
    }
    return out;
}

/* where: the same filter in words of the table; $order likewise. At least so many rows, so that the test says something. */
static void
compare(int account, struct store_held_filter f, const char *where, const char *order, int at_least)
{
    struct store_held last = {.recipient_id = ""};
    struct scope sc = test_scope(a, 1, account);
    struct store_held_counts counts;
    int64_t place;
    int n = 1;
    const char *want =
        seen_by(account, arena_printf(a,
                                      "SELECT r.recipient_id FROM message_recipient r JOIN message "
                                      "m USING (org_id, received_at, message_id) "
                                      "WHERE r.state = '%s' AND %s ORDER BY %s",
                                      f.state, where, order));
    const char *got = forth(account, f, &last);
    assert_string_equal(got, want);
    if (!*want) {
        assert_int_equal(at_least, 0);
        return;
    }
    for (const char *p = want; *p; p++)
        n += *p == ',';
    assert_true(n >= at_least);
    assert_string_equal(back(account, f, &last), want);
    OK(store_quarantine_counts(portal, &sc, a, &f, &counts, &e));
    assert_int_equal(counts.matches, n);
    OK(store_preview_position(portal, &sc, a, &f, &last, &place, &e));
    assert_int_equal(place, n);
}

#define NEWEST "r.received_at DESC, r.recipient_id DESC"
#define EXPIRES "r.expires_at, " NEWEST
#define NAME                                                                           \
    "lower(normalize(CASE WHEN m.header_from_name <> '' THEN m.header_from_name WHEN " \
    "m.header_from <> '' THEN m.header_from "                                          \
    "ELSE m.envelope_sender END, NFKC) COLLATE \"und-x-icu\") COLLATE \"und-x-icu\", " NEWEST

static void
orders(void **unused)
{
    (void)unused;
    for (int account = 1; account <= 2; account++) {
        struct store_held_filter f = all_held();
        compare(account, f, "true", NEWEST, 40);
        f.order = "expires";
        compare(account, f, "true", EXPIRES, 40);
        f.order = "sender";
        compare(account, f, "true", NAME, 40);
        f.state = "deleted";
        compare(account, f, "true", NAME, 10);
    }
}

static void
filters(void **unused)
{
    (void)unused;
    static const char *const orders[][2] = {{"", NEWEST}, {"expires", EXPIRES}, {"sender", NAME}};
    int64_t day = 24 * 3600 * 1000LL;
    for (int i = 0; i < 3; i++) {
        struct store_held_filter f = all_held();
        f.order = orders[i][0];
        f.kind = "phishing";
        compare(1, f, "r.kind = 'phishing'", orders[i][1], 10);
        f.kind = "content"; /* nobody may see it */
        compare(1, f, "r.kind = 'content'", orders[i][1], 0);
        f.kind = "";
        f.since = when_now() - 4 * day;
        compare(1, f, "r.received_at >= now() - interval '4 days'", orders[i][1], 10);
        f.since = 0;
        f.expires_before = when_now() + 15 * day;
        compare(1, f, "r.expires_at < now() + interval '15 days'", orders[i][1], 5);
    }
}

static void
mailboxes(void **unused)
{
    (void)unused;
    struct store_held_filter f = all_held();
    f.recipient =
        "user@org1.example"; /* with its tags, but not what is a mailbox of his by itself */
    compare(1, f, "r.mailbox = 'user@org1.example' AND r.address <> 'user+own@org1.example'",
            NEWEST, 20);
    f.recipient = "user+own@org1.example";
    compare(1, f, "r.address = 'user+own@org1.example'", NEWEST, 10);
    f.recipient = "shared@org1.example";
    compare(1, f, "r.address = 'shared@org1.example'", NEWEST, 10);
    compare(2, f, "r.address = 'shared@org1.example'", NEWEST, 10);
    f.recipient = "other@org1.example"; /* not his */
    compare(1, f, "r.address = 'other@org1.example'", NEWEST, 0);
}

static void
searches(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *where;
        int at_least;
    } cases[] = {
        {"rechnung", "m.subject LIKE 'Ihre%'", 10},
        {"請求", "m.subject LIKE '%請求%'", 10},
        {"abc テスト", "m.subject LIKE 'ＡＢＣ%'", 10},
        {"ﾃｽﾄ", "m.subject LIKE 'ＡＢＣ%'", 10},
        {"ÉMILE", "m.header_from_name = 'émile'", 10},
        {"s3@sender", "m.header_from = 's3@Sender.example'", 1},
        {"b4@bounce", "m.envelope_sender LIKE 'b4@%'", 5},
        {"0% off_", "m.subject LIKE '50!% off%' ESCAPE '!'", 10},
        {"%", "m.subject LIKE '%!%%' ESCAPE '!'", 10},
        {"nowhere", "false", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct store_held_filter f = all_held();
        f.search = cases[i].text;
        compare(1, f, cases[i].where, NEWEST, cases[i].at_least);
        f.order = "sender";
        compare(1, f, cases[i].where, NAME, cases[i].at_least);
    }
}

/* T-I4: what the functions say without row-level security behind them. */
static void
functions_ask_themselves(void **unused)
{
    (void)unused;
    static const char visible[] =
        "SELECT recipient_id FROM message_recipient WHERE state = 'held' ORDER BY recipient_id";
    for (int account = 1; account <= 2; account++) {
        const char *want = seen_by(account, visible);
        assert_true(strlen(want) > 37 * 40);
        assert_string_equal(seen_by(account, "SELECT recipient_id FROM held_page('held', NULL, "
                                             "NULL, NULL, to_timestamp(0), NULL, 'received', "
                                             "false, now(), NULL, 10000) ORDER BY recipient_id"),
                            want);
        assert_string_equal(seen_by(account, "SELECT recipient_id FROM held_page('held', NULL, "
                                             "NULL, NULL, to_timestamp(0), NULL, 'sender', "
                                             "false, now(), NULL, 10000) ORDER BY recipient_id"),
                            want);
        assert_string_equal(seen_by(account, "SELECT recipient_id FROM held_all('held', NULL, "
                                             "NULL, NULL, to_timestamp(0), NULL, 'infinity', "
                                             "10000) ORDER BY recipient_id"),
                            want);
        assert_string_equal(seen_by(account,
                                    "SELECT 1 AS recipient_id FROM held_totals(now(), 10000), "
                                    "(SELECT count(*) AS n FROM message_recipient "
                                    "WHERE state = 'held') x, (SELECT sum(n) AS s FROM "
                                    "held_counts(NULL, now(), 10000) c WHERE c.state = 'held') y "
                                    "WHERE held = x.n AND held = y.s"),
                            "1");
    }
    /* An account that is not there, or is of another organisation. */
    assert_string_equal(seen_by(9, "SELECT recipient_id FROM held_page('held', NULL, NULL, NULL, "
                                   "to_timestamp(0), NULL, 'received', false, now(), NULL, 10000)"),
                        "");
    assert_string_equal(seen_by(9, "SELECT recipient_id FROM held_all('held', NULL, NULL, NULL, "
                                   "to_timestamp(0), NULL, 'infinity', 10000)"),
                        "");
    /* A row of others is no place in the list: nothing is learnt about its sender. */
    const char *foreign = "(SELECT x.r FROM made x WHERE x.i = 6)";
    PGresult *r =
        sql("postgres",
            arena_printf(
                a,
                "SELECT recipient_id, floor(extract(epoch FROM received_at) * 1000)::bigint FROM "
                "message_recipient WHERE recipient_id = %s AND address = 'other@org1.example'",
                foreign));
    assert_int_equal(PQntuples(r), 1);
    assert_string_equal(
        seen_by(1,
                arena_printf(
                    a,
                    "SELECT recipient_id FROM held_page('held', NULL, NULL, NULL, to_timestamp(0), "
                    "NULL, 'sender', false, to_timestamp(%s::float8 / 1000), '%s', 100)",
                    PQgetvalue(r, 0, 1), PQgetvalue(r, 0, 0))),
        "");
    PQclear(r);
}

static void
counts_by_filter(void **unused)
{
    (void)unused;
    struct scope sc = test_scope(a, 1, 1);
    struct store_held_sort *s;
    int n;
    bool all;
    OK(store_quarantine_sorts(portal, &sc, a, "請求", &s, &n, &all, &e));
    assert_true(all);
    static const char *const kinds[] = {"spam", "phishing", "malware", "graymail"};
    for (int k = 0; k < 4; k++) {
        struct store_held_filter f = all_held();
        struct store_held_counts c;
        int64_t sum = 0;
        f.search = "請求";
        f.kind = kinds[k];
        f.recipient = "shared@org1.example";
        f.since = when_now() - 7 * 24 * 3600 * 1000LL;
        OK(store_quarantine_counts(portal, &sc, a, &f, &c, &e));
        for (int i = 0; i < n; i++)
            if (s[i].hit && !strcmp(s[i].state, "held") && !strcmp(s[i].kind, kinds[k]) &&
                !strcmp(s[i].mailbox, f.recipient) && (s[i].age == 1 || s[i].age == 7))
                sum += s[i].n;
        assert_int_equal(sum, c.matches);
        assert_true(sum > 0);
    }
}

/* Also for somebody who has one address, and that with a tag. */
static void
counts_are_those_of_the_table(void **unused)
{
    (void)unused;
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO account (org_id, account_id, address, role) VALUES ('%1$s', "
                        "'%2$s', 'user+tag@org1.example', 'user');"
                        "INSERT INTO account_mailbox (org_id, account_id, address) VALUES ('%1$s', "
                        "'%2$s', 'user+tag@org1.example')",
                        test_id(a, T_ORG, 1, 0), test_id(a, T_ACCOUNT, 1, 3)));
    for (int account = 1; account <= 3; account++) {
        const char *table = "SELECT r.state, r.kind, count(*) AS n FROM message_recipient r WHERE "
                            "r.state IN ('held', 'deleted') GROUP BY 1, 2";
        assert_string_not_equal(
            seen_by(account, arena_printf(a, "SELECT kind AS recipient_id FROM (%s) t", table)),
            "");
        assert_string_equal(
            seen_by(account, arena_printf(a,
                                          "SELECT t.kind AS recipient_id FROM (%s) t FULL JOIN "
                                          "(SELECT state, kind, sum(n) AS n FROM held_counts(NULL, "
                                          "now(), 10000) GROUP BY 1, 2) c USING (state, kind) "
                                          "WHERE t.n IS DISTINCT FROM c.n",
                                          table)),
            "");
        assert_string_equal(
            seen_by(account, arena_printf(a,
                                          "SELECT 1 AS recipient_id FROM (SELECT kind, n FROM (%s) "
                                          "u WHERE state = 'held') t FULL JOIN held_kinds('held', "
                                          "NULL, NULL, NULL, to_timestamp(0), NULL, 'infinity', "
                                          "10000) c USING (kind) WHERE t.n IS DISTINCT FROM c.n",
                                          table)),
            "");
    }
    assert_string_equal(seen_by(3, "SELECT DISTINCT own AS recipient_id FROM held_counts(NULL, "
                                   "now(), 10000)"),
                        "user+tag@org1.example");
    sql_do("postgres", arena_printf(a,
                                    "DELETE FROM account_mailbox WHERE account_id = '%1$s'; "
                                    "DELETE FROM account WHERE account_id = '%1$s'",
                                    test_id(a, T_ACCOUNT, 1, 3)));
}

/* P8: a page of a mailbox with thousands of rows looks at a page of rows. */
static char seen_plans[400000];
static void
keep_notice(void *unused, const char *text)
{
    (void)unused;
    strncat(seen_plans, text, sizeof seen_plans - strlen(seen_plans) - 1);
}

static void
pages_walk_the_index(void **unused)
{
    (void)unused;
    char conninfo[1024];
    sql_do(
        "postgres",
        arena_printf(
            a,
            "INSERT INTO message_recipient (org_id, message_id, recipient_id, received_at, "
            "address, domain, original, state, disposition, kind, expires_at)"
            " SELECT '%s', uuid7(), uuid7(), now() - interval '1 second' * i, 'two@org1.example', "
            "'org1.example', 'two@org1.example', 'held', 'quarantine', 'spam', now() + interval '9 "
            "days' FROM generate_series(1, 3000) i",
            test_id(a, T_ORG, 1, 0)));
    sql_do("postgres", "VACUUM ANALYZE message_recipient");
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
    for (int newer = 0; newer <= 1; newer++)
        PQclear(PQexec(
            pg, arena_printf(
                    a,
                    "SELECT count(*) FROM held_page('held', NULL, NULL, NULL, to_timestamp(0), "
                    "NULL, 'received', %s, now() - interval '25 minutes', '%s', 51)",
                    newer ? "true" : "false", test_id(a, T_RECIPIENT, 9, 9))));
    PQfinish(pg);
    assert_non_null(strstr(seen_plans, "Index Only Scan"));
    assert_non_null(strstr(seen_plans, "rows=51 "));
    for (const char *p = seen_plans; (p = strstr(p, "(actual time=")); p++) {
        const char *rows = strstr(p, "rows=");
        assert_non_null(rows);
        if (strtol(rows + 5, NULL, 10) > 1000)
            fail_msg("a page looks at %.20s", rows);
    }
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    const struct CMUnitTest tests[] = {
        {"P8 every order, forth and back, as row-level security shows it", orders, NULL, NULL,
         NULL},
        {"P8 U4 kind, period, deleted soon", filters, NULL, NULL, NULL},
        {"U4 one mailbox of several", mailboxes, NULL, NULL, NULL},
        {"U4 search in names, addresses and Japanese subjects", searches, NULL, NULL, NULL},
        {"T-I4 the functions ask whose mail it is", functions_ask_themselves, NULL, NULL, NULL},
        {"U4 counts of the filters are those of the list", counts_by_filter, NULL, NULL, NULL},
        {"U4 counts are those of the table, also for one address with a tag",
         counts_are_those_of_the_table, NULL, NULL, NULL},
        {"P8 a page walks the index and sorts no mailbox", pages_walk_the_index, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
