/*
 * Original bytes of held mail: zstd, then AES-256-GCM under the organisation's key, bound to the
 * message id. Organisation keys are opened with the master key once and kept in memory.
 */
#ifndef SEKISHO_STORE_BODY_H
#define SEKISHO_STORE_BODY_H

#include "store.h"

#define STORE_BODY_PIECE (1024 * 1024) /* of the sealed form: one row */

/* The organisation's key. */
int store_body_key(struct db *db, struct arena *a, const char *org, const unsigned char master[32],
                   unsigned char key[32], struct err *e);

/* The sealed form, made piece by piece. raw is not copied: whatever its size, a piece here, one in
 * the connection's buffer and zstd's window are all the memory it costs. */
#define STORE_BODY_MEMORY (6L * 1024 * 1024) /* at most; measured by tests/db/test_dispose.c */
struct store_sealer;
struct store_sealer *store_sealer_new(const unsigned char key[32], const char *message_id,
                                      const unsigned char *raw, size_t n);
/* The next piece, overwritten by the one after it; all but the last have STORE_BODY_PIECE bytes. */
const unsigned char *store_sealer_piece(struct store_sealer *s, size_t *n, bool *last);
void store_sealer_free(struct store_sealer **s); /* accepts NULL in *s */

/* The original bytes. ERR_NOTFOUND when they are gone, also when that happens meanwhile; ERR_ENV "body-damaged" when they are not
 * what was stored (wrong key, altered, SHA-256 differs: F-32). */
int store_body_get(struct db *db, struct arena *a, const char *org, const char *message_id,
                   const unsigned char master[32], unsigned char **raw, size_t *n, struct err *e);

/* Their first bytes only, at most max, whatever the length of the rest: one piece at a time is in memory, and of what is kept no
 * more than there is. All pieces are read, because only the whole can be told from altered bytes; the SHA-256 is not looked at.
 * Errors as above; ERR_ENV "body-late" when not all were read until then (when_mono()). */
int store_body_begin(struct db *db, struct arena *a, const char *org, const char *message_id,
                     const unsigned char master[32], size_t max, int64_t until, unsigned char **raw,
                     size_t *n, struct err *e);

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
