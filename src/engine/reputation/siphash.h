/* SipHash-2-4 (Aumasson and Bernstein, 2012): with a key that nobody knows, nobody can make texts that collide. */
#ifndef SEKISHO_SIPHASH_H
#define SEKISHO_SIPHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t siphash(const unsigned char key[16], const void *p, size_t n);

#endif
