/*
 * Original bytes of held mail: zstd, then AES-256-GCM under the organisation's key, bound to the
 * message id. Organisation keys are opened with the master key once and kept in memory.
 */
#ifndef SEKISHO_STORE_BODY_H
#define SEKISHO_STORE_BODY_H

#include "store.h"

/* Sealed form of raw for store_ingest.body, in the arena. */
int store_body_seal(struct db *db, struct arena *a, const char *org, const char *message_id,
                    const unsigned char master[32], const unsigned char *raw, size_t n,
                    unsigned char **out, size_t *out_len, struct err *e);

/* The original bytes. ERR_NOTFOUND when they are gone; ERR_ENV "body-damaged" when they are not
 * what was stored (wrong key, altered, SHA-256 differs: F-32). */
int store_body_get(struct db *db, struct arena *a, const char *org, const char *message_id,
                   const unsigned char master[32], unsigned char **raw, size_t *n, struct err *e);

/* Length of the original bytes, from the message's row. ERR_NOTFOUND when there is none. */
int store_body_size(struct db *db, struct arena *a, const char *org, const char *message_id,
                    int64_t *bytes, struct err *e);

/* May the account behind a session (32 bytes: its hash; surface "admin" or "portal") see a message?
 * ERR_DENIED when there is no such live session, or when it may not. idle, absolute: seconds. */
struct store_session {
    const unsigned char *hash;
    const char *surface;
    int64_t idle, absolute;
};
int store_body_may_see(struct db *db, struct arena *a, const char *org, const char *message_id,
                       const struct store_session *s, struct err *e);

#endif
