/*
 * One leaf of the MIME tree, decoded as a stream: digest, length, first bytes and, if asked, the
 * content. Nothing is held twice, so that a 100 MB attachment costs no memory.
 */
#ifndef SEKISHO_PART_H
#define SEKISHO_PART_H

#include <gmime/gmime.h>
#include <stdbool.h>
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
    /* base64 only: bytes of another alphabet; data behind the padding, where some decoders stop */
    bool junk, behind_padding;
    bool quoted_odd; /* quoted-printable: "=" with something else behind it */
};

void part_read(struct arena *a, GMimePart *part, size_t keep, struct part_bytes *out);

/* File name in UTF-8, at most 1000 bytes, "" when it has none; a message inside without a name has
 * its subject. */
const char *part_name(struct arena *a, GMimeObject *o);
/* Text that a mail program shows by itself. */
bool part_is_shown(GMimeObject *o);
/* What a mail program would list as a file: named, marked as attachment, or of a kind not shown. */
bool part_is_file(GMimeObject *o, const char *name);

#endif
