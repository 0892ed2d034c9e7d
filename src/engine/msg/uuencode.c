#include "uuencode.h"
#include "intext.h"
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>

/* "begin 644 name": the name, or NULL. Some programs do without it, and with blanks in front. */
static const char *
begin_name(const char *p, const char *end)
{
    size_t n, i = 6;
    while (p < end && *p == ' ')
        p++;
    n = (size_t)(end - p);
    if (n < 9 || memcmp(p, "begin ", 6) != 0)
        return NULL;
    while (i < n && p[i] >= '0' && p[i] <= '7')
        i++;
    if (i != 9 && i != 10)
        return NULL;
    return i < n && p[i] == ' ' ? p + i + 1 : i == n || strchr("\r\n", p[i]) ? p + i : NULL;
}

/* "begin-base64 644 name", as uuencode -m writes it: nearly no mail program opens it. */
static bool
begins_base64(const char *p, const char *end)
{
    static const char word[] = "begin-base64 ";
    return end - p > 16 && memcmp(p, word, sizeof word - 1) == 0 && p[13] >= '0' && p[13] <= '7' &&
           p[14] >= '0' && p[14] <= '7';
}

/* Lines that are no data ("`" alone, empty ones, text between) are passed over, as programs do. */
static void
decode_line(struct buf *out, const char *p, size_t n)
{
    size_t want, have = 0;
    if (n == 0 || n > 100)
        return;
    want = (size_t)((p[0] - ' ') & 63);
    for (size_t i = 1; have < want && i < n; i += 4) {
        unsigned v = 0;
        for (size_t k = 0; k < 4; k++)
            v = v << 6 | (i + k < n ? (unsigned)((p[i + k] - ' ') & 63) : 0);
        char b[3] = {(char)(v >> 16), (char)(v >> 8), (char)v};
        buf_add(out, b, want - have < 3 ? want - have : 3);
        have += 3;
    }
}

bool
uuencode_find(const struct intext_place *at, const char *text, size_t n)
{
    const char *p = text, *end = text + n;
    bool complete = true, room = true;
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0);
    for (int found = 0; p < end && room;) {
        const char *next = intext_next(p, end), *name = begin_name(p, next);
        if (begins_base64(p, next))
            msg_add_anomaly(at->m, "base64-in-text");
        p = next;
        if (!name)
            continue;
        size_t name_len = intext_length(name, next);
        buf_clear(b);
        for (complete = false; p < end && !complete; p = next) {
            next = intext_next(p, end);
            complete = next - p >= 3 && memcmp(p, "end", 3) == 0;
            if (!complete)
                decode_line(b, p, intext_length(p, next));
        }
        if (b->len) {
            room = intext_add(at, name, name_len, b, 'u', ++found);
            msg_add_anomaly(at->m, "uuencode-in-text");
        }
    }
    arena_free(&a);
    return complete;
}
