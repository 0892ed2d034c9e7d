/* Sender lists in the database: the limit while many write (D08), both ways (D07), search and pages
 * (D09), import, undo, what the gate finds (D01), what entries would have matched. */
#include "lib_db.h"

#include <pthread.h>

#include "common/addr.h"
#include "common/sender_pattern.h"
#include "store/store_sender.h"

#define WRITERS 8

static struct db *engine, *console, *portal, *owner;
static struct arena *a;
static struct err e;
static struct scope as_admin, as_user;
static const struct store_actor admin = {NULL, "admin@org1.example", "admin", ""};
static const struct store_actor user = {NULL, "user@org1.example", "portal", ""};
static const char *org;

#define OK(call)                                           \
    do {                                                   \
        if (call)                                          \
            fail_msg("%s: %s: %s", #call, e.code, e.text); \
    } while (0)
#define FAILS(call, class, reason)           \
    do {                                     \
        assert_int_equal((call), -1);        \
        assert_string_equal(e.code, reason); \
        assert_int_equal(e.cls, class);      \
    } while (0)

static struct store_sender
entry(const char *target, const char *list, const char *pattern)
{
    return (struct store_sender){.target = target,
                                 .list = list,
                                 .pattern = pattern,
                                 .only_verified = strcmp(list, "approved") == 0};
}

static int
add(const char *target, const char *list, const char *pattern, char id[37])
{
    struct store_sender s = entry(target, list, pattern);

    return store_sender_add(console, &as_admin, a, &admin, org, &s, id, &e);
}

/* ---------------------------------------------------------------- D08 */

static pthread_barrier_t together;

struct writer {
    pthread_t thread;
    int n, added, full, other;
};

static void *
write_one(void *arg)
{
    struct writer *w = arg;
    struct arena *mine = arena_new();
    struct err err;
    char id[37];

    pthread_barrier_wait(&together);
    for (int i = 0; i < 3; i++) {
        struct store_sender s = entry("user@org1.example", "approved",
                                      arena_printf(mine, "w%d-%d@race.example", w->n, i));
        if (store_sender_add(portal, &as_user, mine, &user, org, &s, id, &err) == 0)
            w->added++;
        else if (strcmp(err.code, "sender_limit") == 0)
            w->full++;
        else
            w->other++;
    }
    arena_free(&mine);
    return NULL;
}

static int
fill(const char *target, const char *list, int from, int n)
{
    struct store_sender *rows = arena_calloc(a, (size_t)n, sizeof *rows);
    struct store_sender_imported done;

    for (int i = 0; i < n; i++)
        rows[i].pattern = arena_printf(a, "f%d@%s.example", from + i, list);
    return store_sender_import(console, &as_admin, a, &admin, org, target, list, rows, n, false,
                               &done, &e);
}

static void
d08_of_many_at_once_only_the_500th_has_room(void **state)
{
    struct writer w[WRITERS] = {{0}};
    int added = 0, full = 0, other = 0;

    (void)state;
    OK(fill("user@org1.example", "approved", 0, 499));
    pthread_barrier_init(&together, NULL, WRITERS);
    for (int i = 0; i < WRITERS; i++) {
        w[i].n = i;
        assert_int_equal(pthread_create(&w[i].thread, NULL, write_one, &w[i]), 0);
    }
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(w[i].thread, NULL);
        added += w[i].added;
        full += w[i].full;
        other += w[i].other;
    }
    pthread_barrier_destroy(&together);
    assert_int_equal(other, 0);
    assert_int_equal(added, 1);
    assert_int_equal(full, 3 * WRITERS - 1);
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM sender_entry WHERE target = "
                                              "'user@org1.example' AND list = 'approved'"),
                     500);
    assert_int_equal(sql_int("sekisho_owner", "SELECT approved FROM sender_list WHERE target = "
                                              "'user@org1.example'"),
                     500);
}

static void
d08_an_import_is_all_or_nothing(void **state)
{
    struct store_sender *rows;
    int n;

    (void)state;
    FAILS(fill("full@org1.example", "blocked", 0, 501), ERR_INPUT, "sender_limit");
    OK(store_sender_all(console, &as_admin, a, org, "full@org1.example", &rows, &n, &e));
    assert_int_equal(n, 0);
    OK(fill("full@org1.example", "blocked", 0, 500));
    OK(fill("full@org1.example", "blocked", 0, 500)); /* nothing new */
}

static void
replacing_makes_room_first(void **state)
{
    struct store_sender rows[500], *all;
    struct store_sender_imported done;
    int n;

    (void)state;
    for (int i = 0; i < 500; i++)
        rows[i] = entry("", "", arena_printf(a, "f%d@blocked.example", i + 250));
    for (int i = 0; i < 500; i++)
        rows[i].only_verified = false;
    OK(store_sender_import(console, &as_admin, a, &admin, org, "full@org1.example", "blocked", rows,
                           500, true, &done, &e));
    assert_int_equal(done.added, 250);
    assert_int_equal(done.removed, 250);
    OK(store_sender_all(console, &as_admin, a, org, "full@org1.example", &all, &n, &e));
    assert_int_equal(n, 500);
}

/* Replacing also changes the flag of what stays, and can be undone, by its own organisation. */
static void
d10_a_replaced_list_comes_back(void **state)
{
    static const char *const to = "undo@org1.example";
    struct store_sender first[] = {entry("", "", "a@list.example"),
                                   entry("", "", "b@list.example")};
    struct store_sender then[] = {entry("", "", "b@list.example"), entry("", "", "c@list.example")};
    struct store_sender_imported one, two, back;
    struct store_sender *all;
    int n;

    (void)state;
    first[0].only_verified = first[1].only_verified = true;
    then[0].only_verified = then[1].only_verified = false;
    OK(store_sender_import(console, &as_admin, a, &admin, org, to, "approved", first, 2, false,
                           &one, &e));
    OK(store_sender_import(console, &as_admin, a, &admin, org, to, "approved", then, 2, true, &two,
                           &e));
    assert_int_equal(two.added, 2);
    assert_int_equal(two.removed, 2);
    OK(store_sender_all(console, &as_admin, a, org, to, &all, &n, &e));
    assert_int_equal(n, 2);
    assert_string_equal(all[0].pattern, "b@list.example");
    assert_false(all[0].only_verified);
    OK(store_sender_import_undo(console, &as_admin, a, &admin, org, two.import_id, &back, &e));
    assert_int_equal(back.removed, 2);
    assert_int_equal(back.added, 2);
    OK(store_sender_all(console, &as_admin, a, org, to, &all, &n, &e));
    assert_int_equal(n, 2);
    assert_string_equal(all[0].pattern, "a@list.example");
    assert_true(all[1].only_verified);
    OK(store_sender_import_undo(console, &as_admin, a, &admin, org, two.import_id, &back, &e));
    assert_int_equal(back.removed + back.added, 0);
}

/* ---------------------------------------------------------------- D07, D09 */

static struct store_sender_query
about(const char *list, const char *search, const char *levels)
{
    return (struct store_sender_query){
        .list = list, .search = search, .levels = levels, .limit = 100};
}

static int
found(struct db *db, const struct scope *sc, struct store_sender_query q)
{
    struct store_sender *rows;
    bool more;
    int n;

    OK(store_sender_list(db, sc, a, org, &q, &rows, &n, &more, &e));
    return n;
}

static void
d07_one_row_seen_from_both_sides(void **state)
{
    struct store_sender s = entry("user@org1.example", "blocked", "*@noise.example"), *rows;
    struct store_sender_query q = about("blocked", "noise", "");
    char id[37], other[37];
    const char *gone, *const *ids;
    bool more;
    int n;

    (void)state;
    OK(store_sender_add(portal, &as_user, a, &user, org, &s, id, &e));
    OK(store_sender_list(console, &as_admin, a, org, &q, &rows, &n, &more, &e));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].entry_id, id);
    assert_string_equal(rows[0].target, "user@org1.example");
    assert_string_equal(rows[0].level, "address");
    assert_string_equal(rows[0].added_by, "user@org1.example");
    OK(add("user@org1.example", "blocked", "x@noise.example", other));
    assert_int_equal(found(portal, &as_user, q), 2);
    OK(add("", "blocked", "y@noise.example", other));
    assert_int_equal(found(console, &as_admin, q), 3);
    assert_int_equal(found(portal, &as_user, q), 2); /* not the organisation's */
    FAILS(add("user@org1.example", "approved", "x@noise.example", other), ERR_CONFLICT,
          "sender_twice");
    FAILS(add("user@org2.example", "blocked", "x@noise.example", other), ERR_NOTFOUND, "target");
    OK(store_sender_remove(console, &as_admin, a, &admin, org, (const char *const[]){other, id}, 2,
                           &ids, &n, &gone, &e));
    assert_int_equal(n, 1); /* other was not there */
    assert_string_equal(ids[0], id);
    assert_string_equal(gone, "*@noise.example");
    assert_int_equal(found(portal, &as_user, q), 1);
    OK(store_sender_restore(portal, &as_user, a, &user, org, (const char *const[]){id}, 1, &n,
                            &gone, &e));
    assert_int_equal(n, 1);
    assert_int_equal(found(console, &as_admin, q), 3);
    assert_int_equal(sql_int("sekisho_owner", "SELECT count(*) FROM audit WHERE event LIKE "
                                              "'sender.%' AND object = '*@noise.example'"),
                     3);
}

static void
d09_search_levels_and_pages(void **state)
{
    struct store_sender_query q = about("approved", "", "");
    struct store_sender *rows;
    char id[37], first[37] = "";
    int n, seen = 0;
    bool more = true;

    (void)state;
    OK(add("", "approved", "a_b@find.example", id));
    OK(add("org1.example", "approved", "axb@find.example", id));
    assert_int_equal(found(console, &as_admin, about("approved", "A_B@find", "")), 1);
    assert_int_equal(found(console, &as_admin, about("approved", "find.example", "org domain")), 2);
    assert_int_equal(found(console, &as_admin, about("approved", "find.example", "domain")), 1);
    assert_int_equal(found(console, &as_admin, about("approved", "find.example", "address")), 0);
    assert_int_equal(found(console, &as_admin, about("approved", "org1.exam", "domain")), 1);
    for (q.limit = 70; more; seen += n) {
        OK(store_sender_list(console, &as_admin, a, org, &q, &rows, &n, &more, &e));
        if (!*first)
            memcpy(first, rows[0].entry_id, 37);
        q.from.at = rows[n - 1].added_at;
        memcpy(q.from.id, rows[n - 1].entry_id, 37);
    }
    assert_int_equal(seen, 502);
    q.back = true;
    q.from.at = rows[0].added_at;
    memcpy(q.from.id, rows[0].entry_id, 37);
    OK(store_sender_list(console, &as_admin, a, org, &q, &rows, &n, &more, &e));
    assert_int_equal(n, 70);
    assert_true(more);
}

/* ---------------------------------------------------------------- the gate */

static int
matches(const char *sender, const char *to)
{
    const char *const *list;
    struct store_sender_match *rows;
    struct addr x;
    int n, c;

    addr_envelope(a, sender, &x);
    c = sender_candidates(a, &x, &list);
    OK(store_sender_match(engine, a, org, (const char *const[]){"other@org1.example", to}, 2, list,
                          c, &rows, &n, &e));
    for (int i = 0, k = 0; i < n; i++)
        if (rows[i].recipient == 1)
            rows[k++] = rows[i], c = k;
        else if (k == 0)
            c = 0;
    return n ? c : 0;
}

static void
d01_what_the_gate_finds(void **state)
{
    bool changed;
    char id[37];

    (void)state;
    OK(add("", "blocked", "*@org-level.example", id));
    OK(add("org1.example", "blocked", "*@*.domain-level.example", id));
    OK(add("user2@org1.example", "blocked", "x@address-level.example", id));
    assert_int_equal(matches("a@org-level.example", "user2@org1.example"), 1);
    assert_int_equal(matches("a@b.domain-level.example", "user2@org1.example"), 1);
    assert_int_equal(matches("x@address-level.example", "user2@org1.example"), 1);
    assert_int_equal(matches("x@address-level.example", "user2+tag@org1.example"), 1);
    assert_int_equal(matches("x@address-level.example", "user3@org1.example"), 0);
    assert_int_equal(matches("a@domain-level.example", "user2@org1.example"), 0);
    OK(store_sender_enable(console, &as_admin, a, &admin, org, "user2@org1.example", false,
                           &changed, &e));
    assert_true(changed);
    assert_int_equal(matches("x@address-level.example", "user2@org1.example"), 0);
    assert_int_equal(matches("a@org-level.example", "user2@org1.example"), 1);
    OK(store_sender_enable(console, &as_admin, a, &admin, org, "user2@org1.example", true, &changed,
                           &e));
    /* a mailbox of its own is not that of the address without the tag */
    sql_do("sekisho_owner",
           arena_printf(a, "INSERT INTO recipient VALUES ('%s', '%s', 'user2+tag@org1.example')",
                        org, test_id(a, T_DOMAIN, 1, 0)));
    assert_int_equal(matches("x@address-level.example", "user2+tag@org1.example"), 0);
}

/* ---------------------------------------------------------------- 30 days */

static void
n7_what_an_entry_would_have_matched(void **state)
{
    struct scope sc = test_scope(a, 2, 0), portal_sc = test_scope(a, 2, 1);
    const char *org2 = test_id(a, T_ORG, 2, 0),
               *targets[] = {"", "org2.example", "user@org2.example"};
    struct store_sender_seen *rows;
    struct store_sender list[3];
    int n;

    (void)state;
    for (int k = 1; k <= 3; k++)
        test_held(a, 2, k, "spam"); /* envelope s<k>@x.example, From s@x.example */
    sql_do("postgres", "UPDATE message SET header_from_name = envelope_sender;"
                       "UPDATE message SET scan = '{\"verified\":[\"from\"]}' WHERE "
                       "envelope_sender = 's2@x.example'");
    for (int i = 0; i < 3; i++) {
        char id[37];
        list[i] = entry(targets[i], "approved", "s@*");
        OK(store_sender_add(console, &sc, a, &admin, org2, &list[i], id, &e));
        list[i].entry_id = arena_strdup(a, id);
    }
    OK(store_sender_seen(console, &sc, a, org2, list, 3, 2000, &rows, &n, &e));
    assert_int_equal(n, 3);
    for (int i = 0; i < n; i++) {
        assert_int_equal(rows[i].messages, 3);
        assert_int_equal(rows[i].unproven, 2);
        assert_string_equal(rows[i].name, ""); /* of many senders none is named */
    }
    OK(store_sender_seen(console, &sc, a, org2, list, 3, 3, &rows, &n, &e)); /* one of each */
    assert_int_equal(rows[0].messages, 1);
    list[0].target = list[1].target = list[2].target; /* the same mail three times over */
    list[0].entry_id = list[1].entry_id = list[2].entry_id;
    list[0].pattern = list[1].pattern = list[2].pattern = "s@x.example";
    OK(store_sender_seen(portal, &portal_sc, a, org2, list, 3, 2000, &rows, &n, &e));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].entry_id, list[2].entry_id);
    assert_int_equal(rows[0].messages, 3);
    assert_string_equal(rows[0].name, "s2@x.example"); /* not the newest: the one that was proven */
    OK(store_sender_seen(portal, &as_user, a, org2, list, 3, 2000, &rows, &n, &e));
    assert_int_equal(n, 0); /* nobody else's mail, whatever is asked */
}

/* ---------------------------------------------------------------- the portal's own list */

static void
moved_from_the_other_list_and_back(void **state)
{
    static const char *const to = "user@org1.example";
    struct store_sender s = entry(to, "blocked", "n@move.example"), *rows;
    struct store_sender_query q = about("blocked", "move.example", "");
    const char *list, *pattern;
    char first[37], id[37];
    bool more;
    int n;

    (void)state;
    FAILS(store_sender_move(portal, &as_user, a, &user, org, &s, id, &e), ERR_NOTFOUND, "moved");
    OK(store_sender_import(portal, &as_user, a, &user, org, to, "approved", NULL, 0, true,
                           &(struct store_sender_imported){0}, &e)); /* room */
    s.list = "approved";
    OK(store_sender_add(console, &as_admin, a, &admin, org, &s, first, &e)); /* without proof */
    s.list = "blocked";
    OK(store_sender_move(portal, &as_user, a, &user, org, &s, id, &e));
    OK(store_sender_list(portal, &as_user, a, org, &q, &rows, &n, &more, &e));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].entry_id, id);
    assert_int_equal(found(portal, &as_user, about("approved", "move.example", "")), 0);
    FAILS(store_sender_move(portal, &as_user, a, &user, org, &s, id, &e), ERR_NOTFOUND, "moved");
    OK(store_sender_list(portal, &as_user, a, org, &q, &rows, &n, &more, &e));
    {
        struct scope other = test_scope(a, 1, 0); /* the portal of another person */
        OK(store_sender_unmove(portal, &other, a, &user, org, rows[0].entry_id, &list, &pattern,
                               &e));
        assert_string_equal(list, "");
    }
    OK(store_sender_unmove(portal, &as_user, a, &user, org, rows[0].entry_id, &list, &pattern, &e));
    assert_string_equal(list, "approved");
    assert_string_equal(pattern, "n@move.example");
    q.list = "approved";
    OK(store_sender_list(portal, &as_user, a, org, &q, &rows, &n, &more, &e));
    assert_int_equal(n, 1);
    assert_string_equal(rows[0].entry_id, first);
    assert_false(rows[0].only_verified); /* all of it is back */
    assert_string_equal(rows[0].added_by, "admin@org1.example");
    OK(store_sender_unmove(portal, &as_user, a, &user, org, id, &list, &pattern, &e));
    assert_string_equal(list, "");
    assert_int_equal(
        sql_int("sekisho_owner", "SELECT count(*) FROM audit WHERE event = 'sender.moved'"), 2);
}

/* Two at once: one moves, the other finds nothing to move; none is told of a deadlock. */
static void
two_who_move_the_same_do_it_once(void **state)
{
    struct store_sender s = entry("user@org1.example", "blocked", "n@twice.example");
    char id[37];

    (void)state;
    OK(add("user@org1.example", "approved", "n@twice.example", id));
    PGconn *pg = PQconnectdb(arena_printf(a, "%s user=sekisho_owner", getenv("DATABASE_URL")));
    PQclear(PQexec(pg, arena_printf(a,
                                    "SET idle_in_transaction_session_timeout = '15s'; BEGIN;"
                                    "DELETE FROM sender_entry WHERE entry_id = '%s'; SELECT "
                                    "audit_add('%s', NULL, 'x', 'portal', '', 'sender.removed', "
                                    "'x', '{}')",
                                    id, org)));
    assert_true(PQsendQuery(pg, "SELECT pg_sleep(1); COMMIT"));
    FAILS(store_sender_move(portal, &as_user, a, &user, org, &s, id, &e), ERR_NOTFOUND, "moved");
    PQfinish(pg);
}

static void
the_portal_shows_what_the_organisation_decided(void **state)
{
    struct store_sender_query q = {.list = "blocked",
                                   .search = "shown",
                                   .levels = "",
                                   .own = true,
                                   .company = true,
                                   .limit = 2};
    struct store_sender *rows;
    char id[37], last[37];
    const char *ids[] = {last};
    bool more, changed;
    int n;

    (void)state;
    OK(add("", "blocked", "a@shown.example", id));
    OK(add("org1.example", "blocked", "b@shown.example", id));
    OK(add("other@org1.example", "blocked", "c@shown.example", id));
    OK(add("user@org1.example", "blocked", "d@shown.example", last));
    {
        struct scope sc = test_scope(a, 2, 0);
        struct store_sender s = entry("", "blocked", "e@shown.example");
        OK(store_sender_add(console, &sc, a, &admin, test_id(a, T_ORG, 2, 0), &s, id, &e));
    }
    OK(store_sender_list(portal, &as_user, a, org, &q, &rows, &n, &more, &e));
    assert_int_equal(n, 2);
    assert_true(more);
    assert_string_equal(rows[0].pattern, "d@shown.example");
    assert_string_equal(rows[0].level, "address");
    assert_string_equal(rows[1].pattern, "b@shown.example");
    assert_string_equal(rows[1].level, "domain");
    assert_string_equal(rows[1].added_by, ""); /* who did it is not everybody's business */
    q.from.at = rows[1].added_at;
    memcpy(q.from.id, rows[1].entry_id, 37);
    OK(store_sender_list(portal, &as_user, a, org, &q, &rows, &n, &more, &e));
    assert_int_equal(n, 1); /* not the neighbour's, and not that of another organisation */
    assert_false(more);
    assert_string_equal(rows[0].pattern, "a@shown.example");
    assert_string_equal(rows[0].level, "org");
    q.from.at = rows[0].added_at;
    memcpy(q.from.id, rows[0].entry_id, 37);
    q.back = true;
    OK(store_sender_list(portal, &as_user, a, org, &q, &rows, &n, &more, &e));
    assert_int_equal(n, 2);
    assert_string_equal(rows[0].pattern, "d@shown.example");
    assert_string_equal(rows[1].pattern, "b@shown.example");
    q.from.id[0] = '\0';
    q.back = false;
    OK(store_sender_enable(console, &as_admin, a, &admin, org, "", false, &changed, &e));
    assert_int_equal(found(portal, &as_user, q), 2); /* what is not applied holds for nobody */
    OK(store_sender_enable(console, &as_admin, a, &admin, org, "", true, &changed, &e));
    q.company = false;
    assert_int_equal(found(portal, &as_user, q), 1);
    q.ids = ids;
    q.nids = 1;
    assert_int_equal(found(portal, &as_user, q), 1);
    q.nids = 0;
    assert_int_equal(found(portal, &as_user, q), 0);
    q.ids = NULL;
    q.target = "other@org1.example";
    assert_int_equal(found(portal, &as_user, q), 0);
}

/* 20,000 mails: who wrote most of the newest ones, in a moment. */
static void
who_wrote_most_often(void **state)
{
    struct scope sc = test_scope(a, 3, 1);
    struct store_sender_often *rows;
    struct store_sender s = entry("user@org3.example", "blocked", "*@c3.example");
    char id[37];
    const char *org3 = test_id(a, T_ORG, 3, 0);
    int n;

    (void)state;
    test_org(a, 3);
    sql_do("postgres",
           arena_printf(
               a,
               "SET session_replication_role = replica;"
               "INSERT INTO message (org_id, message_id, received_at, node, direction, "
               "envelope_sender, header_from, header_from_name, bytes, sha256, verdict, scan)"
               " SELECT '%s', uuid7(), now() - i * interval '10 ms', 'n1', 'in', 'x@y.example', "
               "'N@C' || CASE WHEN i %% 2 = 0 THEN 1 WHEN i %% 3 = 0 THEN 2 WHEN i %% 5 = 0 THEN 3 "
               "ELSE 4 + i %% 50 END || '.example',"
               "        CASE WHEN i > 10 THEN 'Nora' ELSE 'Not she' END, 1, '\\x00', 'clean', CASE "
               "WHEN i > 10 THEN '{\"verified\": [\"from\"]}'::jsonb ELSE '{}' END"
               "   FROM generate_series(1, 20000) i;"
               "INSERT INTO message_recipient (org_id, received_at, message_id, recipient_id, "
               "address, domain, original, state, state_at, disposition)"
               " SELECT org_id, received_at, message_id, uuid7(), 'user@org3.example', "
               "'org3.example', 'user@org3.example', 'delivered', now(), 'deliver' FROM message "
               "WHERE org_id = '%s';"
               "UPDATE message SET header_from = 'boss@org3.example' WHERE org_id = '%s' AND "
               "header_from = 'N@C2.example';"
               "ANALYZE message; ANALYZE message_recipient",
               org3, org3, org3));
    OK(store_sender_add(console, &sc, a, &admin, org3, &s, id, &e));
    OK(store_sender_often(portal, &sc, a, 2000, 3, &rows, &n, &e));
    assert_int_equal(n, 3);
    assert_string_equal(rows[0].address, "n@c1.example");
    assert_string_equal(rows[0].name, "Nora");
    assert_string_equal(rows[0].mailbox, "user@org3.example");
    assert_int_equal(rows[0].messages, 1000);
    for (int i = 0; i < n; i++) {
        assert_string_not_equal(rows[i].address, "boss@org3.example"); /* one of us */
        assert_string_not_equal(rows[i].address, "n@c3.example");      /* on a list */
    }
    OK(store_sender_often(portal, &as_user, a, 2000, 3, &rows, &n, &e));
    assert_int_equal(n, 0); /* nothing was delivered to this one */
}

static void
settings_have_defaults(void **state)
{
    struct store_sender_settings s;

    (void)state;
    OK(store_sender_settings(console, &as_admin, a, org, &s, &e));
    assert_true(s.header_match);
    assert_false(s.insert_header);
    assert_string_equal(s.still_checked, "");
    s = (struct store_sender_settings){false, true, "spam reputation", "t,t,"};
    FAILS(store_sender_settings_set(console, &as_admin, a, &admin, org, &s, &e), ERR_CONFLICT,
          STORE_CHANGED); /* not what is there */
    s.version = "t,f,";
    OK(store_sender_settings_set(console, &as_admin, a, &admin, org, &s, &e));
    OK(store_sender_settings(owner, NULL, a, org, &s, &e));
    assert_false(s.header_match);
    assert_true(s.insert_header);
    assert_string_equal(s.still_checked, "spam reputation");
    assert_int_equal(
        sql_int("sekisho_owner", "SELECT count(*) FROM audit WHERE event = 'sender.settings'"), 1);
}

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(d08_of_many_at_once_only_the_500th_has_room),
        cmocka_unit_test(d08_an_import_is_all_or_nothing),
        cmocka_unit_test(replacing_makes_room_first),
        cmocka_unit_test(d07_one_row_seen_from_both_sides),
        cmocka_unit_test(d09_search_levels_and_pages),
        cmocka_unit_test(d01_what_the_gate_finds),
        cmocka_unit_test(n7_what_an_entry_would_have_matched),
        cmocka_unit_test(settings_have_defaults),
        cmocka_unit_test(moved_from_the_other_list_and_back),
        cmocka_unit_test(two_who_move_the_same_do_it_once),
        cmocka_unit_test(the_portal_shows_what_the_organisation_decided),
        cmocka_unit_test(who_wrote_most_often),
        cmocka_unit_test(d10_a_replaced_list_comes_back),
    };
    int rc;

    (void)argc;
    db_test_start(argv);
    a = arena_new();
    test_org(a, 1);
    test_org(a, 2);
    org = test_id(a, T_ORG, 1, 0);
    as_admin = test_scope(a, 1, 0);
    as_user = test_scope(a, 1, 1);
    owner = db_open(settings_database("sekisho_owner"), 2, 20000);
    engine = db_open(settings_database("sekisho_engine"), 2, 20000);
    console = db_open(settings_database("sekisho_console"), 2, 20000);
    portal = db_open(settings_database("sekisho_portal"), WRITERS, 20000);
    rc = cmocka_run_group_tests_name("senders", tests, NULL, NULL);
    db_close(&owner);
    db_close(&engine);
    db_close(&console);
    db_close(&portal);
    arena_free(&a);
    return rc;
}
