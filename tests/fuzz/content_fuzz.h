/* Bytes as an attachment of that name, and as a member of a package: all looks that want it run. */
#ifndef SEKISHO_CONTENT_FUZZ_H
#define SEKISHO_CONTENT_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/jsonx.h"
#include "engine/content/content.h"
#include "engine/msg/mime_type.h"
#include "engine/msg/msg.h"

static inline int
content_fuzz(const char *name, const char *member, const unsigned char *p, size_t n)
{
    g_mime_init(); /* messages inside; any number of times */
    struct arena *a = arena_new();
    struct msg *m = msg_new(a);
    struct content *c = content_new(m, NULL);
    struct msg_part part = {.id = "1",
                            .type = "application/octet-stream",
                            .true_type = mime_type_of(p, n),
                            .name = name,
                            .bytes = (int64_t)n,
                            .attachment = true};
    struct content_file f = {.id = "1",
                             .name = "a.zip",
                             .type = "",
                             .true_type = "application/zip",
                             .p = (const unsigned char *)"",
                             .n = 0};
    m->subject = "password secret1";
    msg_add_part(m, part);
    if (member)
        content_member(c, &f, member, p, n);
    else
        content_part(c, &m->parts[0], (const char *)p, n);
    content_end(c);
    jsonx_own(a, msg_to_json(m)); /* everything that is reported is read */
    arena_free(&a);
    return 0;
}

#endif
