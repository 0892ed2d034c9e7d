#include "jsonx.h"
#include "arena.h"
#include "buf.h"
#include "err.h"

#include <string.h>

static void
json_release(void *p)
{
    json_decref(p);
}

json_t *
jsonx_own(struct arena *a, json_t *j)
{
    if (!j)
        bug("jsonx: no memory or invalid text");
    arena_defer(a, json_release, j);
    return j;
}

/* jansson's own limit is 2048 levels, counted after it has recursed: ours comes first. */
static bool
too_deep(const char *p, size_t n)
{
    int depth = 0;
    bool in_string = false;
    for (size_t i = 0; i < n; i++) {
        if (in_string) {
            if (p[i] == '\\')
                i++;
            else if (p[i] == '"')
                in_string = false;
        } else if (p[i] == '"') {
            in_string = true;
        } else if (p[i] == '[' || p[i] == '{') {
            if (++depth > JSONX_DEPTH)
                return true;
        } else if (p[i] == ']' || p[i] == '}') {
            depth--;
        }
    }
    return false;
}

int
jsonx_load(struct arena *a, const char *p, size_t n, size_t max, json_t **out, struct err *e)
{
    json_error_t je;
    if (n > max)
        return err_set(e, ERR_INPUT, "json", "JSON of %zu bytes, at most %zu allowed", n, max);
    if (too_deep(p, n))
        return err_set(e, ERR_INPUT, "json", "JSON nested deeper than %d levels", JSONX_DEPTH);
    json_t *j = json_loadb(p, n, JSON_REJECT_DUPLICATES, &je);
    if (!j)
        return err_set(e, ERR_INPUT, "json", "not JSON: %.160s", je.text);
    *out = jsonx_own(a, j);
    return 0;
}

static int
add_piece(const char *p, size_t n, void *b)
{
    buf_add(b, p, n);
    return 0;
}

char *
jsonx_dump(struct arena *a, const json_t *j, size_t *n)
{
    struct buf *b = buf_new(a, 0);
    if (json_dump_callback(j, add_piece, b, JSON_COMPACT | JSON_ENCODE_ANY))
        bug("jsonx: value cannot be written");
    if (n)
        *n = b->len;
    return b->data;
}

const char *
jsonx_str(const json_t *obj, const char *key)
{
    return json_string_value(json_object_get(obj, key));
}

int64_t
jsonx_int(const json_t *obj, const char *key, int64_t def)
{
    const json_t *v = json_object_get(obj, key);
    return json_is_integer(v) ? json_integer_value(v) : def;
}

double
jsonx_real(const json_t *obj, const char *key, double def)
{
    const json_t *v = json_object_get(obj, key);
    return json_is_number(v) ? json_number_value(v) : def;
}

bool
jsonx_bool(const json_t *obj, const char *key, bool def)
{
    const json_t *v = json_object_get(obj, key);
    return json_is_boolean(v) ? json_is_true(v) : def;
}

/* Length of the valid UTF-8 sequence at s (RFC 3629: no overlong forms, no surrogates), 0 if none.
 */
static size_t
sequence(const unsigned char *s, size_t n)
{
    if (s[0] < 0x80)
        return 1;
    size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n < len)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return len;
}

bool
jsonx_is_utf8(const void *s, size_t n)
{
    const unsigned char *u = s;
    for (size_t i = 0, len; i < n; i += len)
        if (!(len = sequence(u + i, n - i)))
            return false;
    return true;
}

/* Bytes of s before the first that is to be replaced. Nearly all text is ASCII: eight bytes at once. */
static size_t
good_bytes(const unsigned char *s, size_t n)
{
    const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
    size_t i = 0, len;
    while (i < n) {
        uint64_t v;
        while (n - i >= sizeof v) {
            memcpy(&v, s + i, sizeof v);
            if ((v | (v - ones)) & high) /* not ASCII, or a NUL */
                break;
            i += sizeof v;
        }
        if (i < n) {
            if (!s[i] || !(len = sequence(s + i, n - i)))
                break;
            i += len;
        }
    }
    return i;
}

char *
jsonx_utf8(struct arena *a, const char *s, size_t n)
{
    const unsigned char *u = (const unsigned char *)s;
    size_t start = 0, i = good_bytes(u, n);
    if (i == n)
        return arena_memdup(a, s, n);
    struct buf *b = buf_new(a, 0);
    while (i < n) {
        size_t len = u[i] ? sequence(u + i, n - i) : 0;
        if (len) {
            i += len;
            continue;
        }
        buf_add(b, s + start, i - start);
        buf_str(b, u[i] ? "\xef\xbf\xbd" : "\xe2\x90\x80");
        start = ++i;
    }
    buf_add(b, s + start, n - start);
    return b->data;
}

json_t *
jsonx_text(struct arena *a, const char *s, size_t n)
{
    return jsonx_own(a, json_string(jsonx_utf8(a, s, n)));
}
