/*
 * Texts in charsets: the first line names one, the rest are its bytes; the whole is also read as a
 * header field with encoded words. The results are valid UTF-8 without NUL.
 */
#include <stdlib.h>
#include <string.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "engine/msg/charset.h"
#include "engine/msg/words.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static void
check(const char *s, size_t n)
{
    if (strlen(s) != n || !g_utf8_validate(s, (gssize)n, NULL))
        abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    const unsigned char *nl = memchr(p, '\n', n);
    char *value = arena_strndup(a, (const char *)p, n), *s;
    size_t len;
    bool known;
    s = words_text(a, value);
    check(s, strlen(s));
    for (; *s; s++)
        if ((unsigned char)*s < 0x20)
            abort();
    words_utf8(a, value);
    if (nl) {
        char *charset = arena_strndup(a, (const char *)p, (size_t)(nl - p));
        s = charset_utf8(a, charset, (const char *)nl + 1, n - (size_t)(nl - p) - 1, &len, &known);
        check(s, len);
    }
    arena_free(&a);
    return 0;
}
