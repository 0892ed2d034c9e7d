#include "cli_mails.h"
#include "cli.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/settings.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DEPTH 20
#define MBOX_MAX (1024L * 1024 * 1024)

static void
failed(struct cli_mails *m, const char *path, const char *why)
{
    fprintf(stderr, "sekisho: %s: %s\n", cli_safe(m->c, path), why);
    m->failed++;
}

static int
one(struct cli_mails *m, const char *path, const char *p, size_t n)
{
    if (n > (size_t)settings_int(SET_message_size)) {
        failed(m, path, "longer than message_size");
        return 0;
    }
    m->files++;
    return m->each(m->ctx, path, p, n);
}

/* The next line that begins a message: "From " behind an empty line. */
static const char *
next_from(const char *p, const char *end)
{
    while ((p = memmem(p, (size_t)(end - p), "\nFrom ", 6))) {
        if (p[-1] == '\n' || (p[-1] == '\r' && p[-2] == '\n'))
            return p + 1;
        p++;
    }
    return end;
}

/* An empty file, and what stands before the first message, is none. */
static int
split(struct cli_mails *m, const char *path, const char *p, size_t n)
{
    const char *end = p + n;
    if (n < 5 || memcmp(p, "From ", 5) != 0)
        return n ? one(m, path, p, n) : 0;
    while (p < end) {
        const char *line = memchr(p, '\n', (size_t)(end - p));
        const char *start = line ? line + 1 : end,
                   *next = start < end ? next_from(start, end) : end;
        if (next > start && one(m, path, start, (size_t)(next - start)))
            return -1;
        p = next;
    }
    return 0;
}

static int
read_stream(struct cli_mails *m, const char *path, FILE *f)
{
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, MBOX_MAX);
    char chunk[65536];
    size_t n;
    int rc = 0;
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0 && !b->truncated)
        buf_add(b, chunk, n);
    if (ferror(f))
        failed(m, path, "cannot be read");
    else if (b->truncated)
        failed(m, path, "longer than 1 GiB; split it");
    else
        rc = split(m, path, buf_cstr(b), b->len);
    arena_free(&a);
    return rc;
}

static int
not_hidden(const struct dirent *d)
{
    return d->d_name[0] != '.';
}

static int walk(struct cli_mails *m, const char *path, int depth);

/* In the order of names, so that two runs do the same. */
static int
walk_folder(struct cli_mails *m, const char *path, int depth)
{
    struct dirent **list = NULL;
    int n = depth < DEPTH ? scandir(path, &list, not_hidden, alphasort) : -1, rc = 0;
    if (n < 0)
        failed(m, path, depth < DEPTH ? strerror(errno) : "too deep");
    for (int i = 0; i < n; i++) {
        struct arena *a = arena_new();
        if (rc == 0)
            rc = walk(m, arena_printf(a, "%s/%s", path, list[i]->d_name), depth + 1);
        arena_free(&a);
        free(list[i]);
    }
    free(list);
    return rc;
}

static int
walk(struct cli_mails *m, const char *path, int depth)
{
    struct stat st;
    FILE *f;
    int rc;
    if (strcmp(path, "-") == 0 && depth == 0)
        return read_stream(m, path, stdin);
    if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return walk_folder(m, path, depth);
    if (!(f = fopen(path, "rb"))) {
        failed(m, path, strerror(errno));
        return 0;
    }
    rc = read_stream(m, path, f);
    fclose(f);
    return rc;
}

int
cli_mails(struct cli_mails *m, const char *path)
{
    return walk(m, path, 0);
}
