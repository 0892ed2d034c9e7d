/* HTML: everything that is reported is read, so that a wrong length is seen. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "engine/msg/html.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static size_t seen;

static void
look(const char *s)
{
    seen += strlen(s);
}

static void
on_text(void *ctx, const char *s, size_t n, bool hidden)
{
    (void)ctx;
    for (size_t i = 0; i < n; i++)
        seen += (unsigned char)s[i] + hidden;
}

static void
on_block(void *ctx)
{
    (void)ctx;
    seen++;
}

static void
on_link(void *ctx, const char *href)
{
    (void)ctx;
    if (href)
        look(href);
}

static void
on_image(void *ctx, const char *src, const char *alt)
{
    (void)ctx;
    look(src);
    look(alt);
}

static void
on_other(void *ctx, const char *url)
{
    (void)ctx;
    look(url);
}

static void
on_mark(void *ctx)
{
    (void)ctx;
    seen++;
}

static void
on_charset(void *ctx, const char *name)
{
    (void)ctx;
    look(name);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    static const struct html_events all = {NULL, on_text, on_block, on_link, on_image, on_other};
    static const struct html_events none = {NULL, NULL, NULL, NULL, NULL, NULL};
    struct arena *a = arena_new();
    html_walk(a, (const char *)p, n, &all);
    struct html_details details = {HTML_SHOWN, NULL, on_mark, on_mark, on_charset};
    html_walk_details(a, (const char *)p, n, &all, &details);
    html_walk(a, (const char *)p, n, &none);
    arena_free(&a);
    return 0;
}
