/*
 * Many phrases looked for at once, in time linear in the text (Aho and Corasick, 1975): built once before the
 * workers are forked, shared by them.
 */
#ifndef SEKISHO_PHRASES_H
#define SEKISHO_PHRASES_H

#include <stddef.h>

struct phrases;

/* list[i]: folded text (fold.h), not empty. Lives until phrases_free(). */
struct phrases *phrases_new(const char *const *list, int n);
void phrases_free(struct phrases **p);
/* Calls found() for each phrase that stands in the text; one that begins or ends with a Latin letter or digit only
 * where a word does. at: its first byte. */
void phrases_find(const struct phrases *p, const char *text, size_t n,
                  void (*found)(void *ctx, int phrase, size_t at), void *ctx);

#endif
