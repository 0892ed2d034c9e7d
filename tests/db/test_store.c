/* The store functions against a real database, each as the role that calls it. */
#include "lib_db.h"

#include "common/token.h"
#include "common/track_query.h"
#include "common/when.h"
#include "store/store_account.h"
#include "store/store_body.h"
#include "store/store_domain.h"
#include "store/store_expire.h"
#include "store/store_ingest.h"
#include "store/store_ledger.h"
#include "store/store_message.h"
#include "store/store_org.h"
#include "store/store_quarantine.h"
#include "store/store_rate.h"
#include "store/store_release.h"

static struct db *owner, *engine, *jobs, *console, *portal;
static struct arena *a;
static struct err e;
static unsigned char master[32];
static struct store_actor admin;
static struct scope as_admin, as_user;
static char org[37];

/* The call must succeed; the reason is shown when it does not. */
#define OK(call)                                           \
    do {                                                   \
        if (call)                                          \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)
#define FAILS(call, class, reason)                                          \
    do {                                                                    \
        assert_int_equal((call), -1);                                       \
        if (e.cls != (class))                                               \
            fail_msg("%s: class %d, %s: %s", #call, e.cls, e.code, e.text); \
        assert_string_equal(e.code, reason);                                \
    } while (0)

static long
audited(const char *event)
{
    return sql_int("sekisho_owner",
                   arena_printf(a, "SELECT count(*) FROM audit WHERE event = '%s'", event));
}

/* ------------------------------------------------------------------ set-up */

static struct store_setup
new_setup(unsigned char sealed[32 + SEAL_OVERHEAD])
{
    unsigned char key[32];
    token_random(key, sizeof key);
    token_seal(master, "org-key", key, sizeof key, sealed);
    return (struct store_setup){.org_name = "Miyabi",
                                .lang = "ja",
                                .tz = "Asia/Tokyo",
                                .retention_days = 30,
                                .sealed_key = sealed,
                                .sealed_key_len = 32 + SEAL_OVERHEAD,
                                .admin_address = "admin@miyabi.example",
                                .admin_name = "Admin",
                                .password = "$s1$x",
                                .domain = "miyabi.example",
                                .host = "192.0.2.5",
                                .port = 25,
                                .client_ip = "192.0.2.1"};
}

static void
first_run_setup(void **state)
{
    (void)state;
    unsigned char hash[32], other[32] = {1}, sealed[32 + SEAL_OVERHEAD];
    char account[37];
    const char *s;
    struct store_setup setup = new_setup(sealed);
    token_sha256("link", 4, hash);
    assert_int_equal(store_org_exists(console, a, &e), 0);
    OK(store_link_create(owner, a, hash, "setup", 3600, &e));
    OK(store_link_state(console, a, hash, "setup", &s, &e));
    assert_string_equal(s, "valid");
    FAILS(store_org_setup(console, a, other, &setup, org, account, &e), ERR_DENIED, "link");
    FAILS(store_org_setup(console, a, NULL, &setup, org, account, &e), ERR_DENIED, "denied");
    OK(store_org_setup(console, a, hash, &setup, org, account, &e));
    OK(store_link_state(console, a, hash, "setup", &s, &e));
    assert_string_equal(s, "used");
    memcpy(as_admin.org, org, 37);
    memcpy(as_admin.account, account, 37);
    char again[37];
    FAILS(store_org_setup(console, a, hash, &setup, again, account, &e), ERR_CONFLICT, "done");
    assert_int_equal(store_org_exists(console, a, &e), 1);
    assert_int_equal(audited("org.created"), 1);
    struct store_org o;
    OK(store_org_get(console, &as_admin, a, &o, &e));
    assert_string_equal(o.tz, "Asia/Tokyo");
    admin = (struct store_actor){arena_strdup(a, as_admin.account), "admin@miyabi.example", "admin",
                                 "192.0.2.1"};
    assert_int_equal(
        sql_int("sekisho_owner",
                "SELECT count(*) FROM account_mailbox WHERE address = 'admin@miyabi.example'"),
        1);
}

/* ------------------------------------------------------------------ domains, accounts */

static void
domains_and_servers(void **state)
{
    (void)state;
    char id[37], twice[37];
    struct store_domain *rows, d;
    int n;
    OK(store_domain_add(console, &as_admin, a, &admin, org, "second.example", "192.0.2.6", 2525, id,
                        &e));
    FAILS(store_domain_add(console, &as_admin, a, &admin, org, "second.example", "192.0.2.6", 25,
                           twice, &e),
          ERR_CONFLICT, "domain_taken");
    OK(store_domain_list(console, &as_admin, a, &rows, &n, &e));
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].name, "miyabi.example");
    assert_int_equal(rows[1].nservers, 1);
    struct store_server s = {"", id, "boss@second.example", "192.0.2.7", 25, 5};
    OK(store_domain_server_add(console, &as_admin, a, &admin, &s, &e));
    FAILS(store_domain_server_add(console, &as_admin, a, &admin, &s, &e), ERR_CONFLICT,
          "server_twice");
    OK(store_domain_get(console, &as_admin, a, id, &d, &e));
    assert_int_equal(d.nservers, 2);
    struct store_server c = d.servers[1];
    c.port = 26;
    OK(store_domain_server_change(console, &as_admin, a, &admin, &c, &e));
    OK(store_domain_server_delete(console, &as_admin, a, &admin, id, d.servers[1].server_id, &e));
    FAILS(store_domain_server_delete(console, &as_admin, a, &admin, id, d.servers[0].server_id, &e),
          ERR_CONFLICT, "last_server");
    OK(store_domain_find(owner, NULL, a, "second.example", &d, &e));
    OK(store_domain_delete(console, &as_admin, a, &admin, id, &e));
    FAILS(store_domain_delete(console, &as_admin, a, &admin, id, &e), ERR_NOTFOUND, "domain");
    assert_int_equal(audited("domain.server_changed"), 1);
    assert_int_equal(audited("domain.server_deleted"), 1);
}

static void
accounts(void **state)
{
    (void)state;
    char id[37], other[37];
    struct store_account u, *rows;
    struct store_credentials c;
    int n;
    bool more;
    struct store_account_new user = {org,    "misaki@miyabi.example", "Misaki", "user", "ja", "",
                                     "$s1$u"};
    OK(store_account_add(console, &as_admin, a, &admin, &user, id, &e));
    FAILS(store_account_add(console, &as_admin, a, &admin, &user, other, &e), ERR_CONFLICT,
          "address_taken");
    memcpy(as_user.org, org, 37);
    memcpy(as_user.account, id, 37);
    OK(store_account_get(portal, &as_user, a, id, &u, &e));
    assert_string_equal(u.lang, "ja");
    assert_string_equal(u.tz, "");
    assert_true(u.has_password);
    OK(store_account_credentials(engine, a, "misaki@miyabi.example", &c, &e));
    assert_string_equal(c.password, "$s1$u");
    FAILS(store_account_credentials(engine, a, "nobody@miyabi.example", &c, &e), ERR_NOTFOUND,
          "account");
    OK(store_account_rehash(engine, a, org, id, "$s1$u", "$s1$v", &e));
    FAILS(store_account_rehash(engine, a, org, id, "$s1$u", "$s1$w", &e), ERR_CONFLICT, "password");
    struct store_preferences p = {
        .lang = "en", .tz = "Europe/Paris", .theme = "dark", .page_size = 25};
    OK(store_account_preferences(portal, &as_user, a, &p, &e));
    OK(store_account_get(console, &as_admin, a, id, &u, &e));
    assert_string_equal(u.theme, "dark");
    assert_int_equal(u.page_size, 25);
    OK(store_account_list(console, &as_admin, a, "misaki", "", false, 50, &rows, &n, &more, &e));
    assert_int_equal(n, 1);
    FAILS(store_account_state(console, &as_admin, a, &admin, as_admin.account, "suspended", &e),
          ERR_CONFLICT, "last_owner");
    FAILS(store_account_delete(console, &as_admin, a, &admin, as_admin.account, &e), ERR_CONFLICT,
          "last_owner");
    FAILS(store_account_change(console, &as_admin, a, &admin, as_admin.account, "x", "user", "en",
                               &e),
          ERR_CONFLICT, "last_owner");
    OK(store_account_state(console, &as_admin, a, &admin, id, "suspended", &e));
    OK(store_account_state(console, &as_admin, a, &admin, id, "active", &e));
    OK(store_account_change(console, &as_admin, a, &admin, id, "Misaki K", "user", "ja", &e));
    struct store_account_new temp = {org, "temp@elsewhere.example", "", "user", NULL, NULL, NULL};
    OK(store_account_add(owner, NULL, a, &admin, &temp, other, &e));
    assert_int_equal(
        sql_int("sekisho_owner",
                "SELECT count(*) FROM account_mailbox WHERE address = 'temp@elsewhere.example'"),
        0);
    OK(store_account_delete(console, &as_admin, a, &admin, other, &e));
    FAILS(store_account_delete(console, &as_admin, a, &admin, other, &e), ERR_NOTFOUND, "account");
}

static void
new_password_ends_sessions(void **state)
{
    (void)state;
    unsigned char keep[32], gone[32];
    token_sha256("keep", 4, keep);
    token_sha256("gone", 4, gone);
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO session (session_hash, org_id, account_id, surface, csrf) "
                        "SELECT sha256(x::bytea),"
                        " '%s', '%s', 'portal', sha256('c') FROM unnest(ARRAY['keep', 'gone']) x",
                        org, as_user.account));
    OK(store_account_password(console, &as_admin, a, &admin, as_user.account, "$s1$w", keep, &e));
    assert_int_equal(sql_int("sekisho_owner",
                             "SELECT count(*) FROM session WHERE session_hash = sha256('keep')"),
                     1);
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM session"), 1);
    assert_int_equal(audited("account.password"), 1);
}

/* ------------------------------------------------------------------ mail */

static void
put_mail(const char *message, const char *recipient, const char *address, const char *state,
         const char *kind, const char *subject, int64_t at, const unsigned char *raw, size_t n)
{
    struct store_ingest_recipient r = {
        recipient, address, strchr(address, '@') + 1,
        address,   state,   strcmp(state, "held") == 0 ? "quarantine" : "deliver",
        kind,      "rule"};
    struct store_ingest m = {.org_id = org,
                             .message_id = message,
                             .received_at = at,
                             .node = "n1",
                             .direction = "in",
                             .queue_id = arena_printf(a, "4Q%.8s", recipient + 28),
                             .client_ip = "192.0.2.8",
                             .client_name = "mx.partner.example",
                             .helo = "mx",
                             .tls = "TLSv1.3",
                             .envelope_sender = "tanaka@partner.example",
                             .sender_domain = "partner.example",
                             .header_from = "tanaka@partner.example",
                             .header_from_name = "\xe7\x94\xb0\xe4\xb8\xad",
                             .header_id = arena_printf(a, "<%s@x>", message),
                             .subject = subject,
                             .bytes = (int64_t)n,
                             .verdict = "spam",
                             .score = 8.25,
                             .threshold = 5,
                             .reasons = "[{\"code\":\"gtube\"}]",
                             .scan = "{}",
                             .scan_us = 900,
                             .recipients = &r,
                             .nrecipients = 1};
    token_sha256(raw, n, m.sha256);
    if (strcmp(state, "held") == 0) {
        OK(store_body_key(engine, a, org, master, m.key, &e));
        m.raw = raw;
        m.raw_len = n;
    }
    OK(store_ingest(engine, a, &m, 1, &e));
}

static void
bodies_come_back_or_are_refused(void **state)
{
    (void)state;
    size_t n = 5 * 1024 * 1024, back_n; /* random bytes do not compress: six pieces */
    unsigned char *raw = arena_alloc(a, n), *back;
    const char *id = test_id(a, T_MESSAGE, 9, 1);
    token_random(raw, n);
    put_mail(id, test_id(a, T_RECIPIENT, 9, 1), "misaki@miyabi.example", "held", "spam", "big",
             when_now(), raw, n);
    assert_int_equal(
        sql_int("sekisho_owner",
                arena_printf(a, "SELECT count(*) FROM body WHERE message_id = '%s'", id)),
        6);
    assert_int_equal(sql_int("sekisho_owner", "SELECT max(length(data)) FROM body"), 1024 * 1024);
    OK(store_body_get(jobs, a, org, id, master, &back, &back_n, &e));
    assert_int_equal(back_n, n);
    assert_memory_equal(back, raw, n);
    static const size_t starts[] = {1, 1024 * 1024, 3 * 1024 * 1024 + 5};
    for (size_t i = 0; i < sizeof starts / sizeof *starts; i++) {
        OK(store_body_begin(engine, a, org, id, master, starts[i], INT64_MAX, &back, &back_n, &e));
        assert_int_equal(back_n, starts[i]);
        assert_memory_equal(back, raw, back_n);
    }
    /* what is wanted is not what it costs */
    OK(store_body_begin(engine, a, org, id, master, (size_t)1 << 50, INT64_MAX, &back, &back_n, &e));
    assert_int_equal(back_n, n);
    assert_memory_equal(back, raw, n);
    FAILS(store_body_begin(engine, a, org, id, master, 9, when_mono(), &back, &back_n, &e), ERR_ENV,
          "body-late");
    /* F-32: one bit, a piece missing, two pieces swapped, the digest, another message's body. */
    static const char *const damage[] = {
        "UPDATE body SET data = set_bit(data, 5000, 1 - get_bit(data, 5000)) WHERE seq = 3",
        "DELETE FROM body WHERE seq = 5",
        "UPDATE body SET seq = 101 - seq WHERE seq IN (1, 2)",
        "UPDATE message SET sha256 = sha256('x') WHERE true",
        "UPDATE message SET bytes = bytes - 1 WHERE true",
    };
    for (size_t i = 0; i < sizeof damage / sizeof *damage; i++) {
        sql_do("postgres",
               arena_printf(a,
                            "CREATE TABLE saved AS SELECT * FROM body WHERE message_id = '%s';"
                            "CREATE TABLE saved_m AS SELECT sha256, bytes FROM message WHERE "
                            "message_id = '%s';",
                            id, id));
        sql_do("postgres", arena_printf(a, "%s AND message_id = '%s'", damage[i], id));
        FAILS(store_body_get(jobs, a, org, id, master, &back, &back_n, &e), ERR_ENV,
              "body-damaged");
        if (i < 3) /* the last piece counts although nothing of it is wanted */
            FAILS(store_body_begin(engine, a, org, id, master, 100, INT64_MAX, &back, &back_n, &e),
                  ERR_ENV, "body-damaged");
        sql_do("postgres",
               arena_printf(
                   a,
                   "DELETE FROM body WHERE message_id = '%s'; INSERT INTO body SELECT * FROM saved;"
                   "UPDATE message SET sha256 = s.sha256, bytes = s.bytes FROM saved_m s WHERE "
                   "message_id = '%s'; DROP TABLE saved, saved_m",
                   id, id));
    }
    OK(store_body_get(jobs, a, org, id, master, &back, &back_n, &e));
    FAILS(store_body_get(jobs, a, org, test_id(a, T_MESSAGE, 9, 99), master, &back, &back_n, &e),
          ERR_NOTFOUND, "body");
    FAILS(store_body_begin(engine, a, org, test_id(a, T_MESSAGE, 9, 99), master, 9, INT64_MAX, &back,
                           &back_n, &e),
          ERR_NOTFOUND, "body");
    /* some of what nobody needs any more is deleted already: gone, not damaged */
    sql_do("postgres", arena_printf(a, "DELETE FROM body WHERE message_id = '%s' AND seq < 2", id));
    FAILS(store_body_get(jobs, a, org, id, master, &back, &back_n, &e), ERR_NOTFOUND, "body");
    FAILS(store_body_begin(engine, a, org, id, master, 100, INT64_MAX, &back, &back_n, &e), ERR_NOTFOUND,
          "body");
    assert_int_equal(store_ingest_known(engine, a, id, &e), 1);
    assert_int_equal(store_ingest_known(engine, a, test_id(a, T_MESSAGE, 9, 99), &e), 0);
}

#define LISTED 25
static int64_t list_from; /* when the newest of the list came */

static void
fill_list(void)
{
    list_from = when_now() - 60000;
    for (int i = 0; i < LISTED; i++) /* pairs at the same millisecond: the id decides */
        put_mail(test_id(a, T_MESSAGE, 10, i), test_id(a, T_RECIPIENT, 10, i),
                 i % 5 ? "misaki@miyabi.example" : "other@miyabi.example", "held",
                 i % 7 ? "spam" : "phishing",
                 i == 3 ? "100%_sure \\ \xe8\xab\x8b\xe6\xb1\x82" : "offer",
                 list_from - i / 2 * 1000, (const unsigned char *)test_id(a, T_RECIPIENT, 10, i),
                 UUID_LEN);
}

static void
list_pages_in_both_directions(void **state)
{
    (void)state;
    fill_list();
    struct store_held_filter f = {.limit = 7};
    struct store_held *rows;
    const char *seen[LISTED + 2];
    int n, total = 0;
    bool more = true;
    while (more) {
        OK(store_quarantine_list(console, &as_admin, a, &f, &rows, &n, &more, &e));
        for (int i = 0; i < n; i++)
            seen[total++] = rows[i].recipient_id;
        f.cursor = store_cursor_parse(
            store_cursor_text(a, rows[n - 1].received_at, rows[n - 1].recipient_id));
    }
    assert_int_equal(total, LISTED + 1); /* and the big one */
    for (int i = 0; i < total; i++)
        for (int k = 0; k < i; k++)
            assert_string_not_equal(seen[i], seen[k]);
    /* Back from the last row: the page before it, newest first. */
    f.newer = true;
    OK(store_quarantine_list(console, &as_admin, a, &f, &rows, &n, &more, &e));
    assert_int_equal(n, 7);
    assert_true(more);
    for (int i = 0; i < n; i++)
        assert_string_equal(rows[i].recipient_id, seen[total - 1 - 7 + i]);
}

static int
matches(struct db *db, const struct scope *sc, struct store_held_filter f)
{
    struct store_held *rows;
    struct store_held_counts c;
    int n;
    bool more;
    f.limit = 100;
    f.own = db == portal;
    OK(store_quarantine_list(db, sc, a, &f, &rows, &n, &more, &e));
    OK(store_quarantine_counts(db, sc, a, &f, &c, &e));
    assert_int_equal(c.matches, n);
    return n;
}

static void
filters_narrow_the_list(void **state)
{
    (void)state;
    struct store_held_counts c;
    struct store_held_filter all = {.limit = 1, .own = true};
    assert_int_equal(matches(console, &as_admin, (struct store_held_filter){.kind = "phishing"}),
                     4);
    assert_int_equal(
        matches(console, &as_admin, (struct store_held_filter){.search = "100%_sure \\"}), 1);
    assert_int_equal(matches(console, &as_admin, (struct store_held_filter){.search = "%"}), 1);
    assert_int_equal(matches(console, &as_admin, (struct store_held_filter){.search = "OFFER"}),
                     24);
    assert_int_equal(matches(console, &as_admin,
                             (struct store_held_filter){.search = "\xe8\xab\x8b\xe6\xb1\x82"}),
                     1);
    assert_int_equal(
        matches(console, &as_admin, (struct store_held_filter){.search = "partner.example"}), 26);
    assert_int_equal(
        matches(console, &as_admin, (struct store_held_filter){.domain = "miyabi.example"}), 26);
    assert_int_equal(matches(console, &as_admin, (struct store_held_filter){.domain = "x.example"}),
                     0);
    assert_int_equal(matches(console, &as_admin,
                             (struct store_held_filter){.recipient = "other@miyabi.example"}),
                     5);
    assert_int_equal(
        matches(console, &as_admin, (struct store_held_filter){.since = list_from - 2500}), 7);
    assert_int_equal(
        matches(console, &as_admin, (struct store_held_filter){.expires_before = when_now()}), 0);
    assert_int_equal(matches(portal, &as_user, (struct store_held_filter){0}), 21);
    assert_int_equal(
        matches(portal, &as_user, (struct store_held_filter){.recipient = "other@miyabi.example"}),
        0);
    OK(store_quarantine_counts(portal, &as_user, a, &all, &c, &e));
    assert_int_equal(c.held, 21);
    assert_int_equal(c.soon, 0);
}

static void
one_mail_knows_its_neighbours(void **state)
{
    (void)state;
    struct store_held_filter f = {.recipient = "misaki@miyabi.example", .limit = 3, .own = true};
    struct store_held *rows;
    struct store_held_page p;
    int n;
    bool more;
    OK(store_quarantine_list(portal, &as_user, a, &f, &rows, &n, &more, &e));
    OK(store_quarantine_get(portal, &as_user, a, rows[1].recipient_id, &f, &p, &e));
    assert_string_equal(p.newer, rows[0].recipient_id);
    assert_string_equal(p.older, rows[2].recipient_id);
    assert_string_equal(p.m.reasons, "[{\"code\": \"gtube\"}]");
    assert_true(p.m.score > 8.2 && p.m.score < 8.3);
    FAILS(store_quarantine_get(portal, &as_user, a, test_id(a, T_RECIPIENT, 10, 0), &f, &p, &e),
          ERR_NOTFOUND, "message");
    OK(store_quarantine_get(console, &as_admin, a, test_id(a, T_RECIPIENT, 10, 0), NULL, &p, &e));
    struct store_seen *seen;
    OK(store_quarantine_viewed(console, &as_admin, a, &admin, test_id(a, T_RECIPIENT, 10, 0), &e));
    OK(store_quarantine_seen(console, &as_admin, a, test_id(a, T_RECIPIENT, 10, 0), &seen, &n, &e));
    assert_int_equal(n, 1);
    assert_string_equal(seen[0].who, "Admin");
    assert_int_equal(audited("mail.viewed"), 1);
}

static void
delete_and_put_back(void **state)
{
    (void)state;
    struct store_actor user = {arena_strdup(a, as_user.account), "misaki@miyabi.example", "portal",
                               "192.0.2.3"};
    const char *ids[] = {test_id(a, T_RECIPIENT, 10, 1), test_id(a, T_RECIPIENT, 10, 2),
                         test_id(a, T_RECIPIENT, 10, 5)},
               **done;
    int n;
    OK(store_quarantine_delete(portal, &as_user, a, &user, ids, 3, &done, &n, &e));
    assert_int_equal(n, 2); /* the third is somebody else's */
    OK(store_quarantine_delete(portal, &as_user, a, &user, ids, 3, &done, &n, &e));
    assert_int_equal(n, 0);
    assert_int_equal(matches(portal, &as_user, (struct store_held_filter){.state = "deleted"}), 2);
    OK(store_quarantine_undelete(portal, &as_user, a, &user, ids, 1, &done, &n, &e));
    assert_int_equal(n, 1);
    sql_do("sekisho_owner",
           arena_printf(a,
                        "UPDATE message_recipient SET expires_at = now() WHERE recipient_id = '%s'",
                        ids[1]));
    OK(store_quarantine_undelete(portal, &as_user, a, &user, ids + 1, 1, &done, &n, &e));
    assert_int_equal(n, 0); /* its time is over */
    assert_int_equal(audited("mail.deleted"), 2);
    assert_int_equal(audited("mail.undeleted"), 1);
}

static void
release_is_claimed_and_done_once(void **state)
{
    (void)state;
    struct store_actor user = {arena_strdup(a, as_user.account), "misaki@miyabi.example", "portal",
                               ""};
    const char *spam = test_id(a, T_RECIPIENT, 10, 8), *phish = test_id(a, T_RECIPIENT, 10, 7);
    const char *ids[] = {spam, phish}, **done;
    struct store_release *r, *again;
    int n, m;
    OK(store_quarantine_release(portal, &as_user, a, &user, ids, 2, true, &done, &n, &e));
    assert_int_equal(n, 1);
    assert_string_equal(done[0], spam);
    FAILS(store_quarantine_release(portal, &as_user, a, &user, ids + 1, 1, false, &done, &n, &e),
          ERR_DENIED, "database-rights"); /* a portal that forgot to ask for harmless kinds only */
    OK(store_release_claim(jobs, a, "n1", 10, &r, &n, &e));
    assert_int_equal(n, 1);
    assert_string_equal(r[0].recipient, "misaki@miyabi.example");
    assert_int_equal(r[0].claimed_before, 0);
    OK(store_release_claim(jobs, a, "n1", 10, &again, &m, &e));
    assert_int_equal(m, 0); /* leased */
    /* The process died: the next one sees that it may have been sent. */
    sql_do("sekisho_owner", "UPDATE message_recipient SET release_try_at = now() - interval '1 "
                            "second' WHERE state = 'releasing'");
    OK(store_release_claim(jobs, a, "n1", 10, &again, &m, &e));
    assert_int_equal(m, 1);
    assert_true(again[0].claimed_before > 0);
    struct store_release_proof proof;
    OK(store_release_proof(jobs, a, &r[0], &proof, &e));
    assert_string_equal(proof.queue_id, "");
    assert_false(proof.accepted);
    OK(store_release_unclaim(jobs, a, &again[0], false, 0, &e));
    OK(store_release_claim(jobs, a, "n1", 10, &again, &m, &e));
    assert_int_equal(again[0].claimed_before, 0);
    OK(store_release_done(jobs, a, &again[0], "4ZZZ", &e));
    OK(store_release_done(jobs, a, &again[0], "4ZZZ", &e)); /* repeated after an uncertain commit */
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM event WHERE kind = 'released'"),
                     1);
    assert_int_equal(
        sql_int("sekisho_owner",
                arena_printf(a,
                             "SELECT count(*) FROM message_recipient WHERE recipient_id = '%s'"
                             " AND state = 'queued' AND queue_id = '4ZZZ'",
                             spam)),
        1);
    OK(store_quarantine_release(console, &as_admin, a, &admin, ids + 1, 1, false, &done, &n, &e));
    assert_int_equal(n, 1);
    OK(store_release_claim(jobs, a, "n1", 10, &r, &n, &e));
    OK(store_release_failed(jobs, a, &r[0], "554 no", &e));
    assert_int_equal(
        sql_int("sekisho_owner",
                arena_printf(a,
                             "SELECT count(*) FROM message_recipient WHERE recipient_id = '%s'"
                             " AND state = 'held' AND release_id IS NULL",
                             phish)),
        1);
}

/* ------------------------------------------------------------------ tracking */

static int
track(const char *query)
{
    const struct track_clock clock = {when_now(), NULL, NULL};
    struct store_track_filter f = {.query = track_query_parse(a, query, &clock), .limit = 100};
    struct store_track *rows;
    int n;
    bool more;
    assert_int_equal(f.query->nproblems, 0);
    OK(store_message_list(console, &as_admin, a, &f, &rows, &n, &more, &e));
    return n;
}

static void
tracking_finds(void **state)
{
    (void)state;
    const char *m3 = test_id(a, T_MESSAGE, 10, 3), *r3 = test_id(a, T_RECIPIENT, 10, 3);
    assert_int_equal(track(""), LISTED + 1);
    assert_int_equal(track("from:*@partner.example"), LISTED + 1);
    assert_int_equal(track("-from:*@partner.example"), 0);
    assert_int_equal(track("to:other"), 5);
    assert_int_equal(track("to:Other@miyabi.example"), 5);
    assert_int_equal(track("to:ther@miyabi.example"), 0);
    assert_int_equal(track("to:*ther@miyabi.example"), 5);
    assert_int_equal(track("to:other@miyabi.example to:misaki"), LISTED + 1);
    assert_int_equal(track("-to:other subject:offer"), 19);
    assert_int_equal(track("\"100%_sure\""), 1);
    assert_int_equal(track(arena_printf(a, "id:%s", m3)), 1);
    assert_int_equal(track(arena_printf(a, "id:%s", r3)), 1);
    assert_int_equal(track(arena_printf(a, "id:%s@x", m3)), 1);
    assert_int_equal(track(arena_printf(a, "id:<%s@x>", m3)), 1);
    assert_int_equal(track("id:4ZZZ"), 1);
    assert_int_equal(track("id:4zz*"), 1);
    assert_int_equal(track("id:nothing"), 0);
    assert_int_equal(track(arena_printf(a, "id:%s id:4ZZZ", m3)), 2);
    assert_int_equal(track("ip:192.0.2.8"), LISTED + 1);
    assert_int_equal(track("status:queued"), 1);
    assert_int_equal(track("status:released"), 1);
    assert_int_equal(track("status:waiting"), 1);
    assert_int_equal(track("-status:held"), 2);
    assert_int_equal(track("domain:miyabi.example -domain:x"), LISTED + 1);
    assert_int_equal(track("after:-1h before:now"), LISTED + 1);
    assert_int_equal(track("before:-1h"), 0);
    assert_int_equal(track("'; DROP TABLE message; --"), 0);
    struct store_message m;
    OK(store_message_get(console, &as_admin, a, m3, &m, &e));
    assert_int_equal(m.nrecipients, 1);
    assert_string_equal(m.recipients[0].recipient_id, r3);
    assert_int_equal(m.nevents, 1);
    assert_string_equal(m.events[0].kind, "held");
    FAILS(store_message_get(console, &as_admin, a, test_id(a, T_MESSAGE, 99, 0), &m, &e),
          ERR_NOTFOUND, "message");
}

/* ------------------------------------------------------------------ user+tag */

static int
may_preview(const char *message)
{
    unsigned char hash[32];
    token_sha256("tags", 4, hash);
    struct store_session s = {hash, "portal", 3600, 43200};
    return store_body_may_see(engine, a, org, message, &s, &e);
}

/* The mailbox of user+tag@... is user@...: in lists, pages, previews, and in what one may do. */
static void
mail_with_a_tag_belongs_to_its_mailbox(void **state)
{
    (void)state;
    static const struct {
        const char *address;
        bool own;
    } mails[] = {
        {"misaki+news@miyabi.example", true}, {"misaki+a+b@miyabi.example", true},
        {"misaki+@miyabi.example", true},     {"other+misaki@miyabi.example", false},
        {"+misaki@miyabi.example", false},    {"\"misaki+x\"@miyabi.example", false},
        {"misaki.x+a@miyabi.example", false}, {"misaki+x@second.example", false},
    };
    struct store_actor user = {arena_strdup(a, as_user.account), "misaki@miyabi.example", "portal",
                               "192.0.2.3"};
    struct store_held_page page;
    const char *ids[8], **done;
    int n, before = matches(portal, &as_user, (struct store_held_filter){0});
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO session (session_hash, org_id, account_id, surface, csrf) "
                        "VALUES (sha256('tags'), '%s', '%s', 'portal', sha256('c'))",
                        org, as_user.account));
    for (int i = 0; i < 8; i++) {
        const char *id = test_id(a, T_MESSAGE, 60, i);
        ids[i] = test_id(a, T_RECIPIENT, 60, i);
        put_mail(id, ids[i], mails[i].address, "held", "spam", "tagged", when_now(),
                 (const unsigned char *)ids[i], 36);
        assert_int_equal(store_quarantine_get(portal, &as_user, a, ids[i], NULL, &page, &e),
                         mails[i].own ? 0 : -1);
        assert_int_equal(may_preview(id), mails[i].own ? 0 : -1);
    }
    assert_int_equal(matches(portal, &as_user, (struct store_held_filter){0}), before + 3);
    assert_int_equal(matches(console, &as_admin,
                             (struct store_held_filter){.recipient = "misaki@miyabi.example",
                                                        .search = "tagged"}),
                     3);
    assert_int_equal(matches(console, &as_admin,
                             (struct store_held_filter){.recipient = "misaki+news@miyabi.example"}),
                     1);
    OK(store_quarantine_delete(portal, &as_user, a, &user, ids, 8, &done, &n, &e));
    assert_int_equal(n, 3);
    OK(store_quarantine_undelete(portal, &as_user, a, &user, ids, 8, &done, &n, &e));
    assert_int_equal(n, 3);
    OK(store_quarantine_viewed(portal, &as_user, a, &user, ids[0], &e));
    OK(store_quarantine_release(portal, &as_user, a, &user, ids, 8, true, &done, &n, &e));
    assert_int_equal(n, 3);
    /* Sent to the address as it was written, not to the mailbox. */
    struct store_release *r;
    OK(store_release_claim(jobs, a, "n1", 10, &r, &n, &e));
    for (int i = 0; i < n; i++)
        assert_non_null(strstr(r[i].recipient, "misaki+"));
    sql_do("postgres", "DELETE FROM session; DELETE FROM event WHERE message_id IN (SELECT "
                       "message_id FROM message WHERE subject = 'tagged');"
                       "DELETE FROM message_recipient WHERE message_id IN (SELECT message_id FROM "
                       "message WHERE subject = 'tagged');"
                       "DELETE FROM body WHERE message_id IN (SELECT message_id FROM message "
                       "WHERE subject = 'tagged'); DELETE FROM message WHERE subject = 'tagged'");
}

/* An account with a tag in its own address sees its own mail, not that of the mailbox. */
static void
an_account_with_a_tag_sees_its_own(void **state)
{
    (void)state;
    struct store_account_new shop = {org, "other+shop@miyabi.example", "", "user", NULL, NULL,
                                     NULL};
    struct scope sc = {0};
    OK(store_account_add(console, &as_admin, a, &admin, &shop, sc.account, &e));
    memcpy(sc.org, org, 37);
    assert_int_equal(matches(portal, &sc, (struct store_held_filter){0}), 0);
    put_mail(test_id(a, T_MESSAGE, 61, 1), test_id(a, T_RECIPIENT, 61, 1), shop.address, "held",
             "spam", "tagged", when_now(), (const unsigned char *)"shop", 4);
    assert_int_equal(matches(portal, &sc, (struct store_held_filter){0}), 1);
    sql_do("postgres",
           arena_printf(a,
                        "DELETE FROM event WHERE message_id = '%s'; DELETE FROM message_recipient "
                        "WHERE message_id = '%s'; DELETE FROM body WHERE message_id = '%s'; "
                        "DELETE FROM message WHERE message_id = '%s'",
                        test_id(a, T_MESSAGE, 61, 1), test_id(a, T_MESSAGE, 61, 1),
                        test_id(a, T_MESSAGE, 61, 1), test_id(a, T_MESSAGE, 61, 1)));
    OK(store_account_delete(console, &as_admin, a, &admin, sc.account, &e));
}

/* What is an account or a recipient by itself is not the mail of the address without the tag. */
static void
a_tag_that_is_known_by_itself_stays_apart(void **state)
{
    (void)state;
    struct store_account_new other = {org, "misaki+apart@miyabi.example", "", "user", NULL, NULL,
                                      NULL};
    const char *own = test_id(a, T_MESSAGE, 62, 0), *listed = test_id(a, T_MESSAGE, 62, 1);
    char id[37];
    int before = matches(portal, &as_user, (struct store_held_filter){0});

    OK(store_account_add(console, &as_admin, a, &admin, &other, id, &e));
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO session (session_hash, org_id, account_id, surface, csrf) "
                        "VALUES (sha256('tags'), '%s', '%s', 'portal', sha256('c'))",
                        org, as_user.account));
    sql_do("sekisho_owner",
           arena_printf(a,
                        "INSERT INTO recipient (org_id, domain_id, address) SELECT org_id, "
                        "domain_id, 'misaki+listed@miyabi.example' FROM domain WHERE org_id = "
                        "'%s' AND name = 'miyabi.example'",
                        org));
    put_mail(own, test_id(a, T_RECIPIENT, 62, 0), other.address, "held", "spam", "apart",
             when_now(), (const unsigned char *)"apart", 5);
    put_mail(listed, test_id(a, T_RECIPIENT, 62, 1), "misaki+listed@miyabi.example", "held", "spam",
             "apart", when_now(), (const unsigned char *)"apart", 5);
    assert_int_equal(matches(portal, &as_user, (struct store_held_filter){0}), before);
    assert_int_equal(may_preview(own), -1);
    assert_int_equal(may_preview(listed), -1);
    sql_do("sekisho_owner", "DELETE FROM recipient WHERE address = 'misaki+listed@miyabi.example'");
    OK(store_account_delete(console, &as_admin, a, &admin, id, &e));
    assert_int_equal(matches(portal, &as_user, (struct store_held_filter){0}), before + 2);
    assert_int_equal(may_preview(own), 0);
    sql_do("postgres",
           "DELETE FROM event WHERE message_id IN (SELECT message_id FROM message WHERE subject = "
           "'apart'); DELETE FROM message_recipient WHERE message_id IN (SELECT message_id FROM "
           "message WHERE subject = 'apart'); DELETE FROM body WHERE message_id IN (SELECT "
           "message_id FROM message WHERE subject = 'apart'); DELETE FROM message WHERE subject = "
           "'apart'");
}

/* ------------------------------------------------------------------ the rest */

static void
rate_limits(void **state)
{
    (void)state;
    int wait, allowed = 0;
    for (int i = 0; i < 30; i++) {
        OK(store_rate_take(engine, a, "login:x", 20, 20, &wait, &e));
        allowed += wait == 0;
    }
    assert_int_equal(allowed, 20);
    assert_in_range(wait, 100, 180); /* one token is 180 s */
    sql_do("sekisho_owner",
           "UPDATE rate_bucket SET updated_at = updated_at - interval '181 seconds'");
    OK(store_rate_take(engine, a, "login:x", 20, 20, &wait, &e));
    assert_int_equal(wait, 0);
    OK(store_rate_take(engine, a, "login:x", 20, 20, &wait, &e));
    assert_true(wait > 0);
}

/* 450 pieces that nobody can ask for: three steps, and the walk begins anew. */
static void
bodies_go_step_by_step(void)
{
    static const int steps[] = {200, 200, 50};
    struct store_body_place place = {0};
    int64_t n;
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO body (org_id, message_id, received_at, seq, data) SELECT "
                        "'%s', '%s', now() - interval '2 hours', x, '' FROM generate_series(1, "
                        "450) x",
                        org, test_id(a, T_MESSAGE, 77, 1)));
    for (int i = 0; i < 3; i++) {
        OK(store_expire_bodies(jobs, a, &place, &n, &e));
        assert_int_equal(n, steps[i]);
        assert_int_equal(place.org[0] != '\0', i < 2);
    }
    assert_int_equal(place.seq, 0);
}

static void
expiry_and_ledger(void **state)
{
    (void)state;
    struct store_ledger l;
    struct store_body_place place = {0};
    int64_t n, made, dropped, kept, behind;
    OK(store_retention_clock(jobs, a, &behind, &e));
    assert_int_equal(behind, 0);
    OK(store_expire_held(jobs, a, 100, &n, &e));
    assert_int_equal(n, 1); /* the deleted one whose time was over */
    OK(store_expire_bodies(jobs, a, &place, &n, &e));
    assert_int_equal(n, 0); /* younger than an hour */
    assert_string_equal(place.org, "");
    bodies_go_step_by_step();
    sql_do("sekisho_owner", "UPDATE session SET seen_at = now() - interval '2 hours'");
    OK(store_expire_rest(jobs, a, 3600, 43200, &e));
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM session"), 0);
    OK(store_partition_ensure(jobs, a, &made, &e));
    assert_int_equal(made, 0);
    OK(store_partition_drop(jobs, a, 90, 180, &dropped, &kept, &e));
    assert_int_equal(dropped, 0);
    assert_int_equal(kept, 0);
    OK(store_ledger(owner, a, &l, &e));
    assert_int_equal(l.without_body, 0);
    assert_int_equal(l.orphan_bodies, 0);
    assert_int_equal(l.messages, LISTED + 1);
    struct store_ledger_rows open;
    OK(store_ledger_open(owner, a, "", &open, &e));
    assert_int_equal(open.n, 1);
    OK(store_ledger_open(owner, a, open.list[0].recipient_id, &open, &e));
    assert_int_equal(open.n, 0);
    sql_do("sekisho_owner", arena_printf(a, "DELETE FROM body WHERE message_id = '%s'",
                                         test_id(a, T_MESSAGE, 10, 3)));
    OK(store_ledger(owner, a, &l, &e));
    assert_int_equal(l.without_body, 1);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    token_random(master, sizeof master);
    owner = db_open(settings_database("sekisho_owner"), 1, 20000);
    engine = db_open(settings_database("sekisho_engine"), 1, 20000);
    jobs = db_open(settings_database("sekisho_jobs"), 1, 20000);
    console = db_open(settings_database("sekisho_console"), 1, 20000);
    portal = db_open(settings_database("sekisho_portal"), 1, 20000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(first_run_setup),
        cmocka_unit_test(domains_and_servers),
        cmocka_unit_test(accounts),
        cmocka_unit_test(new_password_ends_sessions),
        cmocka_unit_test(bodies_come_back_or_are_refused),
        cmocka_unit_test(list_pages_in_both_directions),
        cmocka_unit_test(filters_narrow_the_list),
        cmocka_unit_test(one_mail_knows_its_neighbours),
        cmocka_unit_test(delete_and_put_back),
        cmocka_unit_test(release_is_claimed_and_done_once),
        cmocka_unit_test(tracking_finds),
        cmocka_unit_test(mail_with_a_tag_belongs_to_its_mailbox),
        cmocka_unit_test(an_account_with_a_tag_sees_its_own),
        cmocka_unit_test(a_tag_that_is_known_by_itself_stays_apart),
        cmocka_unit_test(rate_limits),
        cmocka_unit_test(expiry_and_ledger),
    };
    int rc = cmocka_run_group_tests(tests, NULL, NULL);
    struct db **all[] = {&owner, &engine, &jobs, &console, &portal};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        db_close(all[i]);
    arena_free(&a);
    return rc;
}
