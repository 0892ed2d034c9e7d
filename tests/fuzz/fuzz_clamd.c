/* clamd's answer: only the exact "stream: OK" is clean. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "engine/intake/clamd.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct clamd_answer a;

    clamd_parse((const char *)p, n, true, &a);
    if (a.result == CLAMD_CLEAN &&
        (n < 8 || n > 16 || memcmp(p, "fd[", 3) != 0 || memcmp(p + n - 5, "]: OK", 5) != 0))
        abort();
    if (a.result == CLAMD_FOUND && !a.signature[0])
        abort();
    clamd_parse((const char *)p, n, false, &a);
    if (a.result == CLAMD_CLEAN && (n != 10 || memcmp(p, "stream: OK", 10) != 0))
        abort();
    if (a.result == CLAMD_FOUND && (!a.signature[0] || strlen(a.signature) > CLAMD_SIGNATURE_MAX))
        abort();
    return 0;
}
