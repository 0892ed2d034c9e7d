/*
 * From the bytes of a message to its parts: GMime parses, this counts and collects. GMime has no
 * limits of its own for parts and header fields; its nesting stops at 1,024, ours at MSG_DEPTH.
 */
#ifndef SEKISHO_WALK_H
#define SEKISHO_WALK_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;
struct content;
struct msg;

struct walk {
    struct msg *m;
    struct buf *text;             /* visible text of all parts, at most MSG_TEXT_BYTES */
    struct buf *hidden;           /* what HTML does not show */
    struct buf *source;           /* text parts with their markup */
    size_t plain_text, file_text; /* bytes read of plain text, and of attached text */
    struct content *content;
    int parts;
    int signatures;        /* around the part that is being read (smime.h) */
    int64_t inflated;      /* bytes that packed messages around it take in memory */
    struct arena *scratch; /* of the part that is being read */
};

/* Adds parts, URLs, anomalies and exceptions. id of the outermost part is "1". */
void walk_message(struct walk *w, const unsigned char *raw, size_t n);

#endif
