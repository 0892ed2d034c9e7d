/*
 * Messages inside messages, as they stand in the bytes: GMime would write them again with small
 * differences, and then their digest would be nobody's.
 */
#ifndef SEKISHO_INNER_H
#define SEKISHO_INNER_H

#include <gmime/gmime.h>
#include <stddef.h>
#include <stdint.h>

#include "msg.h"

/* Of one run of the parser: the bytes it reads and the multiparts around the place where it is. */
struct inner_scope {
    const unsigned char *raw;
    size_t n;
    const char *boundaries[MSG_DEPTH + 2];
    int nboundaries;
    size_t digested;
};

/* Around the visit of a multipart's children; the boundary is lent until inner_leave(). */
void inner_enter(struct inner_scope *s, GMimeObject *multipart);
void inner_leave(struct inner_scope *s);
/* Length and digest. Both stay 0 and "" when it has no field, and when very much was read already:
 * messages inside messages inside messages would be read again and again. */
void inner_bytes(struct inner_scope *s, GMimeMessage *inner, int64_t *bytes, char sha256[65]);

#endif
