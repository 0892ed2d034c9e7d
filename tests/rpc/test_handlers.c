/*
 * The handlers of the rpc role against a real database. Sign-in: T-W9 (nothing tells who exists),
 * T-W10 (rates), T-I11 (anything unclear is no), A-47 (better hashes).
 */
#include "../db/lib_db.h"

#include <libscrypt.h>

#include "common/jsonx.h"
#include "common/token.h"
#include "engine/domains/dkim_key.h"
#include "engine/handlers/hnd_ctx.h"
#include "rpc/rpc_codec.h"
#include "rpc/rpc_server.h"
#include "store/store_audit.h"

#define PASSWORD "correct horse battery"

static struct hnd_ctx ctx;
static struct rpc_caller caller = {'C', 0, &ctx};
static struct arena *a;
static struct err e;
static int wait_seconds;
static const char *last_ticket;

/* The handler's answer, checked as the server would check it; "error" when there was none. */
static const char *
verify(const char *address, const char *password, const char *surface, const char *ip)
{
    json_t *reply = NULL,
           *params = jsonx_own(a, json_pack("{ss ss ss ss}", "address", address, "password",
                                            password, "surface", surface, "client_ip", ip));
    char why[80];
    e = (struct err){0};
    assert_true(rpc_fields_ok(rpc_methods[RPC_auth_verify].request, params, why));
    if (hnd_auth_verify(a, &caller, params, &reply, &e))
        return "error";
    jsonx_own(a, reply);
    if (!rpc_fields_ok(rpc_methods[RPC_auth_verify].reply, reply, why))
        fail_msg("%s", why);
    const char *result = jsonx_str(reply, "result");
    bool ids = *jsonx_str(reply, "org_id") && *jsonx_str(reply, "account_id");
    assert_int_equal(ids, strcmp(result, "ok") == 0); /* nobody else's ids get out */
    last_ticket = jsonx_str(reply, "ticket");
    assert_int_equal(*last_ticket != '\0', strcmp(result, "ok") == 0);
    wait_seconds = (int)jsonx_int(reply, "retry_after", -1);
    assert_int_equal(wait_seconds > 0, strcmp(result, "limited") == 0);
    return result;
}

/* A fresh client each time, so that the rate of clients does not matter. */
static const char *
somewhere(void)
{
    static int n;
    n++;
    return arena_printf(a, "10.%d.%d.%d", n >> 16, n >> 8 & 255, n & 255);
}

static void
set_password(const char *address, const char *mcf)
{
    sql_do("postgres", arena_printf(a, "UPDATE account SET password = %s WHERE address = '%s'",
                                    mcf ? arena_printf(a, "'%s'", mcf) : "NULL", address));
}

static const char *
stored(const char *address)
{
    PGresult *r =
        sql("postgres",
            arena_printf(a, "SELECT coalesce(password, '') FROM account WHERE address = '%s'",
                         address));
    const char *mcf = arena_strdup(a, PQgetvalue(r, 0, 0));
    PQclear(r);
    return mcf;
}

static const char *
hash_with(unsigned long n)
{
    char *mcf = arena_alloc(a, SCRYPT_MCF_LEN + 1), *text = arena_strdup(a, PASSWORD);
    assert_true(libscrypt_hash(mcf, text, n, 8, 1));
    return mcf;
}

static long
refusals(const char *address, const char *reason)
{
    return sql_int(
        "postgres",
        arena_printf(a,
                     "SELECT count(*) FROM audit WHERE event = 'session.refused' AND object = '%s' "
                     "AND detail->>'reason' = '%s'",
                     address, reason));
}

static void
forget_rates(void)
{
    sql_do("postgres", "DELETE FROM rate_bucket");
}

static void
the_right_password_and_a_better_hash(void **state)
{
    (void)state;
    forget_rates();
    set_password("user@org1.example", hash_with(1 << 10));
    long before = sql_int("postgres", "SELECT count(*) FROM audit");
    assert_string_equal(verify("  User@ORG1.example ", PASSWORD, "portal", somewhere()), "ok");
    const char *better = stored("user@org1.example");
    assert_int_equal(strncmp(better, "$s1$110801$", 11), 0);
    assert_string_equal(verify("user@org1.example", PASSWORD, "portal", somewhere()), "ok");
    assert_string_equal(stored("user@org1.example"), better); /* good enough: left alone */
    /* The session's maker writes the row of a success. */
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM audit"), before);
}

/* A ticket makes one session, of its account. The web programs cannot do without. */
static void
a_ticket_for_one_session(void **state)
{
    (void)state;
    forget_rates();
    set_password("user@org1.example", hash_with(1 << 10));
    assert_string_equal(verify("user@org1.example", PASSWORD, "portal", somewhere()), "ok");
    assert_int_equal(strlen(last_ticket), 43);
    const char *first = last_ticket;
    assert_string_equal(verify("user@org1.example", PASSWORD, "portal", somewhere()), "ok");
    assert_string_not_equal(last_ticket, first);
    for (int i = 0; i < 2; i++) {
        PGresult *r =
            sql("sekisho_portal",
                arena_printf(
                    a, "SELECT session_create(sha256('s%d'), '%s', 'portal', sha256('c'), '', '')",
                    i, first));
        assert_string_equal(PQgetvalue(r, 0, 0), i ? "f" : "t");
        PQclear(r);
    }
    assert_int_equal(sql_int("postgres", arena_printf(a,
                                                      "SELECT count(*) FROM session WHERE "
                                                      "session_hash = sha256('s0') AND "
                                                      "account_id = '%s'",
                                                      test_id(a, T_ACCOUNT, 1, 1))),
                     1);
    sql_do("postgres", "DELETE FROM session");
}

static const char *
fresh(const char *address, const char *password, const char *surface, const char *ip)
{
    forget_rates();
    return verify(address, password, surface, ip);
}

static void
everything_else_is_wrong(void **state)
{
    (void)state;
    set_password("user@org1.example", hash_with(1 << 10));
    set_password("admin@org1.example", hash_with(1 << 10));
    assert_string_equal(fresh("user@org1.example", "Correct horse battery", "portal", somewhere()),
                        "wrong");
    assert_string_equal(fresh("user@org1.example", PASSWORD " ", "portal", somewhere()), "wrong");
    assert_string_equal(fresh("user@org1.example", "", "portal", somewhere()), "wrong");
    assert_string_equal(fresh("user@org1.example", PASSWORD, "admin", somewhere()),
                        "wrong"); /* no admin */
    assert_string_equal(fresh("nobody@org1.example", PASSWORD, "portal", somewhere()), "wrong");
    assert_string_equal(fresh("no address", PASSWORD, "portal", somewhere()), "wrong");
    assert_string_equal(fresh("", PASSWORD, "portal", somewhere()), "wrong");
    assert_string_equal(fresh("x' OR 1=1 --@org1.example", PASSWORD, "portal", somewhere()),
                        "wrong");
    assert_int_equal(refusals("user@org1.example", "wrong"), 4);
    assert_int_equal(refusals("nobody@org1.example", "wrong"), 1);
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM audit WHERE object = "
                                         "'nobody@org1.example' AND org_id = '" STORE_NO_ORG "'"),
                     1);
    assert_string_equal(fresh("admin@org1.example", PASSWORD, "admin", somewhere()), "ok");
    assert_string_equal(fresh("user@org1.example", PASSWORD, "elsewhere", somewhere()), "error");
    assert_int_equal(e.cls, ERR_INPUT);
}

static void
malformed_hashes_are_wrong(void **state)
{
    (void)state;
    static const char *const bad[] = {
        NULL, "", "x", PASSWORD, "$s1$", "$s1$110801$$", "$s1$ffffff$AAAA$AAAA", "$6$x$y"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        forget_rates();
        set_password("user@org2.example", bad[i]);
        assert_string_equal(verify("user@org2.example", PASSWORD, "portal", somewhere()), "wrong");
    }
}

static void
suspended_is_told_to_who_knows_the_password(void **state)
{
    (void)state;
    forget_rates();
    set_password("user@org3.example", hash_with(1 << 10));
    sql_do("postgres",
           "UPDATE account SET state = 'suspended' WHERE address = 'user@org3.example'");
    assert_string_equal(verify("user@org3.example", PASSWORD, "portal", somewhere()), "suspended");
    assert_string_equal(verify("user@org3.example", "wrong", "portal", somewhere()), "wrong");
    assert_int_equal(refusals("user@org3.example", "suspended"), 1);
}

static void
guesses_at_one_account_from_everywhere(void **state)
{
    (void)state;
    int checked = 0, limited = 0;
    forget_rates();
    set_password("user@org4.example", hash_with(1 << 10));
    for (int i = 0; i < 60; i++) {
        const char *r = verify("user@org4.example", "guess", "portal", somewhere());
        checked += strcmp(r, "wrong") == 0;
        limited += strcmp(r, "limited") == 0;
    }
    /* login_per_account = 4: two at once, then the others over the hour. */
    assert_int_equal(checked + limited, 60);
    assert_int_equal(checked, 2);
    assert_true(wait_seconds > 1200 && wait_seconds <= 1800);
    assert_string_equal(verify("user@org4.example", PASSWORD, "portal", somewhere()), "limited");
    assert_true(refusals("user@org4.example", "limited") > 0);
    /* An hour later: at most the setting, since the bucket holds half of it. */
    sql_do("postgres",
           "UPDATE rate_bucket SET updated_at = updated_at - interval '59 minutes 59 seconds'");
    for (int i = 0; i < 20; i++)
        checked +=
            strcmp(verify("user@org4.example", "guess", "portal", somewhere()), "wrong") == 0;
    assert_true(checked <= 4);
    /* No lock for ever. */
    sql_do("postgres", "UPDATE rate_bucket SET updated_at = updated_at - interval '1 hour'");
    assert_string_equal(verify("user@org4.example", PASSWORD, "portal", somewhere()), "ok");
}

static void
guesses_of_one_client(void **state)
{
    (void)state;
    int checked = 0;
    forget_rates();
    for (int i = 0; i < 12; i++)
        checked +=
            strcmp(verify(arena_printf(a, "guess%d@org1.example", i), "x", "portal", "192.0.2.9"),
                   "wrong") == 0;
    assert_int_equal(checked, 3); /* half of login_per_address = 6 */
    checked = 0;
    for (int i = 0; i < 12; i++) /* a whole /64 is one client */
        checked += strcmp(verify(arena_printf(a, "other%d@org1.example", i), "x", "portal",
                                 arena_printf(a, "2001:db8:1:2:%x::1", i)),
                          "wrong") == 0;
    assert_int_equal(checked, 3);
    assert_string_equal(verify("third@org1.example", "x", "portal", "2001:db8:1:3::1"), "wrong");
    assert_string_equal(verify("fourth@org1.example", "x", "portal", "::ffff:192.0.2.9"),
                        "limited");
    assert_string_equal(verify("fourth@org1.example", "x", "portal", "not an address"), "wrong");
    checked = 0;
    for (int i = 0; i < 20; i++) /* each from a /64 of its own: a /48 has four times as much */
        checked += strcmp(verify(arena_printf(a, "more%d@org1.example", i), "x", "portal",
                                 arena_printf(a, "2001:db8:2:%x::1", i)),
                          "wrong") == 0;
    assert_int_equal(checked, 12);
    assert_string_equal(verify("fifth@org1.example", "x", "portal", "2001:db8:3:1::1"), "wrong");
}

static double
processor_ms(const char *address)
{
    struct timespec t0, t1;
    forget_rates();
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t0);
    assert_string_equal(verify(address, "guess", "portal", somewhere()), "wrong");
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t1);
    return (double)(t1.tv_sec - t0.tv_sec) * 1e3 + (double)(t1.tv_nsec - t0.tv_nsec) / 1e6;
}

/* T-W9 by processor time, which other programs disturb little. */
static void
the_work_is_the_same_for_everybody(void **state)
{
    (void)state;
    set_password("user@org1.example", hash_with(1 << 17));
    set_password("user@org2.example", NULL);
    set_password("admin@org2.example", "garbage");
    double known = 1e9, unknown = 1e9, none = 1e9, broken = 1e9;
    for (int i = 0; i < 3; i++) { /* the shortest of three */
        double t;
        known = (t = processor_ms("user@org1.example")) < known ? t : known;
        unknown = (t = processor_ms("nobody@org1.example")) < unknown ? t : unknown;
        none = (t = processor_ms("user@org2.example")) < none ? t : none;
        broken = (t = processor_ms("admin@org2.example")) < broken ? t : broken;
    }
    printf("# shown: sign-in refused in %.0f ms (known), %.0f (unknown), %.0f (no password), %.0f "
           "(malformed hash)\n",
           known, unknown, none, broken);
    assert_true(unknown > known * 0.7 && unknown < known * 1.4);
    assert_true(none > known * 0.7 && none < known * 1.4);
    assert_true(broken > known * 0.7 && broken < known * 1.4);
}

static void
without_a_database_nobody_gets_in(void **state)
{
    (void)state;
    forget_rates();
    set_password("user@org1.example", hash_with(1 << 10));
    assert_int_equal(system(arena_printf(a, "%s stop", getenv("DB_CONTROL"))), 0);
    assert_string_equal(verify("user@org1.example", PASSWORD, "portal", somewhere()), "error");
    assert_int_equal(e.cls, ERR_ENV);
    assert_int_equal(system(arena_printf(a, "%s start", getenv("DB_CONTROL"))), 0);
    for (int i = 0;
         i < 50 && strcmp(verify("user@org1.example", PASSWORD, "portal", somewhere()), "ok") != 0;
         i++) {
        forget_rates();
        usleep(200000);
    }
    forget_rates();
    assert_string_equal(verify("user@org1.example", PASSWORD, "portal", somewhere()), "ok");
}

static void
hashes_and_keys(void **state)
{
    (void)state;
    json_t *reply = NULL;
    char why[80];
    size_t n;
    unsigned char key[32];
    for (int i = 0; i < 2; i++) {
        assert_int_equal(hnd_org_key(a, &caller, jsonx_own(a, json_object()), &reply, &e), 0);
        jsonx_own(a, reply);
        assert_true(rpc_fields_ok(rpc_methods[RPC_org_key].reply, reply, why));
        unsigned char *sealed = token_unbase64url(a, jsonx_str(reply, "sealed"), &n);
        assert_non_null(sealed);
        assert_int_equal(n, 32 + SEAL_OVERHEAD);
        unsigned char last[32];
        memcpy(last, key, 32);
        assert_true(token_open(ctx.master_key, "org-key", sealed, n, key));
        assert_true(i == 0 || memcmp(last, key, 32) != 0);
    }
    json_t *params = jsonx_own(a, json_pack("{ss}", "password", PASSWORD));
    assert_int_equal(hnd_auth_hash(a, &caller, params, &reply, &e), 0);
    jsonx_own(a, reply);
    assert_true(rpc_fields_ok(rpc_methods[RPC_auth_hash].reply, reply, why));
    assert_int_equal(strncmp(jsonx_str(reply, "mcf"), "$s1$110801$", 11), 0);
    params = jsonx_own(a, json_pack("{ss}", "password", ""));
    assert_int_equal(hnd_auth_hash(a, &caller, params, &reply, &e), -1);
}

/* E08: the console gets a key that only the engine can open, for this name only. */
static void
keys_for_signing(void **state)
{
    (void)state;
    json_t *reply = NULL;
    char why[80];
    size_t n;
    struct auth_private key;
    json_t *params = jsonx_own(a, json_pack("{ss ss ss si}", "domain", "org1.example", "selector",
                                            "sk1", "algorithm", "rsa-sha256", "bits", 2048));
    assert_true(rpc_fields_ok(rpc_methods[RPC_dkim_key_new].request, params, why));
    assert_int_equal(hnd_dkim_key_new(a, &caller, params, &reply, &e), 0);
    jsonx_own(a, reply);
    if (!rpc_fields_ok(rpc_methods[RPC_dkim_key_new].reply, reply, why))
        fail_msg("%s", why);
    unsigned char *sealed = token_unbase64url(a, jsonx_str(reply, "sealed"), &n);
    assert_int_equal(dkim_key_open(a, ctx.master_key, "org1.example", "sk1", sealed, n, &key, &e),
                     0);
    assert_string_equal(auth_private_record(a, &key), jsonx_str(reply, "record"));
    assert_int_equal(dkim_key_open(a, ctx.master_key, "org2.example", "sk1", sealed, n, &key, &e),
                     -1);
    json_object_set_new(params, "bits", json_integer(512));
    assert_int_equal(hnd_dkim_key_new(a, &caller, params, &reply, &e), -1);
    assert_string_equal(e.code, "bits");
    assert_true(strchr(rpc_methods[RPC_dkim_key_new].callers, 'P') == NULL);
}

/* A08: only what is set up as a server of that organisation is connected to. */
static void
servers_that_are_set_up(void **state)
{
    (void)state;
    json_t *reply = NULL;
    char why[80];
    const char *one = test_id(a, T_DOMAIN, 1, 0), *two = test_id(a, T_DOMAIN, 2, 0);
    json_t *params =
        jsonx_own(a, json_pack("{ss ss}", "org_id", test_id(a, T_ORG, 1, 0), "server_id", two));
    assert_true(rpc_fields_ok(rpc_methods[RPC_server_test].request, params, why));
    assert_int_equal(hnd_server_test(a, &caller, params, &reply, &e), -1);
    assert_int_equal(e.cls, ERR_NOTFOUND);
    json_object_set_new(params, "server_id", json_string("127.0.0.1:25"));
    assert_int_equal(hnd_server_test(a, &caller, params, &reply, &e), -1);
    assert_int_equal(e.cls, ERR_INPUT);
    sql_do("sekisho_owner", "UPDATE domain_server SET host = '127.0.0.1', port = 1");
    json_object_set_new(params, "server_id", json_string(one));
    assert_int_equal(hnd_server_test(a, &caller, params, &reply, &e), 0);
    jsonx_own(a, reply);
    if (!rpc_fields_ok(rpc_methods[RPC_server_test].reply, reply, why))
        fail_msg("%s", why);
    assert_string_equal(jsonx_str(reply, "result"), "refused");
}

/* A portal that is not ours any more must not try administrators' passwords. */
static void
the_portal_asks_for_its_own_surface_only(void **state)
{
    (void)state;
    set_password("admin@org1.example", hash_with(1 << 10));
    assert_string_equal(fresh("admin@org1.example", PASSWORD, "admin", somewhere()), "ok");
    long before = sql_int("postgres", "SELECT count(*) FROM audit");
    caller.class = 'P';
    assert_string_equal(fresh("admin@org1.example", PASSWORD, "admin", somewhere()), "error");
    assert_int_equal(e.cls, ERR_DENIED);
    assert_string_equal(fresh("admin@org1.example", "wrong", "admin", somewhere()), "error");
    assert_int_equal(e.cls, ERR_DENIED);
    assert_string_equal(fresh("admin@org1.example", PASSWORD, "portal", somewhere()), "ok");
    caller.class = 'C';
    assert_int_equal(sql_int("postgres", "SELECT count(*) FROM audit"), before);
}

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    for (int i = 1; i <= 4; i++)
        test_org(a, i);
    token_random(ctx.master_key, sizeof ctx.master_key);
    ctx.db = db_open(settings_database("sekisho_engine"), 4, 5000);
    return 0;
}

static int
end(void **state)
{
    (void)state;
    db_close(&ctx.db);
    arena_free(&a);
    return 0;
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start_with(argv, "login_per_account = 4\nlogin_per_address = 6\n");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_right_password_and_a_better_hash),
        {"T-W11 a ticket for one session", a_ticket_for_one_session, NULL, NULL, NULL},
        {"T-W9 everything else is wrong", everything_else_is_wrong, NULL, NULL, NULL},
        cmocka_unit_test(malformed_hashes_are_wrong),
        {"T-W9 suspended is told to who knows the password", suspended_is_told_to_who_knows_the_password, NULL, NULL, NULL},
        {"T-W10 guesses at one account from everywhere", guesses_at_one_account_from_everywhere, NULL, NULL, NULL},
        {"T-W10 guesses of one client", guesses_of_one_client, NULL, NULL, NULL},
        {"T-W9 the work is the same for everybody", the_work_is_the_same_for_everybody, NULL, NULL, NULL},
        cmocka_unit_test(without_a_database_nobody_gets_in),
        cmocka_unit_test(hashes_and_keys),
        cmocka_unit_test(keys_for_signing),
        cmocka_unit_test(servers_that_are_set_up),
        cmocka_unit_test(the_portal_asks_for_its_own_surface_only)};
    return cmocka_run_group_tests(tests, begin, end);
}
