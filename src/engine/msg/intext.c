#include "intext.h"
#include "mime_type.h"
#include "msg.h"
#include "../content/content.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"

#include <string.h>

const char *
intext_next(const char *p, const char *end)
{
    const char *nl = memchr(p, '\n', (size_t)(end - p));
    return nl ? nl + 1 : end;
}

size_t
intext_length(const char *p, const char *next)
{
    while (next > p && (next[-1] == '\n' || next[-1] == '\r'))
        next--;
    return (size_t)(next - p);
}

bool
intext_add(const struct intext_place *at, const char *name, size_t name_len,
           const struct buf *content, char kind, int number)
{
    unsigned char sum[32];
    struct msg *m = at->m;
    struct msg_part p = {.id = arena_printf(m->arena, "%s/%c%d", at->part, kind, number),
                         .type = "application/octet-stream",
                         .name = jsonx_utf8(m->arena, name, name_len > 1000 ? 1000 : name_len),
                         .bytes = (int64_t)content->len,
                         .attachment = true};
    p.true_type = mime_type_of((const unsigned char *)buf_cstr(content), content->len);
    token_sha256(buf_cstr(content), content->len, sum);
    memcpy(p.sha256, token_hex(m->arena, sum, 32), 65);
    if (number > INTEXT_FILES) {
        msg_add_exception(m, "too-many-parts", at->part, INTEXT_FILES, number);
        return false;
    }
    msg_add_part(m, p);
    if (at->c)
        content_part(at->c, &p, buf_cstr(content), content->len);
    return true;
}
