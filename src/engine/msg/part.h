/*
 * One leaf of the MIME tree, decoded as a stream: digest, length, first bytes and, if asked, the
 * content. Nothing is held twice, so that a 100 MB attachment costs no memory.
 */
#ifndef SEKISHO_PART_H
#define SEKISHO_PART_H

#include <gmime/gmime.h>
#include <stddef.h>

struct arena;

#define PART_HEAD 4096

struct part_bytes {
    size_t bytes;
    char sha256[65];
    unsigned char head[PART_HEAD];
    size_t head_len;
    char *content; /* up to keep bytes, NUL-terminated; NULL when keep was 0 */
    size_t content_len;
};

void part_read(struct arena *a, GMimePart *part, size_t keep, struct part_bytes *out);

#endif
