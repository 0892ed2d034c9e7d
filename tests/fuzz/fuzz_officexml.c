/* Parts of Office's packages, and flat files. */
#include "content_fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    return content_fuzz("",
                        n && *p == 1   ? "_rels/a.rels"
                        : n && *p == 2 ? "xl/externalLinks/a.bin"
                                       : "word/a.xml",
                        p, n);
}
