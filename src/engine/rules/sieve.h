/*
 * Looks for many windows (window.h) in a text at once: one bit for each item, four words of bits at a time,
 * one step for each byte. What it costs is a matter of how many windows there are, and not of the text.
 */
#ifndef SEKISHO_RULES_SIEVE_H
#define SEKISHO_RULES_SIEVE_H

#include <stddef.h>
#include <stdint.h>

#include "window.h"

struct arena;
struct sieve;

/* owners[i]: the number of whom w[i] belongs to; each of them is one. */
struct sieve *sieve_new(struct arena *a, const struct windows *w, const int *owners, int n);
/* Sets the bits of the owners of which a window is in the text. */
void sieve_run(const struct sieve *s, const char *p, size_t n, uint64_t *found);
size_t sieve_bytes(const struct sieve *s);

#endif
