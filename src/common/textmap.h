/*
 * Values by text, for what a process keeps for long: each entry is one piece of zeroed memory that the map
 * owns. Not for several threads at once: its owner has the lock.
 */
#ifndef SEKISHO_TEXTMAP_H
#define SEKISHO_TEXTMAP_H

#include <stdbool.h>
#include <stddef.h>

struct textmap;

/* size: bytes of a value. max: entries. */
struct textmap *textmap_new(size_t size, size_t max);
void textmap_free(struct textmap **m);
/* NULL: not there. Valid until it is removed. */
void *textmap_get(struct textmap *m, const char *key);
/* Made when it is not there; NULL: the map is full. */
void *textmap_need(struct textmap *m, const char *key);
size_t textmap_count(const struct textmap *m);
/* Calls keep() for each entry; false removes it. */
void textmap_each(struct textmap *m, bool (*keep)(void *arg, const char *key, void *value),
                  void *arg);

#endif
