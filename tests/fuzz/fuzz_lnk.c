/* Shortcuts, in both forms, and invitations. */
#include "content_fuzz.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    return content_fuzz(n && *p == 0x4c   ? "a.lnk"
                        : n && *p == 0x42 ? "a.ics"
                                          : "a.url",
                        NULL, p, n);
}
