/*
 * Codes of authenticator apps (RFC 6238: SHA-1, 6 digits, 30 seconds, which every app knows), by
 * oath-toolkit, and recovery codes. Secrets lie in the database sealed with the master key.
 */
#ifndef SEKISHO_TOTP_H
#define SEKISHO_TOTP_H

#include <stdint.h>
#include <stddef.h>

struct arena;

#define TOTP_SECRET 20 /* bytes: as many as the hash has (RFC 4226, 4) */
#define TOTP_SEALED (TOTP_SECRET + 28)
#define TOTP_PERIOD 30
#define TOTP_CODES 10 /* recovery codes of one account */

/* A new secret, sealed for this account; *base32 is what the app is told. */
void totp_new(struct arena *a, const unsigned char master[32], const char *account,
              unsigned char sealed[TOTP_SEALED], const char **base32);
/* The address that the QR code holds (Key Uri Format of Google Authenticator). */
const char *totp_uri(struct arena *a, const char *issuer, const char *address, const char *base32);

/* What a person typed, as a code: spaces, dashes and other signs between go, full-width digits and
 * letters become ordinary ones, letters capital. At most 40 characters stay. */
const char *totp_typed(struct arena *a, const char *typed);

/* The period of a right code (seconds / 30), at most one before or behind now (seconds since 1970); -1: wrong, or the
 * secret cannot be opened. */
int64_t totp_check(const unsigned char master[32], const char *account, const unsigned char *sealed,
                   size_t n, const char *code, int64_t now);

/* A recovery code "ABCD-EFGH-JKMN": 12 of 32 letters and digits, 60 random bits. */
const char *totp_recovery_new(struct arena *a);
/* Keyed digest of a code as totp_typed() gives it. */
void totp_recovery_hash(const unsigned char master[32], const char *account, const char *code,
                        unsigned char out[32]);

#endif
