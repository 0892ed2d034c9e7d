#include "inner.h"
#include "rawhead.h"
#include "../../common/arena.h"
#include "../../common/token.h"

#include <string.h>

void
inner_enter(struct inner_scope *s, GMimeObject *multipart)
{
    const char *b = g_mime_object_get_content_type_parameter(multipart, "boundary");
    if (s->nboundaries < MSG_DEPTH + 2)
        s->boundaries[s->nboundaries] = b ? b : "";
    s->nboundaries++;
}

void
inner_leave(struct inner_scope *s)
{
    s->nboundaries--;
}

static int64_t
first_offset(GMimeObject *o, int64_t best)
{
    GMimeHeaderList *list = o ? g_mime_object_get_header_list(o) : NULL;
    int n = list ? g_mime_header_list_get_count(list) : 0;
    for (int i = 0; i < n; i++) {
        int64_t at = g_mime_header_get_offset(g_mime_header_list_get_header_at(list, i));
        if (at >= 0 && (best < 0 || at < best))
            best = at;
    }
    return best;
}

static bool
is_delimiter(const struct inner_scope *s, const struct raw_line *l)
{
    int n = s->nboundaries < MSG_DEPTH + 2 ? s->nboundaries : MSG_DEPTH + 2;
    if (l->n < 3 || l->p[0] != '-' || l->p[1] != '-')
        return false;
    for (int i = 0; i < n; i++) {
        size_t len = strlen(s->boundaries[i]), at = len + 2;
        if (len == 0 || l->n < at || memcmp(l->p + 2, s->boundaries[i], len) != 0)
            continue;
        if (l->n >= at + 2 && l->p[at] == '-' && l->p[at + 1] == '-')
            at += 2;
        while (at < l->n && (l->p[at] == ' ' || l->p[at] == '\t'))
            at++;
        if (at == l->n)
            return true;
    }
    return false;
}

/* The line end in front of a delimiter belongs to it. */
static size_t
end_of(const struct inner_scope *s, size_t start)
{
    size_t at = start;
    while (at < s->n) {
        struct raw_line l = raw_line(s->raw, s->n, at);
        if (is_delimiter(s, &l)) {
            if (at > start && s->raw[at - 1] == '\n')
                at--;
            if (at > start && s->raw[at - 1] == '\r')
                at--;
            return at;
        }
        at = l.next;
    }
    return at;
}

void
inner_bytes(struct inner_scope *s, GMimeMessage *inner, int64_t *bytes, char sha256[65])
{
    struct arena *a;
    unsigned char sum[32];
    int64_t start = first_offset(GMIME_OBJECT(inner), -1);
    start = first_offset(g_mime_message_get_mime_part(inner), start);
    if (start < 0 || (size_t)start >= s->n || s->digested > 2 * s->n)
        return;
    size_t end = end_of(s, (size_t)start);
    a = arena_new();
    *bytes = (int64_t)end - start;
    s->digested += (size_t)*bytes;
    token_sha256(s->raw + start, (size_t)*bytes, sum);
    memcpy(sha256, token_hex(a, sum, 32), 65);
    arena_free(&a);
}
