/*
 * DKIM against three other implementations, dkimpy, Mail::DKIM and libopendkim: what the first two sign
 * we verify, what we sign all verify, and of broken variants all think alike. Every difference is in differs(), with its reason.
 */
#include <dirent.h>
#include <time.h>

#include "engine/authn/auth_canon.h"
#include "engine/authn/dkim_sign.h"
#include "engine/authn/dkim_verify.h"
#include "oracle.h"

/* ------------------------------------------------------------------ keys, mails, signatures */

static void
sign_own(const char *plain, int i)
{
    static const char *const usual[] = {"From", "To", "Subject", "Date", "Message-ID", NULL};
    struct auth_message m;
    struct err e;
    auth_split(a, plain, strlen(plain), &m);
    for (int way = 0; way < 8; way++) {
        struct dkim_sign_options o = {.domain = "example.com",
                                      .selector = way & 1 ? "e" : "r",
                                      .header = way & 2 ? AUTH_RELAXED : AUTH_SIMPLE,
                                      .body = way & 4 ? AUTH_RELAXED : AUTH_SIMPLE,
                                      .headers = usual,
                                      .oversign = i % 2,
                                      .identity = i % 2 ? "a=40b@x.example.com" : NULL,
                                      .time = time(NULL),
                                      .key = way & 1 ? &ed : &rsa};
        char *field = dkim_sign(a, &m, &o, &e);
        if (!field)
            bug("%s", e.text);
        const char *all = arena_printf(a, "%s%s", field, plain);
        save(arena_printf(a, "own-%d-%d-%s", i, way, o.selector), all, strlen(all));
    }
}

static void
make_mails(void)
{
    static const char *const bodies[] = {
        "Hi Bob,\r\n\r\nwhere  shall we\tmeet? \r\n-- \r\nAlice\r\n",
        "one line\r\n",
        " leading\r\n\t\r\n\r\ninner   empty lines \t \r\n\r\n\r\n",
        "=E3=81=82 8-bit: \xe3\x81\x82\r\nlast line of two\r\n",
    };
    for (int i = 0; i < 4; i++) {
        const char *plain = arena_printf(
            a,
            "Received: from x\r\n by y; Fri, 1 Jan 2021 00:00:00 +0000\r\n"
            "From: Alice <alice@example.com>\r\nTo: Bob <bob@example.net>,\r\n"
            "\tCarol <carol@example.org>\r\nSubject: Lunch  %d \r\n"
            "Date: Fri, 1 Jan 2021 00:00:00 +0000\r\nMessage-ID: <%d@example.com>\r\n\r\n%s",
            i, i, bodies[i]);
        save(arena_printf(a, "plain-%d", i), plain, strlen(plain));
        sign_own(plain, i);
    }
}

/* ------------------------------------------------------------------ variants */

static const char *
replaced(const char *text, const char *was, const char *is)
{
    const char *at = strstr(text, was);
    return at ? arena_printf(a, "%.*s%s%s", (int)(at - text), text, is, at + strlen(was)) : text;
}

/* The first character of the value of b=. */
static const char *
broken_b(const char *text)
{
    char *copy = arena_strdup(a, text), *p = copy;
    while ((p = strstr(p, "b=")) && p[-1] != ' ' && p[-1] != '\t' && p[-1] != ';')
        p += 2;
    if (p) {
        p += 2;
        p += strspn(p, " \t\r\n");
        *p = *p == 'A' ? 'B' : 'A';
    }
    return copy;
}

static const char *
with_broken_signature_above(const char *text)
{
    struct auth_message m;
    auth_split(a, text, strlen(text), &m);
    return arena_printf(a, "%.*s%s", (int)(m.fields[1].raw - text), broken_b(text), text);
}

static const char *const variants[] = {
    "as signed",      "body byte",      "body more",      "body empty lines", "body blank line",
    "subject",        "subject blanks", "subject case",   "from above",       "subject above",
    "unsigned field", "other domain",   "broken b=",      "tag twice",        "unknown tag",
    "version 2",      "folded",         "two signatures", "trailing space",   "unknown selector",
};
#define VARIANTS ((int)(sizeof variants / sizeof *variants))

static const char *
variant(const char *t, int v)
{
    const char *body = strstr(t, "\r\n\r\n") + 4;
    switch (v) {
    case 1:
        return arena_printf(a, "%.*s%c%s", (int)(body - t), t, 'Z', body + 1);
    case 2:
        return arena_printf(a, "%smore\r\n", t);
    case 3:
        return arena_printf(a, "%s\r\n\r\n", t);
    case 4:
        return arena_printf(a, "%s \r\n", t);
    case 5:
        return replaced(t, "Lunch", "lunch");
    case 6:
        return replaced(t, "Lunch  ", "Lunch ");
    case 7:
        return replaced(t, "\r\nSubject", "\r\nSUBJECT");
    case 8:
        return arena_printf(a, "From: Eve <eve@example.org>\r\n%s", t);
    case 9:
        return arena_printf(a, "Subject: other\r\n%s", t);
    case 10:
        return arena_printf(a, "X-New: other\r\n%s", t);
    case 11:
        return replaced(t, "d=example.com", "d=example.org");
    case 12:
        return broken_b(t);
    case 13:
        return replaced(t, "v=1;", "v=1; v=1;");
    case 14:
        return replaced(t, "v=1;", "v=1; zz=1;");
    case 15:
        return replaced(t, "v=1;", "v=2;");
    case 16:
        return replaced(t, "v=1; ", "v=1;\r\n\t ");
    case 17:
        return with_broken_signature_above(t);
    case 18:
        return replaced(t, "alice@example.com>\r\n", "alice@example.com> \r\n");
    case 19:
        return replaced(replaced(t, "s=r", "s=q"), "s=e", "s=q");
    default:
        return t;
    }
}

static int
make_cases(void)
{
    struct dirent **names;
    int n = scandir(dir, &names, NULL, alphasort), made = 0;
    for (int i = 0; i < n; i++) {
        const char *name = names[i]->d_name;
        if (strncmp(name, "own-", 4) == 0 || strncmp(name, "py-", 3) == 0 ||
            strncmp(name, "pl-", 3) == 0)
            for (int v = 0; v < VARIANTS; v++, made++) {
                const char *text = variant(slurp(a, name), v);
                save(arena_printf(a, "case-%02d-%s", v, name), text, strlen(text));
            }
        free(names[i]);
    }
    free(names);
    return made;
}

/* ------------------------------------------------------------------ comparing */

/* Why our verdict may be another one; NULL: it may not. */
static const char *
differs(const char *oracle_name, const char *file, const struct dkim_verdict *ours, bool theirs)
{
    bool perl = strcmp(oracle_name, "pl") == 0;
    const char *code = ours->n && ours->results->code ? ours->results->code : "";
    if (theirs && ours->best == DKIM_POLICY && strcmp(code, "length-uncovered") == 0)
        return "l= with unsigned bytes behind it is not pass here (dkim_verify.h)";
    if (theirs && strcmp(oracle_name, "py") != 0 && ours->best == DKIM_POLICY &&
        strcmp(code, "from-unsigned") == 0)
        return "a second, unsigned From is not pass here, nor in dkimpy (RFC 6376 8.15)";
    if (!theirs && perl && strcmp(file + strlen(file) - 2, "-e") == 0)
        return "this Mail::DKIM is older than its support of Ed25519 (RFC 8463)";
    return NULL;
}

static void
compare(const char *oracle_name)
{
    int same[VARIANTS] = {0}, explained[VARIANTS] = {0}, bad[VARIANTS] = {0}, pass[VARIANTS] = {0};
    char *list = slurp(a, oracle_name), *line;
    while ((line = strsep(&list, "\n")) && *line) {
        char *file = strsep(&line, " ");
        bool theirs = line && strcmp(line, "pass") == 0;
        int v = atoi(file + 5);
        struct arena *one = arena_new();
        struct dns d = dns_table_dns(&table);
        struct auth_message m;
        struct dkim_verdict ours;
        const char *text = slurp(one, file);
        auth_split(one, text, strlen(text), &m);
        dkim_verify(one, &m, auth_keys_new(one, &d), time(NULL), NULL, &ours);
        pass[v] += ours.best == DKIM_PASS;
        if ((ours.best == DKIM_PASS) == theirs)
            same[v]++;
        else if (differs(oracle_name, file, &ours, theirs))
            explained[v]++;
        else if (bad[v]++ < 3)
            printf("# %s: we say %s (%s), %s %s\n", file, dkim_status_name(ours.best),
                   ours.n && ours.results->code ? ours.results->code : "-", oracle_name,
                   theirs ? "pass" : "fail");
        arena_free(&one);
    }
    for (int v = 0; v < VARIANTS; v++)
        tell(same[v] + explained[v] > 0 && bad[v] == 0 &&
                 (v > 0 || pass[v] == same[v] + explained[v]),
             arena_printf(a, "%s, %s: %d alike (%d pass), %d explained, %d not", oracle_name,
                          variants[v], same[v], pass[v], explained[v], bad[v]));
}

int
main(void)
{
    a = arena_new();
    if (!mkdtemp(dir))
        bug("no temporary folder");
    make_keys();
    make_mails();
    tell(both("dkim", "sign"), "both oracles sign");
    int made = make_cases();
    printf("# %d messages\n", made);
    if (both("dkim", "verify") &&
        oracle("/usr/bin/python3", ORACLES "dkim_libopendkim.py", "verify", "opendkim")) {
        compare("py");
        compare("pl");
        compare("opendkim");
    } else {
        tell(false, "all oracles verify");
    }
    remove_folder();
    arena_free(&a);
    printf("1..%d\n", tests);
    return failed != 0;
}
