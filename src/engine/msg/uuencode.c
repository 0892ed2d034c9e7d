#include "uuencode.h"
#include "mime_type.h"
#include "msg.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"

#include <string.h>

#define FILES 50

static const char *
next_line(const char *p, const char *end)
{
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    return nl ? nl + 1 : end;
}

/* "begin 644 name": the name, or NULL. */
static const char *
begin_name(const char *p, const char *end)
{
    size_t n = (size_t)(end - p), i = 6;
    if (n < 12 || memcmp(p, "begin ", 6) != 0)
        return NULL;
    while (i < n && p[i] >= '0' && p[i] <= '7')
        i++;
    return (i == 9 || i == 10) && p[i] == ' ' ? p + i + 1 : NULL;
}

static bool
decode_line(struct buf *out, const char *p, size_t n)
{
    size_t want = (size_t)((p[0] - ' ') & 63), have = 0;
    if (want == 0)
        return false;
    for (size_t i = 1; have < want && i < n; i += 4) {
        unsigned v = 0;
        for (size_t k = 0; k < 4; k++)
            v = v << 6 | (i + k < n ? (unsigned)((p[i + k] - ' ') & 63) : 0);
        char b[3] = {(char)(v >> 16), (char)(v >> 8), (char)v};
        buf_add(out, b, want - have < 3 ? want - have : 3);
        have += 3;
    }
    return true;
}

static void
add_file(struct msg *m, const char *name, size_t name_len, const struct buf *b, const char *part_id, int number)
{
    unsigned char sum[32];
    struct msg_part p = {.id = arena_printf(m->arena, "%s/u%d", part_id, number),
                         .type = "application/octet-stream",
                         .true_type = mime_type_of((const unsigned char *)buf_cstr(b), b->len),
                         .name = jsonx_utf8(m->arena, name, name_len),
                         .bytes = (int64_t)b->len,
                         .attachment = true};
    token_sha256(buf_cstr(b), b->len, sum);
    memcpy(p.sha256, token_hex(m->arena, sum, 32), 65);
    msg_add_part(m, p);
}

void
uuencode_find(struct msg *m, const char *text, size_t n, const char *part_id)
{
    const char *p = text, *end = text + n;
    for (int found = 0; p < end && found < FILES;) {
        const char *next = next_line(p, end), *name = begin_name(p, next);
        if (!name) {
            p = next;
            continue;
        }
        struct buf *b = buf_new(m->arena, 0);
        size_t name_len = (size_t)(next - name);
        while (name_len && (name[name_len - 1] == '\n' || name[name_len - 1] == '\r'))
            name_len--;
        for (p = next; p < end; p = next) {
            next = next_line(p, end);
            size_t len = (size_t)(next - p);
            if (len >= 3 && memcmp(p, "end", 3) == 0)
                break;
            while (len && (p[len - 1] == '\n' || p[len - 1] == '\r'))
                len--;
            if (len == 0 || len > 100 || !decode_line(b, p, len))
                continue;
        }
        if (b->len) {
            add_file(m, name, name_len, b, part_id, ++found);
            msg_add_anomaly(m, "uuencode-in-text");
        }
    }
}
