#include "auth_tags.h"

#include <idn2.h>
#include <string.h>
#include <strings.h>

#include "common/arena.h"

/* White space of any kind; the parser has seen that line ends are folds. */
static bool
is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
is_alpha(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static struct auth_text
trimmed(struct auth_text t)
{
    while (t.n && is_space(*t.p)) {
        t.p++;
        t.n--;
    }
    while (t.n && is_space(t.p[t.n - 1]))
        t.n--;
    return t;
}

/* Only what VALCHAR and FWS allow. A line end must be followed by white space; behind the last one
 * of a field there is nothing, since the field's own end is not part of the text. */
static bool
clean(const char *p, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)p[i];
        if (c == '\r') {
            if (i + 1 == n || p[i + 1] != '\n')
                return false;
        } else if (c == '\n') {
            if (i + 1 == n || (p[i + 1] != ' ' && p[i + 1] != '\t'))
                return false;
        } else if (c == 127 || (c < ' ' && c != '\t')) {
            return false;
        }
    }
    return true;
}

static const char *
one_tag(const char *p, size_t n, struct auth_tags *out)
{
    const char *eq = memchr(p, '=', n);
    if (!eq)
        return "tags-syntax";
    struct auth_text name = trimmed((struct auth_text){p, (size_t)(eq - p)});
    if (!name.n || !is_alpha(*name.p))
        return "tags-syntax";
    for (size_t i = 1; i < name.n; i++)
        if (!is_alpha(name.p[i]) && !is_digit(name.p[i]) && name.p[i] != '_')
            return "tags-syntax";
    for (int i = 0; i < out->n; i++)
        if (out->tag[i].name.n == name.n && memcmp(out->tag[i].name.p, name.p, name.n) == 0)
            return "tags-duplicate";
    if (out->n == AUTH_TAGS_MAX)
        return "tags-limit";
    struct auth_tag *t = &out->tag[out->n++];
    t->name = name;
    t->whole = (struct auth_text){eq + 1, n - (size_t)(eq + 1 - p)};
    t->value = trimmed(t->whole);
    return NULL;
}

const char *
auth_tags_parse(const char *p, size_t n, struct auth_tags *out)
{
    const char *end = p + n;
    out->n = 0;
    if (n > AUTH_TAGS_BYTES)
        return "tags-limit";
    if (!clean(p, n))
        return "tags-syntax";
    for (;;) {
        const char *semicolon = p < end ? memchr(p, ';', (size_t)(end - p)) : NULL;
        size_t len = (size_t)((semicolon ? semicolon : end) - p);
        /* The last ";" may be followed by nothing. */
        if (!semicolon && out->n && trimmed((struct auth_text){p, len}).n == 0)
            return NULL;
        const char *why = one_tag(p, len, out);
        if (why || !semicolon)
            return why;
        p = semicolon + 1;
    }
}

const struct auth_tag *
auth_tags_get(const struct auth_tags *t, const char *name)
{
    for (int i = 0; i < t->n; i++)
        if (auth_text_is(t->tag[i].name, name))
            return &t->tag[i];
    return NULL;
}

bool
auth_text_is(struct auth_text t, const char *s)
{
    return strlen(s) == t.n && memcmp(t.p, s, t.n) == 0;
}

bool
auth_text_is_any(struct auth_text t, const char *s)
{
    return strlen(s) == t.n && strncasecmp(t.p, s, t.n) == 0;
}

bool
auth_list_next(struct auth_text *rest, char separator, struct auth_text *item)
{
    if (!rest->p)
        return false;
    const char *end = memchr(rest->p, separator, rest->n);
    *item = trimmed((struct auth_text){rest->p, end ? (size_t)(end - rest->p) : rest->n});
    if (end)
        *rest = (struct auth_text){end + 1, rest->n - (size_t)(end + 1 - rest->p)};
    else
        *rest = (struct auth_text){NULL, 0};
    return true;
}

static int
base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (is_digit(c))
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool
auth_base64(struct arena *a, struct auth_text t, uint8_t **out, size_t *n)
{
    uint8_t *p = arena_alloc(a, t.n / 4 * 3 + 3);
    size_t digits = 0, pads = 0, len = 0;
    unsigned bits = 0;
    for (size_t i = 0; i < t.n; i++) {
        int v = base64_digit(t.p[i]);
        if (is_space(t.p[i]))
            continue;
        if (t.p[i] == '=') {
            pads++;
            continue;
        }
        if (v < 0 || pads)
            return false;
        bits = bits << 6 | (unsigned)v;
        if (digits++ % 4) {
            /* 6 new bits complete a byte, and 4, 2 or 0 are left of them. */
            unsigned left = 6 - 2 * (unsigned)((digits - 1) % 4);
            p[len++] = (uint8_t)(bits >> left);
            bits &= (1u << left) - 1;
        }
    }
    *out = p;
    *n = len;
    return digits % 4 != 1 && bits == 0 && (pads == 0 || (pads < 3 && (digits + pads) % 4 == 0));
}

static int
hex(char c)
{
    if (is_digit(c))
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

char *
auth_quoted(struct arena *a, struct auth_text t)
{
    char *out = arena_alloc(a, t.n + 1);
    size_t len = 0;
    for (size_t i = 0; i < t.n; i++) {
        if (is_space(t.p[i]))
            continue;
        if (t.p[i] != '=') {
            out[len++] = t.p[i];
            continue;
        }
        if (i + 2 >= t.n || hex(t.p[i + 1]) < 0 || hex(t.p[i + 2]) < 0)
            return NULL;
        out[len] = (char)(hex(t.p[i + 1]) << 4 | hex(t.p[i + 2]));
        if ((unsigned char)out[len] < ' ' || out[len] == 127)
            return NULL;
        len++;
        i += 2;
    }
    out[len] = '\0';
    return out;
}

bool
auth_number(struct auth_text t, size_t digits, int64_t *out)
{
    *out = 0;
    if (t.n == 0 || t.n > digits)
        return false;
    for (size_t i = 0; i < t.n; i++) {
        if (!is_digit(t.p[i]))
            return false;
        if (*out > (INT64_MAX - 9) / 10)
            *out = INT64_MAX;
        else
            *out = *out * 10 + (t.p[i] - '0');
    }
    return true;
}

static char *
a_labels(struct arena *a, const char *name)
{
    uint8_t *ascii = NULL;
    char *out = NULL;
    if (idn2_lookup_u8((const uint8_t *)name, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) ==
        IDN2_OK)
        out = arena_strdup(a, (char *)ascii);
    idn2_free(ascii);
    return out;
}

char *
auth_domain(struct arena *a, struct auth_text t, int min_labels)
{
    if (t.n == 0 || t.n > 4 * AUTH_DOMAIN_BYTES)
        return NULL;
    char *name = arena_strndup(a, t.p, t.n);
    for (size_t i = 0; i < t.n; i++)
        if ((unsigned char)name[i] >= 128) {
            name = a_labels(a, name);
            break;
        }
    if (!name || strlen(name) > AUTH_DOMAIN_BYTES)
        return NULL;
    int labels = 1;
    size_t label = 0;
    for (char *p = name; *p; p++) {
        if (*p == '.') {
            if (label == 0)
                return NULL;
            labels++;
            label = 0;
            continue;
        }
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
        if ((!is_alpha(*p) && !is_digit(*p) && *p != '-' && *p != '_') || ++label > 63)
            return NULL;
    }
    return label && labels >= min_labels ? name : NULL;
}

bool
auth_domain_within(const char *name, const char *parent)
{
    size_t n = strlen(name), m = strlen(parent);
    if (n < m || strcmp(name + n - m, parent) != 0)
        return false;
    return n == m || (m && name[n - m - 1] == '.');
}
