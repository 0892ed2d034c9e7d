/* winmail.dat, and the packed rich text in it. */
#include "content_fuzz.h"
#include "engine/content/rtf_packed.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    size_t out;
    (void)rtf_unpack(a, p, n, &out);
    arena_free(&a);
    return content_fuzz("winmail.dat", NULL, p, n);
}
