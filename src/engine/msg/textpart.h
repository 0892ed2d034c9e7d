/* Text parts: decoded, collected for the scanners, searched for addresses and for files inside. */
#ifndef SEKISHO_TEXTPART_H
#define SEKISHO_TEXTPART_H

#include <gmime/gmime.h>
#include <stddef.h>

struct part_bytes;
struct walk;

/* A part of type text/..., whose content was kept as far as there is room. */
void textpart_read(struct walk *w, GMimePart *part, const char *id, const struct part_bytes *b);
/* Bytes that are shown as plain text though no part says so. */
void textpart_plain(struct walk *w, const char *p, size_t n, const char *id);

#endif
