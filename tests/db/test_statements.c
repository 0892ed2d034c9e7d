/* Every named statement is valid SQL for every role that runs it, with the rights that role has. */
#include "lib_db.h"

static const char *const roles[] = {"owner", "engine", "jobs", "console", "portal", "postfix"};

static bool
listed(const char *list, const char *role)
{
    size_t n = strlen(role);
    for (const char *p = list; (p = strstr(p, role)); p += n)
        if ((p == list || strchr(", ", p[-1])) && (!p[n] || strchr(", ", p[n])))
            return true;
    return false;
}

static PGconn *
connect_as(const char *role)
{
    char conninfo[1024];
    snprintf(conninfo, sizeof conninfo, "%s user=sekisho_%s", getenv("DATABASE_URL"), role);
    PGconn *pg = PQconnectdb(conninfo);
    if (PQstatus(pg) != CONNECTION_OK)
        fail_msg("%s: %s", role, PQerrorMessage(pg));
    return pg;
}

/* PREPARE checks names and types; EXPLAIN of it plans it, which checks the rights, too. */
static const char *
prepare(PGconn *pg, const struct stmt_def *d)
{
    static char why[512];
    char explain[512];
    PGresult *r = PQprepare(pg, d->name, d->text, 0, NULL);
    snprintf(why, sizeof why, "%s", PQresultErrorMessage(r));
    PQclear(r);
    if (*why)
        return why;
    r = PQdescribePrepared(pg, d->name);
    if (PQnparams(r) != d->nparams)
        snprintf(why, sizeof why, "sqlc counts %d parameters, PostgreSQL %d", d->nparams,
                 PQnparams(r));
    PQclear(r);
    if (*why)
        return why;
    int at =
        snprintf(explain, sizeof explain, "EXPLAIN EXECUTE %s%s", d->name, d->nparams ? "(" : "");
    for (int i = 0; i < d->nparams; i++)
        at += snprintf(explain + at, sizeof explain - (size_t)at, "NULL%s",
                       i + 1 < d->nparams ? "," : ")");
    r = PQexec(pg, explain);
    snprintf(why, sizeof why, "%s", PQresultErrorMessage(r));
    PQclear(r);
    return why;
}

static void
statements_as(void **state)
{
    const char *role = *state;
    PGconn *pg = connect_as(role);
    int bad = 0, n = 0;
    for (int i = 0; i < STMT__COUNT; i++) {
        const struct stmt_def *d = &stmt_defs[i];
        if (!listed(d->roles, role))
            continue;
        n++;
        const char *why = prepare(pg, d);
        if (*why) {
            print_message("# %s as %s: %s\n", d->name, role, why);
            bad++;
        }
    }
    print_message("# %s runs %d statements\n", role, n);
    PQfinish(pg);
    assert_int_equal(bad, 0);
}

static void
every_statement_has_a_role(void **state)
{
    (void)state;
    for (int i = 0; i < STMT__COUNT; i++) {
        bool known = false;
        for (size_t k = 0; k < sizeof roles / sizeof *roles; k++)
            known |= listed(stmt_defs[i].roles, roles[k]);
        if (!known)
            fail_msg("%s: no \"-- role:\" line", stmt_defs[i].name);
    }
}

static int
count_of(const char *text, const char *what)
{
    int n = 0;
    for (const char *p = text; (p = strstr(p, what)); p += strlen(what))
        n++;
    return n;
}

/* A plan for the values given is worth its planning where many filters may narrow the mail of a
 * whole organisation; for everything else planning is most of the work. */
static void
plans_where_they_pay(void **state)
{
    (void)state;
    int n = 0;
    for (int i = 0; i < STMT__COUNT; i++) {
        const struct stmt_def *d = &stmt_defs[i];
        bool many = (count_of(d->text, " IS NULL OR ") >= 3 || strstr(d->text, "held_matches(")) &&
                    (strstr(d->text, "message_recipient") || strstr(d->text, "FROM refusal"));
        if (many != (*d->plan != 0))
            fail_msg("%s: \"-- plan: %s\"", d->name, d->plan);
        if (*d->plan && !listed(d->roles, d->plan))
            fail_msg("%s: a plan for a role that does not run it", d->name);
        n += many;
    }
    assert_in_range(n, 6, 17);
}

int
main(int argc, char **argv)
{
    (void)argc;
    db_test_start(argv);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_statement_has_a_role),
        cmocka_unit_test(plans_where_they_pay),
        {"as owner", statements_as, NULL, NULL, (void *)"owner"},
        {"as engine", statements_as, NULL, NULL, (void *)"engine"},
        {"as jobs", statements_as, NULL, NULL, (void *)"jobs"},
        {"as console", statements_as, NULL, NULL, (void *)"console"},
        {"as portal", statements_as, NULL, NULL, (void *)"portal"},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
