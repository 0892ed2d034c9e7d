#include "supervisor_title.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "../common/err.h"

static char *area;
static size_t area_len;

void
title_init(int argc, char **argv)
{
    char *end = argv[argc - 1] + strlen(argv[argc - 1]) + 1;
    char **copy;
    int n = 0;

    while (environ[n])
        n++;
    copy = calloc((size_t)n + 1, sizeof *copy);
    BUG_IF(!copy);
    for (int i = 0; i < n; i++) {
        if (environ[i] == end) /* only what follows argv without a gap may be overwritten */
            end += strlen(environ[i]) + 1;
        copy[i] = strdup(environ[i]);
        BUG_IF(!copy[i]);
    }
    environ = copy;
    area = argv[0];
    area_len = (size_t)(end - argv[0]);
}

void
title_set(const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t n = strlen(name);

    (void)prctl(PR_SET_NAME, dot ? dot + 1 : name);
    if (area_len == 0)
        return;
    if (n >= area_len)
        n = area_len - 1;
    memset(area, 0, area_len);
    memcpy(area, name, n);
}
