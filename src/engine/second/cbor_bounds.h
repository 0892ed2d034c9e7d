/*
 * Does a CBOR item (RFC 8949) hold as much as it says? libcbor makes room for as many entries of an array or map as
 * are announced before it looks for them, and touches each: nine bytes cost gigabytes. So nothing goes to it that was
 * not walked here first.
 */
#ifndef SEKISHO_CBOR_BOUNDS_H
#define SEKISHO_CBOR_BOUNDS_H

#include <stddef.h>

#define CBOR_DEPTH 4   /* CTAP 2.1, 6: messages nest no deeper */
#define CBOR_ITEMS 256 /* a key has ten */

/* Bytes of the one item at p; 0: it is not whole, has a length that was left open (CTAP 2.1, 6 forbids them), nests too
 * deep or has too many items. */
size_t cbor_item_bytes(const unsigned char *p, size_t n);

#endif
