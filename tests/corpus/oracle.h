/*
 * What tests that ask other implementations have in common: a temporary folder with files, programs
 * in tests/corpus/oracles.d that read and write them, and two keys in it.
 */
#ifndef SEKISHO_TEST_ORACLE_H
#define SEKISHO_TEST_ORACLE_H

#include <fcntl.h>
#include <ftw.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../dns_table.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "engine/authn/auth_private.h"

#define ORACLES "tests/corpus/oracles.d/"

extern char **environ;

static char dir[] = "/tmp/sekisho-oracle-XXXXXX";
static struct arena *a;
static struct dns_table table;
static struct auth_private rsa, ed;
static int tests, failed;

static void
tell(bool ok, const char *name)
{
    tests++;
    failed += !ok;
    printf("%sok %d - %s\n", ok ? "" : "not ", tests, name);
}

/* ------------------------------------------------------------------ files and programs */

static void
save(const char *name, const char *p, size_t n)
{
    FILE *f = fopen(arena_printf(a, "%s/%s", dir, name), "we");
    if (!f || fwrite(p, 1, n, f) != n || fclose(f))
        bug("%s cannot be written", name);
}

static char *
slurp(struct arena *where, const char *name)
{
    FILE *f = fopen(arena_printf(where, "%s/%s", dir, name), "re");
    struct buf *b = buf_new(where, 0);
    char part[4096];
    if (!f)
        bug("%s cannot be read", name);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;)
        buf_add(b, part, n);
    fclose(f);
    return arena_strndup(where, buf_cstr(b), b->len);
}

/* Its output goes to a file in the folder. */
static bool
oracle(const char *program, const char *script, const char *what, const char *output)
{
    char *argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)script, (char *)(uintptr_t)what,
                    dir, NULL};
    posix_spawn_file_actions_t acts;
    pid_t p;
    int status = 1;
    posix_spawn_file_actions_init(&acts);
    posix_spawn_file_actions_addopen(&acts, 1, arena_printf(a, "%s/%s", dir, output),
                                     O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (posix_spawn(&p, program, &acts, NULL, argv, environ) == 0)
        waitpid(p, &status, 0);
    posix_spawn_file_actions_destroy(&acts);
    return status == 0;
}

/* name: "dkim" or "arc" */
static bool
both(const char *name, const char *what)
{
    return oracle("/usr/bin/python3", arena_printf(a, ORACLES "%s_oracle.py", name), what, "py") &&
           oracle("/usr/bin/perl", arena_printf(a, ORACLES "%s_oracle.pl", name), what, "pl");
}

/* ------------------------------------------------------------------ keys */

static void
make_keys(void)
{
    static const uint8_t seed[32] = {9, 8, 7};
    struct err e;
    char b64[64], *p;
    if (auth_private_make(a, AUTH_RSA, 1024, &rsa, &e) || auth_private_ed25519(a, seed, &ed, &e))
        bug("%s", e.text);
    BIO *bio = BIO_new(BIO_s_mem());
    PEM_write_bio_PrivateKey_traditional(bio, rsa.pkey, NULL, NULL, 0, NULL, NULL);
    long n = BIO_get_mem_data(bio, &p);
    save("rsa.pem", p, (size_t)n);
    BIO_free(bio);
    EVP_EncodeBlock((unsigned char *)b64, seed, 32);
    save("ed.b64", b64, strlen(b64));
    dns_table_add(&table, "r._domainkey.example.com", auth_private_record(a, &rsa));
    dns_table_add(&table, "e._domainkey.example.com", auth_private_record(a, &ed));
    const char *keys = arena_printf(a, "%s\t%s\n%s\t%s\n", table.row[0].name, table.row[0].data,
                                    table.row[1].name, table.row[1].data);
    save("keys", keys, strlen(keys));
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

/* At the end. */
static void
remove_folder(void)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
