/* Charsets: guessed, declared (the first line of the input) and read a second time; always valid UTF-8. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/jsonx.h"
#include "engine/msg/charset.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const unsigned char *nl = memchr(p, '\n', n);
    size_t head = nl ? (size_t)(nl - p) : 0, len;
    const char *name = arena_memdup(a, p, head > 60 ? 60 : head),
               *body = (const char *)p + (nl ? head + 1 : 0);
    size_t rest = n - (nl ? head + 1 : 0);
    bool known;
    char *second;

    const char *text = charset_utf8(a, NULL, body, rest, &len, NULL);
    if (!jsonx_is_utf8(text, len))
        abort();
    text = charset_utf8(a, name, body, rest, &len, &known);
    if (!jsonx_is_utf8(text, len))
        abort();
    second = charset_second(a, name, "utf-7", body, rest, &len);
    if (second && !jsonx_is_utf8(second, len))
        abort();
    arena_free(&a);
    return 0;
}
