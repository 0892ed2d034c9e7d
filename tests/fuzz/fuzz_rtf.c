/* Rich text. */
#include "content_fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    return content_fuzz("a.rtf", NULL, p, n);
}
