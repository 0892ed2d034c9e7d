#include "yenc.h"
#include "intext.h"
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>

static bool
starts(const char *p, const char *next, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(next - p) >= n && memcmp(p, word, n) == 0;
}

static void
decode_line(struct buf *out, const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '=' && i + 1 < n)
            c = (unsigned char)(p[++i] - 64);
        buf_char(out, (char)(c - 42));
    }
}

bool
yenc_find(const struct intext_place *at, const char *text, size_t n)
{
    const char *p = text, *end = text + n;
    bool complete = true, room = true;
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    for (int found = 0; p < end && room;) {
        const char *next = intext_next(p, end);
        const char *name =
            starts(p, next, "=ybegin ") ? memmem(p, (size_t)(next - p), " name=", 6) : NULL;
        p = next;
        if (!name)
            continue;
        name += 6;
        size_t name_len = intext_length(name, next);
        buf_clear(b);
        for (complete = false; p < end && !complete; p = next) {
            next = intext_next(p, end);
            complete = starts(p, next, "=yend");
            if (!complete && !starts(p, next, "=ypart "))
                decode_line(b, p, intext_length(p, next));
        }
        if (b->len) {
            room = intext_add(at, name, name_len, b, 'y', ++found);
            msg_add_anomaly(at->m, "yenc-in-text");
        }
    }
    arena_free(&a);
    return complete;
}
