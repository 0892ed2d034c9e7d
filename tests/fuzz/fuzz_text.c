/* Normal text and language: valid UTF-8 comes out, and it is not much longer. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/jsonx.h"
#include "engine/text/language.h"
#include "engine/text/normal.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct text_tricks tricks = {0};
    char *text = jsonx_utf8(a, (const char *)p, n);
    size_t len;
    char *normal = text_normal(a, text, strlen(text), &len, &tricks);

    if (!jsonx_is_utf8(normal, len) || strlen(normal) != len)
        abort();
    if (strlen(text_language(text, strlen(text))) > 3)
        abort();
    arena_free(&a);
    return 0;
}
