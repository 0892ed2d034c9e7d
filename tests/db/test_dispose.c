/* Held mail for several organisations: all of it or nothing is stored, and sealing it for many costs
 * no more memory than for one.
 */
#include "lib_db.h"

#include <malloc.h>

#include "common/token.h"
#include "common/when.h"
#include "engine/act/dispose.h"
#include "engine/intake/gate.h"
#include "engine/intake/intake_conn.h"
#include "engine/intake/intake_room.h"
#include "engine/msg/msg.h"
#include "store/store_body.h"

#define ORGS 4
#define MB (1024L * 1024)
#define LARGE (8 * MB)

static struct gate gate = {.node = "n1"};
static struct arena *a;
static struct err e;
static unsigned char *raw; /* LARGE random bytes: they do not compress */

/* One recipient in each of the first n organisations; all are held. */
static int
store(int n, size_t len, struct err *err)
{
    struct conn *c = conn_new();
    struct mail *m = mail_begin(c);
    struct msg *msg = msg_new(a);
    const struct envelope env = {.direction = "in"};
    struct decision decisions[ORGS];
    struct judged j = {.msg = msg, .raw = raw, .raw_len = len, .env = &env, .queue_id = "Q1"};
    int rc;

    msg->bytes = (int64_t)len;
    token_sha256(raw, len, msg->sha256);
    j.decisions = decisions;
    for (int i = 0; i < n; i++) {
        const char *to = arena_printf(a, "<user@org%d.example>", i + 1);
        mail_add_recipient(m, to)->org = test_id(a, T_ORG, i + 1, 0);
        decisions[i] = (struct decision){DISP_QUARANTINE, "spam", "spam", "gtube", "", "", ""};
    }
    rc = dispose_store(&gate, c, &j, err);
    conn_free(c);
    return rc;
}

static long
messages(void)
{
    return sql_int("sekisho_owner", "SELECT count(*) FROM message");
}

static void
each_organisation_has_its_own(void **state)
{
    static const size_t sizes[] = {0, 1000, MB - 60, MB - 52, MB - 40, 3 * MB};
    struct db *jobs = db_open(settings_database("sekisho_jobs"), 1, 20000);

    (void)state;
    for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++) {
        if (store(ORGS, sizes[k], &e) < 0)
            fail_msg("%s: %s", e.code, e.text);
        assert_int_equal(messages(), ORGS * ((long)k + 1));
        for (int i = 1; i <= ORGS; i++) {
            const char *org = test_id(a, T_ORG, i, 0);
            PGresult *r =
                sql("sekisho_owner",
                    arena_printf(
                        a, "SELECT message_id FROM message WHERE org_id = '%s' AND bytes = %zu",
                        org, sizes[k]));
            unsigned char *back;
            size_t n;
            if (store_body_get(jobs, a, org, PQgetvalue(r, 0, 0), gate.master_key, &back, &n, &e))
                fail_msg("%zu bytes: %s: %s", sizes[k], e.code, e.text);
            assert_int_equal(n, sizes[k]);
            assert_memory_equal(back, raw, n);
            PQclear(r);
        }
    }
    db_close(&jobs);
    assert_int_equal(room_used(), 0);
}

static void
all_organisations_or_none(void **state)
{
    long before = messages();

    (void)state;
    /* The last one's body cannot be written. */
    sql_do("postgres",
           arena_printf(a,
                        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                        "RAISE 'no'; END $$; CREATE TRIGGER refuse BEFORE INSERT ON body FOR EACH "
                        "ROW WHEN (NEW.org_id = '%s' AND NEW.seq = 1) EXECUTE FUNCTION refuse()",
                        test_id(a, T_ORG, ORGS, 0)));
    assert_int_equal(store(ORGS, 3 * MB, &e), -1);
    sql_do("postgres", "DROP TRIGGER refuse ON body; DROP FUNCTION refuse()");
    assert_int_equal(messages(), before);
    assert_int_equal(room_used(), 0);
    assert_int_equal(store(ORGS, 3 * MB, &e), 0);
    assert_int_equal(messages(), before + ORGS);
}

/* Codes of the reasons of the newest message of the first organisation. */
static const char *
reasons_when(const char *code, const char *org, double score, enum disposition what,
             const char *reason)
{
    struct conn *c = conn_new();
    struct mail *m = mail_begin(c);
    struct msg *msg = msg_new(a);
    const struct envelope env = {.direction = "in"};
    struct decision d = {what, "spam", "spam", reason, "", "", ""};
    struct judged j = {.msg = msg, .raw = raw, .raw_len = 100, .env = &env, .queue_id = "Q1"};
    PGresult *r;
    const char *out;

    j.decisions = &d;
    msg->bytes = 100;
    token_sha256(raw, 100, msg->sha256);
    msg_add_finding(msg, (struct msg_finding){.scanner = "contact",
                                              .code = code,
                                              .kind = "",
                                              .score = score,
                                              .evidence = "a@b.example",
                                              .part = "",
                                              .org = org});
    mail_add_recipient(m, "<user@org1.example>")->org = test_id(a, T_ORG, 1, 0);
    if (dispose_store(&gate, c, &j, &e) < 0)
        fail_msg("%s: %s", e.code, e.text);
    conn_free(c);
    r = sql("sekisho_owner",
            arena_printf(a,
                         "SELECT (SELECT string_agg(x->>'code', ' ' ORDER BY n) FROM "
                         "jsonb_array_elements(reasons) WITH ORDINALITY AS l(x, n)) FROM message "
                         "WHERE org_id = '%s' ORDER BY message_id DESC LIMIT 1",
                         test_id(a, T_ORG, 1, 0)));
    out = arena_strdup(a, PQgetvalue(r, 0, 0));
    PQclear(r);
    return out;
}

static void
held_mail_says_that_its_sender_is_new(void **state)
{
    const char *own = test_id(a, T_ORG, 1, 0), *other = test_id(a, T_ORG, 2, 0);

    (void)state;
    assert_string_equal(reasons_when("first-contact", own, 0, DISP_QUARANTINE, "spam-score"),
                        "spam-score first-contact");
    assert_string_equal(reasons_when("first-contact", own, 0.8, DISP_QUARANTINE, "spam-score"),
                        "first-contact spam-score");
    assert_string_equal(reasons_when("first-contact", own, 0.8, DISP_QUARANTINE, "html-login"),
                        "html-login first-contact");
    assert_string_equal(reasons_when("first-contact-here", own, 0, DISP_QUARANTINE, "gtube"),
                        "gtube first-contact-here");
    assert_string_equal(reasons_when("first-contact", own, 0, DISP_QUARANTINE, ""),
                        "first-contact");
    assert_string_equal(reasons_when("first-contact", other, 0, DISP_QUARANTINE, "gtube"), "gtube");
    assert_string_equal(reasons_when("first-contact", own, 0.8, DISP_DELIVER, ""), "");
}

static long
status_kb(const char *what)
{
    char line[200];
    long kb = -1;
    FILE *f = fopen("/proc/self/status", "r");

    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, what, strlen(what)) == 0)
            kb = strtol(line + strlen(what) + 1, NULL, 10);
    if (f)
        fclose(f);
    return kb;
}

/* The most that was in memory above what is there before, in KB. */
static long
peak_of(int n)
{
    long before;
    FILE *f = fopen("/proc/self/clear_refs", "w");

    malloc_trim(0); /* what earlier tests have freed must not hide what is taken now */
    assert_non_null(f);
    assert_true(fputs("5", f) >= 0 && fclose(f) == 0);
    before = status_kb("VmRSS");
    if (store(n, LARGE, &e) < 0)
        fail_msg("%s: %s", e.code, e.text);
    return status_kb("VmHWM") - before;
}

static void
memory_does_not_grow_with_organisations(void **state)
{
    long counted = STORE_BODY_MEMORY / 1024, one = peak_of(1), many = peak_of(ORGS);

    (void)state;
    printf("# shown: sealing 8 MiB: %ld KB for one, %ld KB for %d, counted %ld KB\n", one, many,
           ORGS, counted);
#if !defined(__SANITIZE_ADDRESS__)
    assert_in_range(one, 1024, counted);
    assert_in_range(many, 0, counted);
#endif
}

static void
no_room_stores_nothing(void **state)
{
    long before = messages();
    int64_t all = settings_int(SET_intake_memory);

    (void)state;
    assert_true(room_take(all - MB / 2, 0));
    assert_int_equal(store(2, 3 * MB, &e), -1);
    assert_string_equal(e.code, DISPOSE_NO_ROOM);
    assert_int_equal(messages(), before);
    assert_int_equal(room_used(), all - MB / 2); /* what others have */
    room_give(all - MB / 2);
    assert_int_equal(store(2, 3 * MB, &e), 0);
    assert_int_equal(room_used(), 0);
}

int
main(int argc, char **argv)
{
    (void)argc;
    unsigned char key[32], sealed[32 + SEAL_OVERHEAD];
    db_test_start(argv);
    mallopt(M_MMAP_THRESHOLD, 64 * 1024);
    a = arena_new();
    raw = arena_alloc(a, LARGE);
    token_random(raw, LARGE);
    gate.db = db_open(settings_database("sekisho_engine"), 2, 20000);
    for (int i = 1; i <= ORGS; i++) {
        test_org(a, i);
        token_random(key, sizeof key);
        token_seal(gate.master_key, "org-key", key, sizeof key, sealed);
        sql_do("sekisho_owner",
               arena_printf(a, "UPDATE org SET body_key = '\\x%s' WHERE org_id = '%s'",
                            token_hex(a, sealed, sizeof sealed), test_id(a, T_ORG, i, 0)));
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_organisation_has_its_own),
        cmocka_unit_test(all_organisations_or_none),
        cmocka_unit_test(held_mail_says_that_its_sender_is_new),
        cmocka_unit_test(memory_does_not_grow_with_organisations),
        cmocka_unit_test(no_room_stores_nothing),
    };
    int rc = cmocka_run_group_tests_name("dispose", tests, NULL, NULL);
    db_close(&gate.db);
    arena_free(&a);
    return rc;
}
