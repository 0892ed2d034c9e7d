/* Archives of every format, and the two tables of a zip. */
#include "content_fuzz.h"
#include "engine/content/zip_check.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    (void)zip_check(p, n);
    return content_fuzz("a.zip", NULL, p, n);
}
