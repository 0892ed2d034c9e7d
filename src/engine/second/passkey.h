/*
 * Passkeys (W3C Web Authentication Level 2), signatures checked by libfido2. What comes from a
 * browser is hostile: sizes are limited before anything is parsed, the layout of authenticator data
 * is checked here, keys and CBOR by libfido2 after its lengths were checked (cbor_bounds.h). Attestation is not asked for ("none"): which make of
 * authenticator somebody has is no business of ours.
 */
#ifndef SEKISHO_PASSKEY_H
#define SEKISHO_PASSKEY_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

#define PASSKEY_CLIENT_MAX 2048 /* bytes of client data (JSON) */
#define PASSKEY_AUTH_MAX 4096   /* of authenticator data */
#define PASSKEY_SIGN_MAX 1024   /* of a signature */
#define PASSKEY_ID_MIN 16 /* of a credential's id: 100 bits of entropy and more (WebAuthn 4) */
#define PASSKEY_ID_MAX 1023

struct passkey_bytes {
    const unsigned char *p;
    size_t n;
};

/* Where the browser must have been: "https://mail.example.org" and "mail.example.org", from the settings. -1: the
 * console or portal is known by an IP address only, for which browsers make no passkeys. surface: "admin", "portal". */
int passkey_site(struct arena *a, const char *surface, const char **origin, const char **rp);

/* Client data: JSON of the browser. type: "webauthn.create" or "webauthn.get". The challenge that was signed goes to
 * challenge, so that it can be looked up. -1, ERR_INPUT: another type, origin, cross origin, or no such JSON. */
int passkey_client(struct arena *a, struct passkey_bytes client, const char *type,
                   const char *origin, unsigned char challenge[32], struct err *e);

/* A new credential, copied to the arena. */
struct passkey_new {
    struct passkey_bytes id, key;
    int algorithm; /* of COSE: -7, -8, -257 */
    int64_t sign_count;
};
/* From authenticator data of a registration. ERR_INPUT: another rp, nobody was there (UP), nobody was verified (UV),
 * no key of a kind that we know. */
int passkey_register(struct arena *a, const char *rp, struct passkey_bytes auth,
                     struct passkey_new *out, struct err *e);

/* Is it signed with this key? ERR_INPUT when not, or UP or UV is missing. *sign_count: what the authenticator says. */
int passkey_assert(const char *rp, int algorithm, struct passkey_bytes key,
                   struct passkey_bytes client, struct passkey_bytes auth,
                   struct passkey_bytes signature, int64_t *sign_count, struct err *e);

#endif
