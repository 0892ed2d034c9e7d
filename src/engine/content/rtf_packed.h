/* Rich text as Outlook packs it into TNEF and .msg files ([MS-OXRTFCP]). */
#ifndef SEKISHO_RTF_PACKED_H
#define SEKISHO_RTF_PACKED_H

#include <stddef.h>

struct arena;

/* Bytes that rtf_unpack() takes; 0: it is no such text, or empty. */
size_t rtf_unpacked(const unsigned char *p, size_t n);
/* The text in a, as far as it can be unpacked (at most 9 * n + 64 bytes: the form packs no tighter). NULL: it is no such
 * text. */
char *rtf_unpack(struct arena *a, const unsigned char *p, size_t n, size_t *out);

#endif
