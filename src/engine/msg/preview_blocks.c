#include "preview_blocks.h"
#include "html.h"
#include "urls.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define BLOCKS 4000
#define LINKS 200
#define URL_SHOWN 2000
#define HOST_SHOWN 300
#define LABEL_SHOWN 300

void
preview_blocks_init(struct preview_blocks *p, struct arena *a)
{
    *p = (struct preview_blocks){.a = a,
                                 .blocks = jsonx_own(a, json_array()),
                                 .links = jsonx_own(a, json_array()),
                                 .text = buf_new(a, PREVIEW_TEXT)};
}

bool
preview_room(struct preview_blocks *p)
{
    if (p->total < PREVIEW_TEXT && json_array_size(p->blocks) < BLOCKS)
        return true;
    p->truncated = true;
    return false;
}

/* n, less the beginning of a character that was cut off. */
static size_t
whole_characters(const char *s, size_t n)
{
    size_t k = 0, need;
    while (k < 3 && k < n && ((unsigned char)s[n - k - 1] & 0xc0) == 0x80)
        k++;
    if (k == n)
        return n;
    unsigned char lead = (unsigned char)s[n - k - 1];
    need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return need > k + 1 ? n - k - 1 : n;
}

json_t *
preview_string(struct arena *a, const char *s, size_t most)
{
    size_t n = whole_characters(s, strnlen(s, most));
    return json_string(jsonx_utf8(a, s, n));
}

static json_t *
str(struct preview_blocks *p, const char *s, size_t most)
{
    return preview_string(p->a, s, most);
}

/* ------------------------------------------------------------------ blocks */

static void
add_link(struct preview_blocks *p, const char *label, const char *url)
{
    const char *host = url_host(p->a, url);
    if (!preview_room(p))
        return;
    p->total += strlen(label);
    json_array_append_new(
        p->blocks, json_pack("{ss so so so}", "t", "link", "s", str(p, label, URL_SHOWN), "url",
                             str(p, url, URL_SHOWN), "host", str(p, host, HOST_SHOWN)));
    if (json_array_size(p->links) >= LINKS)
        p->truncated = true;
    else
        json_array_append_new(p->links,
                              json_pack("{so so so}", "text", str(p, label, LABEL_SHOWN), "url",
                                        str(p, url, URL_SHOWN), "host", str(p, host, HOST_SHOWN)));
}

static void
flush(struct preview_blocks *p)
{
    size_t left = PREVIEW_TEXT - (p->total < PREVIEW_TEXT ? p->total : PREVIEW_TEXT);
    const char *s = buf_cstr(p->text);
    if (p->text->len && preview_room(p)) {
        p->truncated |= p->text->truncated || p->text->len > left;
        if (p->href && *p->href) {
            add_link(p, s, p->href);
        } else {
            json_array_append_new(p->blocks,
                                  json_pack("{ss so}", "t", "text", "s", str(p, s, left)));
            p->total += p->text->len;
        }
    }
    buf_clear(p->text);
}

static bool
is_break(const struct preview_blocks *p, size_t from_end)
{
    size_t n = json_array_size(p->blocks);
    const char *t = n < from_end ? NULL : jsonx_str(json_array_get(p->blocks, n - from_end), "t");
    return t && strcmp(t, "break") == 0;
}

/* One empty line at most, none at the beginning. */
static void
add_break(struct preview_blocks *p)
{
    flush(p);
    if (!json_array_size(p->blocks) || (is_break(p, 1) && is_break(p, 2)) || !preview_room(p))
        return;
    json_array_append_new(p->blocks, json_pack("{ss}", "t", "break"));
}

/* ------------------------------------------------------------------ HTML */

static void
on_text(void *ctx, const char *s, size_t n, bool hidden)
{
    struct preview_blocks *p = ctx;
    if (hidden || !preview_room(p))
        return;
    for (size_t i = 0; i < n; i++) { /* white space collapses as in a browser */
        bool space = s[i] && strchr(" \t\r\n\f", s[i]);
        if (!space)
            buf_char(p->text, s[i]);
        else if (!p->blank)
            buf_char(p->text, ' ');
        p->blank = space;
    }
}

static void
on_block(void *ctx)
{
    struct preview_blocks *p = ctx;
    add_break(p);
    p->blank = true;
}

static void
on_link(void *ctx, const char *href)
{
    struct preview_blocks *p = ctx;
    flush(p);
    p->href = href && preview_room(p) ? arena_strndup(p->a, href, URL_SHOWN) : NULL;
}

/* A picture is never loaded. One that is a link is followed by where it leads. */
static void
on_image(void *ctx, const char *src, const char *alt)
{
    struct preview_blocks *p = ctx;
    const char *slash = strrchr(src, '/'), *name = *alt ? alt : slash ? slash + 1 : src;
    flush(p);
    if (!preview_room(p))
        return;
    if (strncasecmp(src, "data:", 5) == 0 && !*alt)
        name = "";
    json_array_append_new(p->blocks,
                          json_pack("{ss so so}", "t", "image", "s", str(p, name, LABEL_SHOWN),
                                    "host", str(p, url_host(p->a, src), HOST_SHOWN)));
    p->total += 20;
    if (p->href && *p->href)
        add_link(p, *alt ? alt : p->href, p->href);
}

/* ------------------------------------------------------------------ plain text */

static size_t
url_length(const char *s, size_t n)
{
    size_t len = 0;
    if (strncasecmp(s, "http://", 7) != 0 && strncasecmp(s, "https://", 8) != 0)
        return 0;
    while (len < n && (unsigned char)s[len] > 0x20 && !strchr("<>\"", s[len]))
        len++;
    return len;
}

/* Lines stay lines; addresses of pages become links. */
static void
plain(struct preview_blocks *p, struct arena *scratch, const char *s, size_t n)
{
    for (size_t i = 0, len; i < n && preview_room(p);) {
        if (s[i] == '\n') {
            add_break(p);
            i++;
        } else if ((i == 0 || !isalnum((unsigned char)s[i - 1])) &&
                   (len = url_length(s + i, n - i))) {
            const char *url = arena_strndup(scratch, s + i, len);
            flush(p);
            add_link(p, url, url);
            i += len;
        } else {
            if (s[i] != '\r')
                buf_char(p->text, s[i]);
            i++;
        }
    }
    flush(p);
}

void
preview_text(struct preview_blocks *p, struct arena *scratch, const char *s, size_t n, bool html)
{
    struct html_events ev = {p, on_text, on_block, on_link, on_image, NULL};
    if (p->begun)
        add_break(p);
    p->begun = p->blank = true;
    p->href = NULL;
    if (html)
        html_walk(scratch, s, n, &ev);
    else
        plain(p, scratch, s, n);
    flush(p);
    p->href = NULL;
}
