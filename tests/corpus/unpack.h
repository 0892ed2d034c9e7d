/* A test pack in a folder of its own. */
#ifndef SEKISHO_TEST_UNPACK_H
#define SEKISHO_TEST_UNPACK_H

#include <ftw.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

static inline int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

/* dir: the template of mkdtemp(). */
static inline bool
unpack(const char *pack, char *dir)
{
    char *argv[] = {"tar", "-I", "zstd", "-xf", (char *)(uintptr_t)pack, "-C", dir, NULL};
    pid_t p;
    int status = 1;
    if (!mkdtemp(dir) || posix_spawnp(&p, "tar", NULL, NULL, argv, environ))
        return false;
    waitpid(p, &status, 0);
    return status == 0;
}

static inline void
unpack_remove(const char *dir)
{
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

#endif
