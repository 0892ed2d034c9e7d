#include "heap.h"

#include <malloc.h>

void
heap_give_back(void)
{
    /* Setting one of them ends the learning. */
    (void)mallopt(M_MMAP_THRESHOLD, 256 * 1024);
    (void)mallopt(M_TRIM_THRESHOLD, 256 * 1024);
}
