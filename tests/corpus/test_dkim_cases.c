/*
 * Signed messages of two other projects.
 *
 * tests/corpus/auth/dkim: messages with their keys (RFC 8463's vector, real mail); Apache-2.0 or MIT.
 * ../shared/data/auth/mail-dkim-perl.tar.zst: 79 messages from the years of the drafts; skipped where
 * it is not. What they must give today, and why that is not what their own table says, stands in
 * tests/corpus/auth/dkim/mail-dkim-perl.tsv: file, result, code, reason.
 */
#include <ftw.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "signed_case.h"
#include "unpack.h"
#include "common/arena.h"
#include "common/buf.h"
#include "engine/authn/auth_canon.h"
#include "engine/authn/auth_key.h"
#include "engine/authn/dkim_verify.h"

#define OWN "tests/corpus/auth/dkim"
#define PACK "../shared/data/auth/mail-dkim-perl.tar.zst"
#define NOW_OWN 1667862900  /* 005.txt has an x= */
#define NOW_PACK 1700000000 /* ignore_7.txt has one of 2006 */

extern char **environ;

static int tests, failed;

static void
tell(bool ok, const char *name, const char *got)
{
    tests++;
    failed += !ok;
    printf("%sok %d - %s: %s\n", ok ? "" : "not ", tests, name, got);
}

static void
verify(struct arena *a, struct dns_table *t, const char *mail, int64_t now, struct dkim_verdict *v)
{
    struct dns d = dns_table_dns(t);
    struct auth_message m;
    auth_split(a, mail, strlen(mail), &m);
    dkim_verify(a, &m, auth_keys_new(a, &d), now, NULL, v);
}

/* ------------------------------------------------------------------ our copies */

static void
own_case(const char *name)
{
    struct arena *a = arena_new();
    struct dns_table t = {0};
    struct dkim_verdict v;
    const char *mail = signed_case(a, arena_printf(a, OWN "/%s", name), &t);
    if (!mail) {
        tell(false, name, "cannot be read");
    } else {
        verify(a, &t, mail, NOW_OWN, &v);
        int pass = 0;
        for (int i = 0; i < v.n; i++)
            pass += v.results[i].status == DKIM_PASS;
        tell(v.n > 0 && pass == v.n, name, arena_printf(a, "%d of %d pass", pass, v.n));
    }
    arena_free(&a);
}

/* ------------------------------------------------------------------ the pack */

static void
pack_dns(struct arena *a, const char *dir, struct dns_table *t)
{
    char *p = slurp(a, arena_printf(a, "%s/FAKE_DNS.dat", dir)), *line;
    while (p && (line = strsep(&p, "\r"))) {
        char *name = line + (*line == '\n'), *text = strpbrk(name, " \t");
        if (!text || *name == '#')
            continue;
        *text++ = '\0';
        text += strspn(text, " \t");
        if (strcmp(text, "NXDOMAIN") == 0)
            continue;
        if (strcmp(text, "\"\"") == 0)
            text = text + 2;
        dns_table_add(t, name, strncmp(text, "~~", 2) == 0 ? NULL : text);
    }
}

/* The first signature that passes, or else the first. */
static void
pack_case(const char *dir, const char *file, const char *status, const char *code)
{
    struct arena *a = arena_new();
    struct dns_table t = {0};
    struct dkim_verdict v;
    pack_dns(a, dir, &t);
    char *mail = slurp(a, arena_printf(a, "%s/%s", dir, file));
    if (!mail) {
        tell(false, file, "cannot be read");
        arena_free(&a);
        return;
    }
    verify(a, &t, mail, NOW_PACK, &v);
    const char *why = "-";
    for (int i = v.n - 1; i >= 0; i--)
        if (v.results[i].status == v.best)
            why = v.results[i].code ? v.results[i].code : "-";
    tell(strcmp(dkim_status_name(v.best), status) == 0 && strcmp(why, code) == 0, file,
         arena_printf(a, "%s (%s)", dkim_status_name(v.best), why));
    arena_free(&a);
}

static void
pack(void)
{
    char dir[] = "/tmp/sekisho-dkim-XXXXXX", line[512];
    FILE *f = fopen(OWN "/mail-dkim-perl.tsv", "re");
    if (access(PACK, R_OK)) {
        printf("ok %d - mail-dkim-perl # SKIP there is no " PACK "\n", ++tests);
    } else if (!f || !unpack(PACK, dir)) {
        tell(false, "mail-dkim-perl", "cannot be unpacked");
    } else {
        char root[64];
        snprintf(root, sizeof root, "%s/mail-dkim-perl", dir);
        while (fgets(line, sizeof line, f)) {
            char *rest = line, *file = strsep(&rest, "\t"), *status = strsep(&rest, "\t"),
                 *code = strsep(&rest, "\t\n");
            if (code && *file != '#')
                pack_case(root, file, status, code);
        }
    }
    if (f)
        fclose(f);
    if (!strstr(dir, "XXXXXX"))
        unpack_remove(dir);
}

int
main(void)
{
    static const char *const own[] = {"001.txt", "002.txt", "003.txt",
                                      "004.txt", "005.txt", "006.txt"};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        own_case(own[i]);
    pack();
    printf("1..%d\n", tests);
    return failed != 0;
}
