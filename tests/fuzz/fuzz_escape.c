/* Writers of templates: no output can leave the place it is written to. */
#include <stdlib.h>
#include <string.h>

#include "console/view.h"

/* The text that a browser would read back from escaped HTML. */
static char *
unescape(struct arena *a, const char *s)
{
    static const char *const names[][2] = {{"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""},
                                           {"&#39;", "'"}};
    char *out = arena_alloc(a, strlen(s) + 1), *o = out;
    while (*s) {
        size_t i = 0;
        while (i < 5 && strncmp(s, names[i][0], strlen(names[i][0])))
            i++;
        if (*s == '&' && i == 5)
            abort();
        *o++ = i < 5 ? *names[i][1] : *s;
        s += i < 5 ? strlen(names[i][0]) : 1;
    }
    return out;
}

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);
int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct web_req r = {.a = arena_new()};
    struct buf *b = buf_new(r.a, 0);
    char *text = arena_strndup(r.a, (const char *)p, n);
    view_html(b, text);
    if (strpbrk(buf_cstr(b), "<>\"'") || strcmp(unescape(r.a, buf_cstr(b)), text))
        abort();
    buf_clear(b);
    view_url(b, text);
    const char *url = unescape(r.a, buf_cstr(b));
    if (strpbrk(buf_cstr(b), "<>\"' \\\r\n\t") || !strchr("/#?", *url) || !strncmp(url, "//", 2))
        abort();
    const char *safe = view_safe(&r, text);
    for (const unsigned char *s = (const unsigned char *)safe; *s; s++)
        if (*s < 0x20 || *s == 0x7f)
            abort();
    if (strstr(safe, "\xe2\x80\xae") || strlen(safe) > 3 * strlen(text))
        abort();
    const char *path = view_path(&r, "/x", "q", text, NULL);
    if (strpbrk(path, "<>\"' &#\\") || (*text && strncmp(path, "/x?q=", 5)))
        abort();
    arena_free(&r.a);
    return 0;
}
