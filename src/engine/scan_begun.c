#include "scan_begun.h"

#include <stddef.h>
#include <sys/mman.h>

struct scan_begun *
scan_begun_new(void)
{
    void *p = mmap(NULL, sizeof(struct scan_begun), PROT_READ | PROT_WRITE,
                   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return p == MAP_FAILED ? NULL : p;
}

void
scan_begun_leave(struct scan_begun *b)
{
    if (b)
        (void)munmap(b, sizeof *b);
}
