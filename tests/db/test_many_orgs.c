/* One mail to very many recipients of several organisations: each organisation is asked what it knows of the sender, wherever its
 * recipients stand among the others (N5, F26). */
#include "lib_db.h"

#include "engine/intake/ending.h"
#include "engine/intake/gate.h"
#include "engine/intake/intake_conn.h"
#include "engine/intake/intake_contact.h"
#include "engine/intake/intake_style.h"
#include "engine/style/style.h"

#define MANY 150 /* of the first organisation; more than are looked at in one mail */

static struct gate gate;
static struct arena *a;

static struct conn *
mail_to_many(void)
{
    struct conn *c = conn_new();
    c->mail = mail_begin(c);
    mail_set_sender(c->mail, "stranger@outside.example");
    for (int i = 0; i < MANY; i++)
        mail_add_recipient(c->mail, arena_printf(a, "p%d@org1.example", i))->org =
            test_id(a, T_ORG, 1, 0);
    mail_add_recipient(c->mail, "user@org2.example")->org = test_id(a, T_ORG, 2, 0);
    for (int i = 0; i < MANY; i++)
        mail_add_recipient(c->mail, arena_printf(a, "q%d@org1.example", i))->org =
            test_id(a, T_ORG, 1, 0);
    mail_add_recipient(c->mail, "user@org3.example")->org = test_id(a, T_ORG, 3, 0);
    return c;
}

static struct msg *
from_stranger(struct conn *c)
{
    struct msg *m = msg_new(c->mail->arena);
    m->from = "stranger@outside.example";
    m->from_name = "Kenji Ota";
    m->from_key = "kenji ota";
    return m;
}

static int
found(const struct msg *m, const char *code, int org)
{
    int n = 0;
    for (int i = 0; i < m->nfindings; i++)
        n += !strcmp(m->findings[i].code, code) &&
             !strcmp(m->findings[i].org, test_id(a, T_ORG, org, 0));
    return n;
}

static void
n5_each_organisation_is_asked_who_the_sender_is(void **unused)
{
    struct conn *c = mail_to_many();
    struct ending x = {.g = &gate, .c = c, .m = c->mail, .msg = from_stranger(c)};
    (void)unused;
    intake_contact(&x);
    for (int org = 1; org <= 3; org++)
        assert_int_equal(found(x.msg, "first-contact", org), 1);
    conn_free(c);
}

static void
f26_each_organisation_is_asked_how_its_people_write(void **unused)
{
    struct conn *c = mail_to_many();
    struct ending x = {.g = &gate, .c = c, .m = c->mail, .msg = from_stranger(c)};
    double style[STYLE_FEATURES];
    (void)unused;
    for (int i = 0; i < STYLE_FEATURES; i++)
        style[i] = 0;
    x.msg->style = style;
    intake_style(&x);
    for (int org = 1; org <= 3; org++)
        assert_int_equal(found(x.msg, "style-differs", org), 1);
    conn_free(c);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    a = arena_new();
    for (int i = 1; i <= 3; i++)
        test_org(a, i);
    /* He writes otherwise than everybody, and the mail is as everybody's. */
    sql_do("postgres",
           arena_printf(a,
                        "INSERT INTO writing_style (org_id, person, mails, mean, m2) SELECT "
                        "org_id, p, 100, array_fill(m::float8, ARRAY[%d]), array_fill(100::float8, "
                        "ARRAY[%d]) FROM org, (VALUES ('', 0), ('kenji ota', 9)) AS v(p, m)",
                        STYLE_FEATURES, STYLE_FEATURES));
    gate.db = db_open(settings_database("sekisho_engine"), 1, 20000);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n5_each_organisation_is_asked_who_the_sender_is),
        cmocka_unit_test(f26_each_organisation_is_asked_how_its_people_write),
    };
    int rc =
        cmocka_run_group_tests_name("many recipients of several organisations", tests, NULL, NULL);
    db_close(&gate.db);
    arena_free(&a);
    return rc;
}
