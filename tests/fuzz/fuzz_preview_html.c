/* The formatted preview: whatever comes in, what comes out is made of the list's elements only, nested and closed, and not
 * longer than its limit allows. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/msg/html_safe.h"
#include "html_safe_check.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

/* As many end tags as start tags of elements that have content. */
static long
balance(const char *p)
{
    long open = 0;
    for (; (p = strchr(p, '<')); p++)
        if (strncmp(p, "<br", 3) != 0 && strncmp(p, "<hr", 3) != 0 && strncmp(p, "<wbr", 4) != 0)
            open += p[1] == '/' ? -1 : 1;
    return open;
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct buf *out = buf_new(a, 0), *plain = buf_new(a, 0);
    (void)html_safe(out, (const char *)p, n);
    (void)html_safe_plain(plain, (const char *)p, n);
    if (safe_html_wrong(out->data) || safe_html_wrong(buf_cstr(plain)) || balance(out->data) ||
        out->len > HTML_SAFE_BYTES + 64 * 1024 || strlen(out->data) != out->len)
        abort();
    arena_free(&a);
    return 0;
}
