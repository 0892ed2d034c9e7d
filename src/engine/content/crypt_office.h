/*
 * Office's ways of encrypting (MS-OFFCRYPTO): agile and standard for packages, RC4 in its two forms for the old
 * formats. Each key type tells whether a password is right without touching the content.
 */
#ifndef SEKISHO_CRYPT_OFFICE_H
#define SEKISHO_CRYPT_OFFICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define CRYPT_HASHES 2500000 /* of all tries for a file together: about two seconds */

enum crypt_office_kind { CRYPT_UNKNOWN, CRYPT_AGILE, CRYPT_STANDARD, CRYPT_RC4, CRYPT_RC4_API };

struct crypt_office {
    enum crypt_office_kind kind;
    int64_t hashes_left;
    int spin, key_bytes, hash_bytes, block_bytes, package_hash_bytes, package_key_bytes;
    const char *hash, *package_hash; /* OpenSSL's names */
    unsigned char salt[64], package_salt[64], verifier[64], verifier_hash[128], wrapped_key[128];
    size_t salt_len, package_salt_len, verifier_len, verifier_hash_len, wrapped_len;
    /* set by crypt_office_try() */
    unsigned char key[64], base[64];
};

/* Reads EncryptionInfo (or what stands in its place in the old formats); false: a kind that is not read here. */
bool crypt_office_read(struct arena *a, struct crypt_office *c, const unsigned char *p, size_t n);
/* Is it the password? Then the members below can be used. false also when there is no budget left. */
bool crypt_office_try(struct arena *a, struct crypt_office *c, const char *password);
/* EncryptedPackage of the agile and the standard kind. NULL: broken. */
unsigned char *crypt_office_package(struct arena *a, const struct crypt_office *c,
                                    const unsigned char *p, size_t n, size_t *out);
/* RC4 kinds: the key stream of a block, XORed onto n bytes from offset at in it. */
void crypt_office_block(const struct crypt_office *c, uint32_t block, size_t at, unsigned char *p,
                        size_t n);

#endif
