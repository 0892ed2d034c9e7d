/*
 * JSON from peers we do not trust: limits before parsing, duplicate keys refused, typed getters.
 * jansson underneath; values belong to the arena (json_decref is deferred).
 */
#ifndef SEKISHO_JSONX_H
#define SEKISHO_JSONX_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

#define JSONX_DEPTH 32

/* n bytes of UTF-8. -1 and ERR_INPUT "json" when longer than max, deeper than JSONX_DEPTH, with a
 * duplicate key, NUL or trailing bytes. */
int jsonx_load(struct arena *a, const char *p, size_t n, size_t max, json_t **out, struct err *e);
/* Compact text, keys in insertion order. */
char *jsonx_dump(struct arena *a, const json_t *j, size_t *n);
json_t *jsonx_own(struct arena *a, json_t *j); /* ties a reference to the arena; returns j */

/* Member of an object, NULL / def when absent or of another type. Never fails. */
const char *jsonx_str(const json_t *obj, const char *key);
int64_t jsonx_int(const json_t *obj, const char *key, int64_t def);
double jsonx_real(const json_t *obj, const char *key, double def);
bool jsonx_bool(const json_t *obj, const char *key, bool def);

/* Text that may hold anything, as a JSON string: invalid UTF-8 becomes U+FFFD, NUL becomes U+2400.
 * The reference belongs to the arena: json_object_set(), not json_object_set_new(). */
json_t *jsonx_text(struct arena *a, const char *s, size_t n);
/* The same as plain UTF-8 text, NUL-terminated. PostgreSQL takes no NUL and no bad UTF-8. */
char *jsonx_utf8(struct arena *a, const char *s, size_t n);
bool jsonx_is_utf8(const void *s, size_t n); /* NUL is a character like others */

#endif
