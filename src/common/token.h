/*
 * Ids, random tokens, digests and authenticated encryption. OpenSSL underneath; a failure of the
 * random source or of a primitive aborts (F-38: never a weak fallback).
 */
#ifndef SEKISHO_TOKEN_H
#define SEKISHO_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct evp_cipher_ctx_st; /* OpenSSL's */

#define UUID_LEN 36 /* text form, without the NUL */

/* RFC 9562 version 7, lower case; ids made by one process never go backwards. */
void token_uuid7(char out[UUID_LEN + 1]);
bool token_is_uuid(const char *s); /* any version; exactly 8-4-4-4-12 lower or upper hex */
/* Milliseconds since 1970 held in a version 7 id; -1 when it is none. */
int64_t token_uuid7_ms(const char *uuid);

void token_random(void *out, size_t n);
/* n random bytes as base64url text without padding (43 characters for 32 bytes). */
char *token_text(struct arena *a, size_t n);

char *token_hex(struct arena *a, const void *p, size_t n);
char *token_base64url(struct arena *a, const void *p, size_t n);
/* Strict: no padding, no other character. Returns NULL when it is none. */
unsigned char *token_unbase64url(struct arena *a, const char *s, size_t *n);

void token_sha256(const void *p, size_t n, unsigned char out[32]);
void token_hmac(const void *key, size_t key_len, const void *p, size_t n, unsigned char out[32]);
/* HKDF-SHA-256 (RFC 5869): one key per purpose from one secret. */
void token_derive(const void *secret, size_t n, const char *purpose, unsigned char out[32]);
bool token_equal(const void *a, const void *b, size_t n); /* constant time */

#define SEAL_NONCE 12
#define SEAL_TAG 16
#define SEAL_OVERHEAD (SEAL_NONCE + SEAL_TAG) /* nonce in front, tag behind */
/* AES-256-GCM with a fresh random nonce; aad binds the ciphertext to its row. out has
 * n + SEAL_OVERHEAD bytes. */
void token_seal(const unsigned char key[32], const char *aad, const void *in, size_t n, void *out);
/* The same for what is never in memory as a whole: nonce, then what more() writes (as many bytes as
 * it was given; out may be in), then the tag. end() frees. */
struct evp_cipher_ctx_st *token_seal_begin(const unsigned char key[32], const char *aad,
                                           unsigned char nonce[SEAL_NONCE]);
void token_seal_more(struct evp_cipher_ctx_st *c, const void *in, size_t n, void *out);
void token_seal_end(struct evp_cipher_ctx_st **c, unsigned char tag[SEAL_TAG]);
/* The way back, also piece by piece: nothing of what open_more() wrote may be used before open_end(), which frees, said true. */
struct evp_cipher_ctx_st *token_open_begin(const unsigned char key[32], const char *aad,
                                           const unsigned char nonce[SEAL_NONCE]);
void token_open_more(struct evp_cipher_ctx_st *c, const void *in, size_t n, void *out);
bool token_open_end(struct evp_cipher_ctx_st **c, const unsigned char tag[SEAL_TAG]);
/* in has n bytes, out n - SEAL_OVERHEAD. false when it was altered (F-32) or too short. */
bool token_open(const unsigned char key[32], const char *aad, const void *in, size_t n, void *out);

#endif
