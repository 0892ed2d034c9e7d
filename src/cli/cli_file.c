#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "common/arena.h"

int
cli_file(struct cli *c, const char *file, size_t most, char **p, size_t *n)
{
    int fd = strcmp(file, "-") ? open(file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    ssize_t k = 0;

    if (fd < 0)
        return err_set(&c->err, ERR_INPUT, "file", "%.150s: %s", file, strerror(errno));
    *p = arena_alloc(c->a, most + 2);
    for (*n = 0; *n <= most && (k = read(fd, *p + *n, most + 1 - *n)) > 0;)
        *n += (size_t)k;
    (*p)[*n] = '\0';
    if (k < 0)
        (void)err_set(&c->err, ERR_INPUT, "file", "%.150s: %s", file, strerror(errno));
    if (fd != STDIN_FILENO)
        close(fd);
    if (k >= 0 && *n > most)
        return err_set(&c->err, ERR_INPUT, "file", "%.150s is larger than %zu KiB", file,
                       most / 1024);
    return k < 0 ? -1 : 0;
}
