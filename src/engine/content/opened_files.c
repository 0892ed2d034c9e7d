#include "opened_files.h"

#include "../../common/arena.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 512

struct file {
    const void *p;
    size_t n;
    struct file *next;
};

struct opened_files {
    struct file *first, **last;
    size_t bytes;
};

bool
opened_files_add(struct arena *a, struct opened_files **list, const void *p, size_t n)
{
    struct opened_files *l = *list;
    struct file *f;

    if (!l) {
        *list = l = arena_calloc(a, 1, sizeof *l);
        l->last = &l->first;
    }
    if (n + BLOCK > OPENED_BYTES - l->bytes)
        return false;
    l->bytes += n + BLOCK;
    f = arena_alloc(a, sizeof *f);
    *f = (struct file){.p = arena_memdup(a, p, n), .n = n};
    *l->last = f;
    l->last = &f->next;
    return true;
}

static bool
put(int fd, const void *p, size_t n)
{
    const char *at = p;

    while (n > 0) {
        ssize_t k = write(fd, at, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return false;
        at += k;
        n -= (size_t)k;
    }
    return true;
}

/* Fields are octal digits at fixed places; the checksum is over the header with blanks in its place. */
static bool
put_head(int fd, int number, size_t n)
{
    char h[BLOCK] = {0};
    unsigned sum = 0;

    (void)snprintf(h, 100, "%d", number);
    (void)snprintf(h + 100, 8, "%07o", 0600u);
    (void)snprintf(h + 108, 8, "%07o", 0u);
    (void)snprintf(h + 116, 8, "%07o", 0u);
    (void)snprintf(h + 124, 12, "%011zo", n);
    (void)snprintf(h + 136, 12, "%011o", 0u);
    memset(h + 148, ' ', 8);
    h[156] = '0';
    memcpy(h + 257, "ustar\00000", 8);
    for (size_t i = 0; i < BLOCK; i++)
        sum += (unsigned char)h[i];
    (void)snprintf(h + 148, 8, "%06o", sum);
    return put(fd, h, BLOCK);
}

bool
opened_files_write(int fd, const struct opened_files *list)
{
    static const char zeros[2 * BLOCK];
    int number = 0;

    if (lseek(fd, 0, SEEK_SET) != 0 || ftruncate(fd, 0) < 0)
        return false;
    if (!list)
        return true;
    for (const struct file *f = list->first; f; f = f->next)
        if (!put_head(fd, number++, f->n) || !put(fd, f->p, f->n) ||
            !put(fd, zeros, (BLOCK - f->n % BLOCK) % BLOCK))
            return false;
    return put(fd, zeros, sizeof zeros);
}
