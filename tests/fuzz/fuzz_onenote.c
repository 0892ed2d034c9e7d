/* Notebooks. */
#include "content_fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    return content_fuzz("a.one", NULL, p, n);
}
