/* A log line: any bytes. */
#include <stddef.h>
#include <stdint.h>

#include "engine/jobs/logline.h"
#include "engine/jobs/logreason.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct logline l;

    if (logline_parse((const char *)p, n, &l))
        (void)logline_time(l.stamp, 1795510505000LL);
    if (l.kind == LOGLINE_REJECT)
        (void)logreason(&l, n % 2);
    return 0;
}
