/* What people teach, with a real database: from the release of a held mail to the corrections of the
 * organisation (T-E8). The model is the one that comes with Sekisho. */
#include "lib_db.h"

#include <glib.h>

#include "common/token.h"
#include "engine/jobs/job.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/orgconf/orgconf_learned.h"
#include "engine/scan/scan.h"
#include "engine/scan/statistics.h"
#include "engine/stats/learned.h"
#include "store/store_learn.h"
#include "store/store_quarantine.h"

#include <gmime/gmime.h>

int orgconf_learned_load(struct db *db, struct arena *a, const struct orgconf_learned **out,
                         struct err *e);

#define PEOPLE 5

static struct arena *a;
static struct err e;
static struct jobs jobs = {.node = "n1"};
static struct db *owner, *engine, *portal, *console;
static int made;

#define OK(call)                                           \
    do {                                                   \
        if ((call) < 0)                                    \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)

static const char text[] =
    "From: Shop <offers@shop.example>\nTo: user@org1.example\nSubject: Win a prize now\n"
    "Content-Type: text/plain\n\nClick here to claim your free prize money today! Limited offer, "
    "order cheap pills now, satisfaction guaranteed, unsubscribe here.\n";

static struct msg *
scanned(void)
{
    return msg_scan(a, (const unsigned char *)text, sizeof text - 1, NULL);
}

/* The k-th account of organisation 1, made when it is not there. */
static const char *
person(int k)
{
    const char *id = test_id(a, T_ACCOUNT, 1, k);
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO account (org_id, account_id, address, role) VALUES ('%s', "
                        "'%s', 'p%d@org1.example', 'user') ON CONFLICT DO NOTHING;"
                        "INSERT INTO account_mailbox VALUES ('%s', '%s', 'user@org1.example') ON "
                        "CONFLICT DO NOTHING",
                        test_id(a, T_ORG, 1, 0), id, k, test_id(a, T_ORG, 1, 0), id));
    return id;
}

/* A held mail of this kind with the features of the text, and who delivers it. */
static void
release(int who, const char *kind)
{
    struct store_actor by = {person(who), arena_printf(a, "p%d@org1.example", who), "portal", ""};
    struct scope sc = test_scope(a, 1, who);
    const char *id = test_id(a, T_RECIPIENT, 1, ++made), **changed;
    int n;
    test_held(a, 1, made, kind);
    sql_do("postgres", arena_printf(a,
                                    "UPDATE message SET scan = jsonb_build_object('features', "
                                    "'%s') WHERE message_id = '%s'",
                                    scanned()->learn, test_id(a, T_MESSAGE, 1, made)));
    OK(store_quarantine_release(portal, &sc, a, &by, &id, 1, true, &changed, &n, &e));
    assert_int_equal(n, 1);
}

/* The job, and what its result changes for the text. */
static double
change(void)
{
    const struct orgconf_learned *c;
    struct stats_features f;
    size_t n;
    int rc;
    while ((rc = job_learn(&jobs, a, &e)) > 0)
        ;
    OK(rc);
    OK(orgconf_learned_load(engine, a, &c, &e));
    const json_t *model = orgconf_learned(c, test_id(a, T_ORG, 1, 0));
    assert_null(orgconf_learned(c, test_id(a, T_ORG, 2, 0)));
    if (!model)
        return 0;
    stats_features(a, scanned(), &f);
    const unsigned char *p = token_unbase64url(a, json_string_value(model), &n);
    return learned_sum(scan_statistics_model(), &f, p, n);
}

static long
samples(const char *where)
{
    return sql_int("sekisho_owner",
                   arena_printf(a, "SELECT count(*) FROM learn_sample WHERE %s", where));
}

static int
clear(void **state)
{
    (void)state;
    sql_do("postgres", "DELETE FROM learn_sample; DELETE FROM learn_model");
    return 0;
}

static void
one_person(void **state)
{
    (void)state;
    for (int i = 0; i < 100; i++)
        release(2, "spam");
    assert_int_equal(samples("NOT spam AND origin = 'release' AND by_name = 'p2@org1.example'"),
                     100);
    assert_true(change() == 0);
    assert_int_equal(sql_int("sekisho_owner", "SELECT counted FROM learn_model"), 0);
}

static void
three_people(void **state)
{
    (void)state;
    release(2, "spam");
    release(3, "graymail");
    assert_true(change() == 0);
    release(4, "spam");
    assert_true(change() < -0.1);
}

/* What was held as malware or phishing, or by another rule, says nothing about its words. */
static void
other_kinds(void **state)
{
    (void)state;
    release(2, "unverified");
    assert_int_equal(samples("true"), 0);
}

static void
agree_and_undo(void **state)
{
    struct store_actor by = {test_id(a, T_ACCOUNT, 1, 0), "admin@org1.example", "admin", ""};
    struct scope sc = test_scope(a, 1, 0), other = test_scope(a, 2, 0);
    const char *org = test_id(a, T_ORG, 1, 0);
    struct store_cursor from = {0};
    struct store_learn *rows;
    bool more;
    int n, done;
    (void)state;
    release(2, "spam");
    OK(store_learn_list(console, &sc, a, org, &from, 10, &rows, &n, &more, &e));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].by_name, "p2@org1.example");
    assert_false(rows[0].spam || rows[0].trusted || more);
    assert_true(change() == 0);
    /* Somebody of another organisation sees and changes nothing. */
    OK(store_learn_agree(console, &other, a, org, &by, &rows[0].sample_id, 1, &done, &e));
    assert_int_equal(done, 0);
    OK(store_learn_agree(console, &sc, a, org, &by, &rows[0].sample_id, 1, &done, &e));
    assert_int_equal(done, 1);
    assert_true(change() < -0.1);
    OK(store_learn_undo(console, &sc, a, org, &by, &rows[0].sample_id, 1, &done, &e));
    assert_int_equal(done, 1);
    assert_true(change() == 0);
    assert_int_equal(sql_int("sekisho_owner", "SELECT length(model) FROM learn_model"), 0);
    assert_int_equal(sql_int("sekisho_owner",
                             "SELECT count(*) FROM audit WHERE event = 'learn.agreed' "
                             "AND object = 'p2@org1.example'"),
                     1);
}

/* By command; the last word about a message counts; all of one person go at once. */
static void
by_command(void **state)
{
    struct store_actor by = {NULL, "cli:root", "cli", ""};
    const char *org = test_id(a, T_ORG, 1, 0), *line, *digest;
    int done;
    (void)state;
    digest = g_base64_encode(scanned()->sha256, 32);
    for (int spam = 1; spam >= 0; spam--) {
        line = arena_printf(a, "[{\"spam\":%s,\"digest\":\"%s\",\"features\":\"%s\"}]",
                            spam ? "true" : "false", digest, scanned()->learn);
        OK(store_learn_add(owner, a, org, &by, line, "cli:root", &e));
    }
    assert_int_equal(samples("trusted AND NOT spam"), 1);
    assert_true(change() < -0.1);
    OK(store_learn_undo_person(owner, NULL, a, org, &by, "cli:root", &done, &e));
    assert_int_equal(done, 1);
    assert_true(change() == 0);
}

/* An account that is deleted takes its samples along; nobody has more than 500. */
static void
limits(void **state)
{
    (void)state;
    release(3, "spam");
    sql_do(
        "postgres",
        arena_printf(a,
                     "INSERT INTO learn_sample (org_id, sample_id, account_id, by_name, spam, "
                     "origin, digest, features, added_at) SELECT '%s', uuid7(), '%s', 'p3', true, "
                     "'report', sha256(('x' || i)::bytea), '\\x01', now() - interval '1 day' FROM "
                     "generate_series(1, 600) i",
                     test_id(a, T_ORG, 1, 0), person(3)));
    release(3, "spam");
    assert_int_equal(samples("true"), 500);
    assert_int_equal(samples("origin = 'release'"), 2);
    assert_true(change() == 0); /* samples of no known version are left alone */
    sql_do("postgres", arena_printf(a, "DELETE FROM account WHERE account_id = '%s'", person(3)));
    assert_int_equal(samples("true"), 0);
}

/* Four people with 500 samples each must not push out what an administrator agreed with. */
static void
flood(void **state)
{
    (void)state;
    release(2, "spam");
    sql_do("postgres", "UPDATE learn_sample SET trusted = true");
    assert_true(change() < -0.1);
    for (int who = 2; who <= 6; who++) {
        sql_do(
            "postgres",
            arena_printf(a,
                         "INSERT INTO learn_sample (org_id, sample_id, account_id, by_name, spam, "
                         "origin, digest, features) SELECT '%s', uuid7(), '%s', 'p', true, "
                         "'report', sha256(('%d/' || i)::bytea), '\\x01' FROM "
                         "generate_series(1, 600) i",
                         test_id(a, T_ORG, 1, 0), person(who), who));
        sql_do("postgres", arena_printf(a, "SELECT learn_trim('%s', '%s')", test_id(a, T_ORG, 1, 0),
                                        person(who)));
    }
    assert_int_equal(samples("true"), 2000);
    assert_int_equal(samples("trusted"), 1);
    assert_true(change() < -0.1);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        {"T-E8 100 releases by one person move no other's verdict", one_person, clear, NULL, NULL},
        {"T-E8 three people who deliver the same teach their organisation", three_people, clear,
         NULL, NULL},
        {"releases of other kinds of held mail teach nothing", other_kinds, clear, NULL, NULL},
        {"T-E8 an administrator agrees, and undoes", agree_and_undo, clear, NULL, NULL},
        {"sekisho learn: the last word counts, all of one person are undone", by_command, clear,
         NULL, NULL},
        {"T-E8 a flood of samples does not push out those that count", flood, clear, NULL, NULL},
        {"samples have limits and go with their account", limits, clear, NULL, NULL},
    };
    (void)argc;
    setenv("STATISTICS_MODEL", "conf/model/statistics.model", 1); /* other tests do without */
    db_test_start(argv);
    a = arena_new();
    g_mime_init();
    charset_preload();
    scanners_prepare();
    owner = db_open(settings_database("sekisho_owner"), 1, 10000);
    engine = db_open(settings_database("sekisho_engine"), 1, 10000);
    portal = db_open(settings_database("sekisho_portal"), 1, 10000);
    console = db_open(settings_database("sekisho_console"), 1, 10000);
    jobs.db = db_open(settings_database("sekisho_jobs"), 1, 10000);
    test_org(a, 1);
    test_org(a, 2);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
