/* Attached pages and scripts. */
#include "content_fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    return content_fuzz(n && *p == 1 ? "a.js" : n && *p == 2 ? "a.svg" : "a.html", NULL, p, n);
}
