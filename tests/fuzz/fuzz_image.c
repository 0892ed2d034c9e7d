/* Pictures. */
#include "content_fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    return content_fuzz("a.png", NULL, p, n);
}
