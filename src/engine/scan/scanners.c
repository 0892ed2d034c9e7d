#include "scan.h"

static const struct scanner *const scanners[] = {
#define SCANNER(id) &scan_##id,
#include "scanners.def"
#undef SCANNER
};

void
scanners_prepare(void)
{
    for (size_t i = 0; i < sizeof scanners / sizeof *scanners; i++)
        if (scanners[i]->prepare)
            scanners[i]->prepare();
}

void
scanners_run(struct scan_ctx *c)
{
    for (size_t i = 0; i < sizeof scanners / sizeof *scanners; i++)
        scanners[i]->run(c);
}
