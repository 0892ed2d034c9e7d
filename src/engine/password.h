/*
 * Passwords: scrypt, N = 2^17, r = 8, p = 1, parameters stored with each hash in libscrypt's
 * MCF text. Each computation takes 128 MiB and about half a second, so at most password_threads run
 * at once; the others wait.
 */
#ifndef SEKISHO_PASSWORD_H
#define SEKISHO_PASSWORD_H

#include <stdbool.h>

struct arena;
struct err;

#define PASSWORD_MAX 1024 /* bytes */

/* -1: ERR_INPUT for an empty or too long one, ERR_ENV "password-busy" after 10 s of waiting. */
int password_hash(struct arena *a, const char *password, char **mcf, struct err *e);

/* 1 right, 0 wrong, -1 not decided (busy). mcf NULL or "" (no such account, no password): does the
 * same work and answers 0 (T-W9). A malformed hash is 0 (T-I11). *old: made with other parameters
 * than today's. */
int password_verify(struct arena *a, const char *password, const char *mcf, bool *old, struct err *e);

#endif
