/*
 * Text that DKIM and ARC signatures have in common, for who writes them (RFC 6376 3.5, 5.4).
 */
#ifndef SEKISHO_AUTH_WRITE_H
#define SEKISHO_AUTH_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "auth_canon.h"

struct arena;
struct auth_private;
struct buf;

const char *auth_write_canon(enum auth_canon c);                  /* "relaxed" */
const char *auth_write_algorithm(const struct auth_private *key); /* "rsa-sha256" */
/* Names once more than the message has them: nobody can add one behind us (RFC 6376 8.15). */
enum auth_oversign { AUTH_OVERSIGN_NONE, AUTH_OVERSIGN_ALL, AUTH_OVERSIGN_FROM };
/* The value of h=, folded: From, then headers (ended by NULL); each name as often as the message has
 * it, and once more with oversign. */
void auth_write_names(struct buf *b, const struct auth_message *m, const char *const *headers,
                      enum auth_oversign oversign);
/* The value of bh= for the whole body. */
const char *auth_write_body_hash(struct arena *a, const struct auth_message *m, enum auth_canon c);
/* The value of b=, folded, and the end of the field. */
void auth_write_signature(struct arena *a, struct buf *b, const uint8_t *sig, size_t n);
/* Fields of that name. */
int auth_write_count(const struct auth_message *m, const char *name);

#endif
