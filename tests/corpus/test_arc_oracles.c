/*
 * ARC against two other implementations, dkimpy and Mail::DKIM: chains that they and we made, whole
 * and broken in every way the RFC names, and all three think alike. Every difference is in differs(),
 * with its reason.
 */
#include <dirent.h>
#include <time.h>

#include "engine/authn/arc_seal.h"
#include "engine/authn/auth_canon.h"
#include "oracle.h"

/* ------------------------------------------------------------------ chains */

static struct arc_verdict
judge(struct arena *where, const char *text, struct auth_message *m, struct arc *chain)
{
    struct dns d = dns_table_dns(&table);
    struct arc_verdict v;
    auth_split(where, text, strlen(text), m);
    arc_read(where, m, chain);
    arc_verify(where, m, chain, auth_keys_new(where, &d), &v);
    return v;
}

/* With one more set on top. */
static const char *
sealed(const char *mail)
{
    static const char *const usual[] = {"To", "Subject", "Date", "Message-ID", NULL};
    struct arc_seal_options o = {.domain = "example.com",
                                 .selector = "r",
                                 .results = "gw.example;\n\tspf=none smtp.mailfrom=a.example",
                                 .headers = usual,
                                 .time = time(NULL),
                                 .key = &rsa};
    struct auth_message m;
    struct arc chain;
    struct err e;
    struct arc_verdict v = judge(a, mail, &m, &chain);
    char *fields = arc_seal(a, &m, &chain, &v, &o, &e);
    if (!fields)
        bug("not sealed: %s", e.text);
    return arena_printf(a, "%s%s", fields, mail);
}

static void
make_chains(void)
{
    static const char *const bodies[] = {
        "Hi Bob,\r\n\r\nwhere  shall we\tmeet? \r\n-- \r\nAlice\r\n", "one line\r\n",
        " leading\r\n\t\r\n\r\ninner   empty lines \t \r\n\r\n\r\n"};
    for (int i = 0; i < 3; i++) {
        const char *mail = arena_printf(
            a,
            "Received: from x\r\n by y; Fri, 1 Jan 2021 00:00:00 +0000\r\n"
            "From: Alice <alice@example.com>\r\nTo: Bob <bob@example.net>,\r\n"
            "\tCarol <carol@example.org>\r\nSubject: Lunch  %d \r\n"
            "Date: Fri, 1 Jan 2021 00:00:00 +0000\r\nMessage-ID: <%d@example.com>\r\n\r\n%s",
            i, i, bodies[i]);
        save(arena_printf(a, "plain-%d", i), mail, strlen(mail));
        for (int n = 1; n <= 4; n++) {
            mail = sealed(mail);
            save(arena_printf(a, "own-%d-%d", i, n), mail, strlen(mail));
        }
    }
}

/* ------------------------------------------------------------------ variants */

enum kind { AAR, AMS, AS, NONE };

/* Fields of the chain by kind and instance; index in the message, -1: none. */
struct parts {
    struct auth_message m;
    int n, at[NONE][60];
};

static struct parts
parts_of(const char *text)
{
    static const char *const names[] = {"ARC-Authentication-Results", "ARC-Message-Signature",
                                        "ARC-Seal"};
    struct parts p;
    memset(&p, -1, sizeof p);
    p.n = 0;
    auth_split(a, text, strlen(text), &p.m);
    for (int i = 0; i < p.m.n; i++)
        for (int k = 0; k < NONE; k++)
            if (auth_field_named(&p.m.fields[i], names[k], strlen(names[k]))) {
                const char *at = memmem(p.m.fields[i].raw, p.m.fields[i].len, "i=", 2);
                int instance = at ? atoi(at + 2) : 0;
                p.at[k][instance] = i;
                p.n = instance > p.n ? instance : p.n;
            }
    return p;
}

/* The message with field f changed: was -> is; NULL: gone; "": twice. */
static const char *
with(const struct parts *p, int f, const char *was, const char *is)
{
    struct buf *b = buf_new(a, 0);
    for (int i = 0; i < p->m.n; i++) {
        const char *text = arena_strndup(a, p->m.fields[i].raw, p->m.fields[i].len), *at;
        if (i == f && !was)
            continue;
        if (i == f && !*was)
            buf_printf(b, "%s\r\n", text);
        at = i == f && *was ? strstr(text, was) : NULL;
        if (at)
            buf_printf(b, "%.*s%s%s\r\n", (int)(at - text), text, is, at + strlen(was));
        else
            buf_printf(b, "%s\r\n", text);
    }
    buf_str(b, "\r\n");
    buf_add(b, p->m.body, p->m.body_len);
    return b->data;
}

/* The value of b= of field f with one character changed. */
static const char *
broken_b(const struct parts *p, int f)
{
    const char *text = arena_strndup(a, p->m.fields[f].raw, p->m.fields[f].len), *at = text;
    char was[16], is[16];
    while ((at = strstr(at, "b=")) && !strchr(" \t;\n", at[-1]))
        at += 2;
    at += 2 + strspn(at + 2, " \t\r\n");
    (void)snprintf(was, sizeof was, "%.12s", at);
    (void)snprintf(is, sizeof is, "%c%.11s", *at == 'A' ? 'B' : 'A', at + 1);
    return with(p, f, was, is);
}

static const char *
reordered(const struct parts *p)
{
    struct buf *b = buf_new(a, 0);
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < p->m.n; k++) {
            int i = pass ? k : p->m.n - 1 - k; /* the chain upside down, then the others */
            const struct auth_field *f = &p->m.fields[i];
            if ((strncasecmp(f->raw, "ARC-", 4) == 0) != (pass == 0))
                continue;
            buf_add(b, f->raw, f->len);
            buf_str(b, "\r\n");
        }
    buf_str(b, "\r\n");
    buf_add(b, p->m.body, p->m.body_len);
    return b->data;
}

static const char *
without_set(const struct parts *p, int instance)
{
    const char *t = with(p, p->at[AAR][instance], NULL, NULL);
    struct parts q = parts_of(t);
    t = with(&q, q.at[AMS][instance], NULL, NULL);
    q = parts_of(t);
    return with(&q, q.at[AS][instance], NULL, NULL);
}

static const char *const variants[] = {
    "as sealed",
    "body byte",
    "body more",
    "body empty lines",
    "subject",
    "unsigned field",
    "no newest AAR",
    "no newest AMS",
    "no newest seal",
    "no oldest set",
    "AAR twice",
    "AMS twice",
    "seal twice",
    "upside down",
    "cv",
    "cv=fail",
    "broken seal",
    "broken old seal",
    "broken AMS",
    "broken old AMS",
    "old AAR changed",
    "AAR without i=",
    "instance 0",
    "instance 51",
    "a hole",
    "seal with h=",
    "unknown selector",
    "sha1",
    "no From signed",
    "no newest set",
    "seal folded",
    "AMS other domain",
    "tag twice in seal",
    "no chain",
};
#define VARIANTS ((int)(sizeof variants / sizeof *variants))

static const char *
variant(const char *t, int v)
{
    struct parts p = parts_of(t);
    const char *body = p.m.body, *instance = arena_printf(a, "i=%d;", p.n);
    int aar = p.at[AAR][p.n], ams = p.at[AMS][p.n], as = p.at[AS][p.n];
    switch (v) {
    case 1:
        return arena_printf(a, "%.*s%c%s", (int)(body - t), t, 'Z', body + 1);
    case 2:
        return arena_printf(a, "%smore\r\n", t);
    case 3:
        return arena_printf(a, "%s\r\n\r\n", t);
    case 4:
        return arena_printf(a, "Subject: other\r\n%s",
                            with(&p, p.m.n - 3, "Lunch", "Dinner")); /* the one that is signed */
    case 5:
        return arena_printf(a, "X-New: other\r\n%s", t);
    case 6:
        return with(&p, aar, NULL, NULL);
    case 7:
        return with(&p, ams, NULL, NULL);
    case 8:
        return with(&p, as, NULL, NULL);
    case 9:
        return without_set(&p, 1);
    case 10:
        return with(&p, aar, "", NULL);
    case 11:
        return with(&p, ams, "", NULL);
    case 12:
        return with(&p, as, "", NULL);
    case 13:
        return reordered(&p);
    case 14:
        return with(&p, as, p.n == 1 ? "cv=none" : "cv=pass", p.n == 1 ? "cv=pass" : "cv=none");
    case 15:
        return with(&p, as, p.n == 1 ? "cv=none" : "cv=pass", "cv=fail");
    case 16:
        return broken_b(&p, as);
    case 17:
        return broken_b(&p, p.at[AS][1]);
    case 18:
        return broken_b(&p, ams);
    case 19:
        return broken_b(&p, p.at[AMS][1]);
    case 20:
        return with(&p, p.at[AAR][1], "spf=none", "spf=pass");
    case 21:
        return with(&p, aar, instance, "");
    case 22:
        return with(&p, ams, instance, "i=0;");
    case 23:
        return with(&p, as, instance, "i=51;");
    case 24:
        return p.n > 2 ? without_set(&p, 2) : t;
    case 25:
        return with(&p, as, "cv=", "h=from; cv=");
    case 26:
        return with(&p, as, "s=r", "s=q");
    case 27:
        return with(&p, ams, "rsa-sha256", "rsa-sha1");
    case 28:
        return with(&p, ams, "rom:", "rox:");
    case 29:
        return without_set(&p, p.n);
    case 30:
        return with(&p, as, "; ", ";\r\n\t ");
    case 31:
        return with(&p, ams, "d=example.com", "d=example.org");
    case 32:
        return with(&p, as, "cv=", "cv=pass; cv=");
    case 33:
        return strstr(t, "Received:");
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
differs(const char *oracle_name, int v, const char *ours, const char *theirs)
{
    if (strcmp(oracle_name, "py") == 0 && strcmp(variants[v], "upside down") == 0 &&
        strcmp(ours, "pass") == 0 && strcmp(theirs, "fail") == 0)
        return "dkimpy seals the sets as they stand in the message; RFC 8617 5.1.1 has them in the "
               "order of their instances, and so has Mail::DKIM";
    return NULL;
}

static void
compare(const char *oracle_name)
{
    int same[VARIANTS] = {0}, explained[VARIANTS] = {0}, bad[VARIANTS] = {0}, pass[VARIANTS] = {0};
    char *list = slurp(a, oracle_name), *line;
    while ((line = strsep(&list, "\n")) && *line) {
        char *file = strsep(&line, " ");
        int v = atoi(file + 5);
        struct arena *one = arena_new();
        struct auth_message m;
        struct arc chain;
        struct arc_verdict r = judge(one, slurp(one, file), &m, &chain);
        const char *ours = arc_status_name(r.status), *theirs = line ? line : "";
        pass[v] += r.status == ARC_PASS;
        if (strcmp(ours, theirs) == 0)
            same[v]++;
        else if (differs(oracle_name, v, ours, theirs))
            explained[v]++;
        else if (bad[v]++ < 2)
            printf("# %s: we say %s (%s at %d of %d), %s %s\n", file, ours, r.code ? r.code : "-",
                   r.at, r.sets, oracle_name, theirs);
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
    make_chains();
    tell(both("arc", "seal"), "both oracles seal");
    int made = make_cases();
    printf("# %d chains\n", made);
    tell(made >= 300, "at least 300 chains");
    if (both("arc", "verify")) {
        compare("py");
        compare("pl");
    } else {
        tell(false, "both oracles verify");
    }
    remove_folder();
    arena_free(&a);
    printf("1..%d\n", tests);
    return failed != 0;
}
