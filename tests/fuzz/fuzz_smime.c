/* What is inside signatures. */
#include "content_fuzz.h"
#include "engine/msg/smime.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct arena *a = arena_new();
    struct smime s;
    smime_open(a, p, n, &s);
    if (s.kind == SMIME_OPEN)
        (void)smime_is_entity(&s);
    arena_free(&a);
    return content_fuzz("smime.p7m", NULL, p, n);
}
