/*
 * The original bytes of a message as signatures see them: header fields one by one, and both
 * canonicalisations of header and body (RFC 6376 3.4; ARC uses the same, RFC 8617 4.1).
 *
 * Lines end with CRLF; a bare LF counts as a line end too and is hashed as CRLF, which is what it
 * becomes on its way through SMTP. A CR elsewhere is a byte like others.
 */
#ifndef SEKISHO_AUTH_CANON_H
#define SEKISHO_AUTH_CANON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define AUTH_FIELDS_MAX 4000 /* header fields of one message; signed mail has tens */
#define AUTH_HASH_BYTES 32   /* SHA-256, the only hash in use (RFC 8301 3.1) */
#define AUTH_BODY_HASHES 16  /* different body hashes of one message */

enum auth_canon { AUTH_SIMPLE, AUTH_RELAXED };

struct auth_field {
    const char *raw; /* from the name to the last byte before the line end, folds inside */
    size_t len;
    size_t name_len; /* without the blanks before the colon; 0: the line is no field */
    size_t value;    /* offset behind the colon */
};

struct auth_message {
    int n;
    const struct auth_field *fields; /* in the arena; they point into the message */
    bool too_many;                   /* more than AUTH_FIELDS_MAX: the rest is not in fields */
    const char *body;
    size_t body_len;
};

/* The bytes stay the caller's and must outlive *out. */
void auth_split(struct arena *a, const char *raw, size_t n, struct auth_message *out);
/* Without case; n is the length of the name. */
bool auth_field_named(const struct auth_field *f, const char *name, size_t n);

/* Where canonical bytes go. */
struct auth_sink {
    void (*put)(void *arg, const void *p, size_t n);
    void *arg;
};
/* A field, or a copy of one (raw, name up to the colon and value), with CRLF behind it or not. */
void auth_canon_field(enum auth_canon c, const char *raw, size_t n, bool crlf,
                      const struct auth_sink *to);

/* Body hashes of one message, all in one pass. Ask for all of them, add the body in pieces of any
 * size, end, read the digests. */
struct auth_body;
struct auth_body *auth_body_new(struct arena *a);
/* limit: l= in canonical bytes, -1 for the whole body. Returns a slot (the same one for the same
 * wish), or -1 when there are AUTH_BODY_HASHES already. */
int auth_body_want(struct auth_body *b, enum auth_canon c, int64_t limit);
/* The canonical bytes themselves, too (tests). */
void auth_body_copy(struct auth_body *b, enum auth_canon c, const struct auth_sink *to);
void auth_body_add(struct auth_body *b, const void *p, size_t n);
void auth_body_end(struct auth_body *b);
const uint8_t *auth_body_digest(const struct auth_body *b, int slot);
/* Canonical bytes of the whole body. */
uint64_t auth_body_total(const struct auth_body *b, enum auth_canon c);

#endif
