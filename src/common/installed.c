#include "installed.h"
#include "arena.h"

#include <limits.h>
#include <string.h>
#include <unistd.h>

const char *
installed_file(struct arena *a, const char *name)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (n < 0)
        return name;
    exe[n] = '\0';
    for (int up = 0; up < 4; up++) { /* .../build/bin/sekisho, .../build/tests/unit/test_x */
        char *slash = strrchr(exe, '/');
        if (!slash)
            break;
        *slash = '\0';
        const char *path = arena_printf(a, "%s/%s", exe, name);
        if (access(path, R_OK) == 0)
            return path;
    }
    return name;
}
