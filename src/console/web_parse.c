/*
 * Bytes -> names and values. Pure functions over untrusted bytes; fuzz targets form, multipart,
 * cookie and query call them directly.
 */
#include "web_input.h"

#include "../common/jsonx.h"

#include <string.h>
#include <strings.h>

bool
web_utf8(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s, *end = p + n;
    while (p < end) {
        if (*p < 0x80) {
            if (!*p++)
                return false;
            continue;
        }
        int more = *p >= 0xf0 ? 3 : *p >= 0xe0 ? 2 : 1;
        if (*p < 0xc2 || *p > 0xf4 || end - p <= more)
            return false;
        if ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] > 0x9f) ||
            (*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] > 0x8f))
            return false;
        for (p++; more; more--, p++)
            if ((*p & 0xc0) != 0x80)
                return false;
    }
    return true;
}

static int
add_pair(struct arena *a, struct web_pairs *out, struct web_pair pair)
{
    if (out->n == WEB_PAIRS_MAX)
        return 413;
    if (!*pair.name || strlen(pair.name) > WEB_NAME_MAX)
        return 400;
    if (out->n == out->cap) {
        int cap = out->cap ? out->cap * 2 : 16;
        struct web_pair *v = arena_calloc(a, (size_t)cap, sizeof *v);
        if (out->n)
            memcpy(v, out->v, (size_t)out->n * sizeof *v);
        out->v = v;
        out->cap = cap;
    }
    out->v[out->n++] = pair;
    return 0;
}

static int
hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* application/x-www-form-urlencoded, NULL when it is broken or no UTF-8. */
static char *
url_decode(struct arena *a, const char *p, size_t n, size_t *len)
{
    char *out = arena_alloc(a, n + 1), *o = out;
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '+') {
            *o++ = ' ';
        } else if (p[i] == '%') {
            int hi = i + 2 < n ? hex(p[i + 1]) : -1, lo = i + 2 < n ? hex(p[i + 2]) : -1;
            if (hi < 0 || lo < 0)
                return NULL;
            *o++ = (char)(hi << 4 | lo);
            i += 2;
        } else {
            *o++ = p[i];
        }
    }
    *len = (size_t)(o - out);
    return web_utf8(out, *len) ? out : NULL;
}

int
web_form_parse(struct arena *a, const char *p, size_t n, struct web_pairs *out)
{
    const char *end = p + n;
    while (p < end) {
        const char *amp = memchr(p, '&', (size_t)(end - p));
        if (!amp)
            amp = end;
        const char *eq = memchr(p, '=', (size_t)(amp - p));
        size_t name_n = (size_t)((eq ? eq : amp) - p), value_n = eq ? (size_t)(amp - eq - 1) : 0;
        if (amp > p) {
            size_t len;
            struct web_pair pair = {0};
            pair.name = url_decode(a, p, name_n, &len);
            pair.value = url_decode(a, eq ? eq + 1 : amp, value_n, &pair.n);
            if (!pair.name || !pair.value)
                return 400;
            int status = add_pair(a, out, pair);
            if (status)
                return status;
        }
        p = amp + 1;
    }
    return 0;
}

/* A parameter of a header value: boundary=x, name="x". NULL when absent or unterminated. */
static char *
parameter(struct arena *a, const char *value, const char *name)
{
    size_t len = strlen(name);
    for (const char *p = strchr(value, ';'); p && *p == ';';) {
        p += 1 + strspn(p + 1, " \t");
        bool wanted = !strncasecmp(p, name, len) && p[len] == '=';
        const char *v = p + strcspn(p, "=;");
        if (*v != '=') {
            p = *v ? v : NULL;
            continue;
        }
        v++;
        char *text, *o;
        if (*v == '"') {
            text = o = arena_alloc(a, strlen(v));
            for (v++; *v && *v != '"'; v++) {
                if (*v == '\\' && (v[1] == '"' || v[1] == '\\'))
                    v++;
                *o++ = *v;
            }
            if (*v != '"')
                return NULL;
            v++;
        } else {
            text = arena_strndup(a, v, strcspn(v, "; \t"));
            v += strlen(text);
        }
        if (wanted)
            return text;
        v += strspn(v, " \t");
        p = *v ? v : NULL;
    }
    return NULL;
}

/* The headers of a part, ended by the empty line: name and file name. */
static int
part_headers(struct arena *a, char *head, struct web_pair *pair)
{
    for (char *line = head, *next; line; line = next) {
        next = strstr(line, "\r\n");
        if (next) {
            *next = '\0';
            next += 2;
        }
        if (strncasecmp(line, "content-disposition:", 20))
            continue;
        const char *value = line + 20 + strspn(line + 20, " \t");
        if (strncasecmp(value, "form-data", 9))
            return 400;
        pair->name = parameter(a, value, "name");
        pair->filename = parameter(a, value, "filename");
    }
    if (!pair->name || !web_utf8(pair->name, strlen(pair->name)))
        return 400;
    if (pair->filename && !web_utf8(pair->filename, strlen(pair->filename)))
        return 400;
    return 0;
}

int
web_multipart_parse(struct arena *a, const char *content_type, const char *p, size_t n,
                    struct web_pairs *out)
{
    const char *boundary = parameter(a, content_type, "boundary"), *end = p + n;
    if (!boundary || !*boundary || strlen(boundary) > 70)
        return 400;
    char *mark = arena_printf(a, "\r\n--%s", boundary);
    size_t mark_n = strlen(mark);
    if (n < mark_n - 2 || memcmp(p, mark + 2, mark_n - 2)) /* no preamble: nobody sends one */
        return 400;
    p += mark_n - 2;
    for (;;) {
        if (end - p >= 2 && !memcmp(p, "--", 2))
            return 0;
        if (end - p < 2 || memcmp(p, "\r\n", 2))
            return 400;
        p += 2;
        const char *body = memmem(p, (size_t)(end - p), "\r\n\r\n", 4);
        if (!body || body - p > 4096 || memchr(p, '\0', (size_t)(body - p)))
            return 400;
        struct web_pair pair = {0};
        int status = part_headers(a, arena_strndup(a, p, (size_t)(body - p)), &pair);
        if (status)
            return status;
        body += 4;
        const char *stop = memmem(body, (size_t)(end - body), mark, mark_n);
        if (!stop)
            return 400;
        pair.n = (size_t)(stop - body);
        pair.value = arena_memdup(a, body, pair.n);
        if (!pair.filename && !web_utf8(pair.value, pair.n))
            return 400;
        status = add_pair(a, out, pair);
        if (status)
            return status;
        p = stop + mark_n;
    }
}

static int
json_value(struct arena *a, const char *name, const json_t *v, struct web_pairs *out)
{
    struct web_pair pair = {.name = arena_strdup(a, name)};
    if (json_is_string(v)) {
        pair.n = json_string_length(v);
        pair.value = arena_memdup(a, json_string_value(v), pair.n);
        if (!web_utf8(pair.value, pair.n))
            return 400;
    } else if (json_is_integer(v)) {
        pair.value = arena_printf(a, "%lld", (long long)json_integer_value(v));
        pair.n = strlen(pair.value);
    } else if (json_is_boolean(v)) {
        if (json_is_false(v))
            return 0; /* like a check box that is not ticked */
        pair.value = "1";
        pair.n = 1;
    } else {
        return json_is_null(v) ? 0 : 400;
    }
    return add_pair(a, out, pair);
}

int
web_json_parse(struct arena *a, const char *p, size_t n, struct web_pairs *out)
{
    json_t *root, *value, *item;
    const char *name;
    size_t i;
    if (jsonx_load(a, p, n, 1024 * 1024, &root, NULL) || !json_is_object(root))
        return 400;
    json_object_foreach(root, name, value) {
        int status = 0;
        if (json_is_array(value)) {
            json_array_foreach(value, i, item)
                if (!status)
                    status = json_value(a, name, item, out);
        } else {
            status = json_value(a, name, value, out);
        }
        if (status)
            return status;
    }
    return 0;
}

int
web_body_parse(struct arena *a, const char *content_type, const char *p, size_t n,
               struct web_pairs *out)
{
    size_t len = strcspn(content_type, "; \t");
    if (!n)
        return 0;
    if (len == 33 && !strncasecmp(content_type, "application/x-www-form-urlencoded", len))
        return web_form_parse(a, p, n, out);
    if (len == 19 && !strncasecmp(content_type, "multipart/form-data", len))
        return web_multipart_parse(a, content_type, p, n, out);
    if (len == 16 && !strncasecmp(content_type, "application/json", len))
        return web_json_parse(a, p, n, out);
    return 415;
}

const char *
web_cookie(struct arena *a, const char *header, const char *name)
{
    size_t len = strlen(name);
    const char *found = NULL;
    for (const char *p = header; *p;) {
        p += strspn(p, " \t;");
        size_t n = strcspn(p, ";");
        if (n > len && !strncmp(p, name, len) && p[len] == '=') {
            if (found)
                return NULL;
            size_t value_n = n - len - 1;
            while (value_n && (p[len + value_n] == ' ' || p[len + value_n] == '\t'))
                value_n--;
            found = arena_strndup(a, p + len + 1, value_n);
        }
        p += n;
    }
    return found;
}

const char *
web_pairs_get(const struct web_pairs *p, const char *name)
{
    for (int i = 0; i < p->n; i++)
        if (!strcmp(p->v[i].name, name))
            return p->v[i].value;
    return NULL;
}
