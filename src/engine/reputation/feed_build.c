#include "feed_build.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "feed_parse.h"

#define PER_BUCKET 4 /* entries of an index position, as the look-up likes it */

uint64_t
feed_hashes_at(uint32_t bits)
{
    uint64_t n = sizeof(struct feed_head) + sizeof(uint32_t) * ((1ull << bits) + 1);

    return (n + 7) & ~7ull;
}

uint64_t
feed_bytes(uint32_t bits, uint64_t count)
{
    return feed_hashes_at(bits) + count * sizeof(uint64_t);
}

/* ---------------------------------------------------------------- reading */

struct building {
    struct feed_head head;
    struct feed_report *report;
    uint64_t *hashes;
    size_t n, room;
    bool full;
};

static void
add(void *arg, const struct threat *t)
{
    struct building *b = arg;

    if (b->n == b->room) {
        b->room = b->room ? b->room * 2 : 4096;
        b->hashes = realloc(b->hashes, b->room * sizeof *b->hashes);
        BUG_IF(!b->hashes);
    }
    if (b->n == FEED_ENTRIES)
        b->full = true;
    else
        b->hashes[b->n++] = feed_hash(b->head.key, t);
    b->head.types |= 1u << t->type;
}

static void
note_bad(void *arg, uint64_t line, const char *text, size_t n, const char *why)
{
    struct feed_report *r = ((struct building *)arg)->report;
    struct feed_bad *x;

    r->bad++;
    if (r->nbad == FEED_BAD_KEPT)
        return;
    x = &r->first[r->nbad++];
    x->line = line;
    x->why = why;
    if (n > sizeof x->text - 1)
        n = sizeof x->text - 1;
    for (size_t i = 0; i < n; i++)
        x->text[i] = (char)((unsigned char)text[i] < 0x20 || text[i] == 0x7f ? ' ' : text[i]);
}

static int
read_all(const char *path, char **out, size_t *n, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    ssize_t k = 0;
    size_t room;

    *out = NULL;
    *n = 0;
    if (fd < 0 || fstat(fd, &st) < 0) {
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_INPUT, "file", "%.150s cannot be read: %s", path, strerror(errno));
    }
    room = st.st_size > 0 ? (size_t)st.st_size + 1 : 65536;
    while (*n <= FEED_FILE_BYTES) {
        if (!*out || *n == room) {
            room = *out ? room * 2 : room;
            *out = realloc(*out, room);
            BUG_IF(!*out);
        }
        k = read(fd, *out + *n, room - *n);
        if (k <= 0)
            break;
        *n += (size_t)k;
    }
    close(fd);
    if (k < 0 || *n > FEED_FILE_BYTES) {
        free(*out);
        *out = NULL;
        return err_set(e, ERR_INPUT, "file", "%.150s cannot be read, or is larger than 1 GiB",
                       path);
    }
    return 0;
}

/* ---------------------------------------------------------------- writing */

static int
by_value(const void *x, const void *y)
{
    uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

    return a < b ? -1 : a > b;
}

static void
sort_out(struct building *b)
{
    size_t k = 0;

    if (b->n)
        qsort(b->hashes, b->n, sizeof *b->hashes, by_value);
    for (size_t i = 0; i < b->n; i++)
        if (!k || b->hashes[i] != b->hashes[k - 1])
            b->hashes[k++] = b->hashes[i];
    b->n = k;
    b->head.count = k;
    b->head.bits = 1;
    while (b->head.bits < 24 && b->n >> b->head.bits > PER_BUCKET)
        b->head.bits++;
}

static bool
write_parts(FILE *f, const struct building *b)
{
    uint32_t buckets = 1u << b->head.bits, at = 0;
    static const char zero[8];
    uint64_t pad = feed_hashes_at(b->head.bits) -
                   (sizeof b->head + sizeof(uint32_t) * ((uint64_t)buckets + 1));

    if (fwrite(&b->head, sizeof b->head, 1, f) != 1)
        return false;
    for (uint32_t i = 0; i <= buckets; i++) {
        while (at < b->n && b->hashes[at] >> (64 - b->head.bits) < i)
            at++;
        if (fwrite(&at, sizeof at, 1, f) != 1)
            return false;
    }
    if (pad && fwrite(zero, pad, 1, f) != 1)
        return false;
    return b->n == 0 || fwrite(b->hashes, sizeof *b->hashes, b->n, f) == b->n;
}

/* A new file that takes the place of the old one when all of it is on disk. */
static int
write_file(struct arena *a, const char *dir, const struct building *b, struct err *e)
{
    char *path = arena_printf(a, "%s/%s" FEED_SUFFIX, dir, b->head.name);
    char *new = arena_printf(a, "%s/.%s.%d", dir, b->head.name, (int)getpid());
    bool good = false;
    FILE *f;
    int fd;

    if (mkdir(dir, 0755) < 0 && errno != EEXIST)
        return err_set(e, ERR_ENV, "feeds", "%.150s cannot be made: %s", dir, strerror(errno));
    (void)unlink(new);
    fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
    f = fd < 0 ? NULL : fdopen(fd, "wb");
    if (f) {
        good = fchmod(fd, 0644) == 0 && write_parts(f, b) && fflush(f) == 0 && fsync(fd) == 0;
        good = fclose(f) == 0 && good && rename(new, path) == 0;
    }
    if (good)
        return 0;
    err_set(e, ERR_ENV, "feeds", "%.150s cannot be written: %s", path, strerror(errno));
    (void)unlink(new);
    return -1;
}

static void
fill_head(struct feed_head *h, const struct feed_order *o)
{
    memcpy(h->magic, FEED_MAGIC, sizeof h->magic);
    h->level = (uint32_t)o->level;
    h->malware = o->malware;
    h->format = (uint32_t)o->format;
    h->made_at = when_now();
    token_random(h->key, sizeof h->key);
    (void)snprintf(h->name, sizeof h->name, "%s", o->name);
    (void)snprintf(h->column, sizeof h->column, "%s", o->column);
    (void)snprintf(h->source, sizeof h->source, "%s", o->source);
}

static int
check_order(const struct feed_order *o, struct err *e)
{
    if (!feed_name_ok(o->name))
        return err_set(e, ERR_INPUT, "name",
                       "the name of a feed is made of a-z, 0-9 and -, at most %d", FEED_NAME);
    if (strlen(o->source) >= FEED_SOURCE || strlen(o->column) >= FEED_COLUMN)
        return err_set(e, ERR_INPUT, "file", "the name of the file or column is too long");
    return 0;
}

static int
read_list(struct building *b, const struct feed_order *o, struct err *e)
{
    struct feed_sink sink = {.entry = add, .bad = note_bad, .arg = b};
    char *text;
    size_t n;
    int rc;

    if (read_all(o->source, &text, &n, e) < 0)
        return -1;
    rc = feed_parse(text, n, o->format, o->column, &sink);
    free(text);
    b->report->lines = sink.lines;
    b->report->skipped = sink.skipped;
    if (rc < 0)
        return err_set(e, ERR_INPUT, "column", "there is no column \"%.40s\" in %.120s", o->column,
                       o->source);
    if (b->full)
        return err_set(e, ERR_INPUT, "file", "%.150s has more than %d entries", o->source,
                       FEED_ENTRIES);
    if (b->n == 0)
        return err_set(e, ERR_INPUT, "no-entries",
                       "nothing in %.120s could be read as %s; is it of another format?", o->source,
                       feed_format_name(o->format));
    return 0;
}

int
feed_build(const char *dir, const struct feed_order *o, struct feed_report *report, struct err *e)
{
    struct building b = {.report = report};
    struct arena *a;
    int rc;

    memset(report, 0, sizeof *report);
    if (check_order(o, e) < 0)
        return -1;
    fill_head(&b.head, o);
    rc = read_list(&b, o, e);
    if (rc == 0) {
        sort_out(&b);
        report->entries = b.n;
        b.head.bad = report->bad;
        b.head.skipped = report->skipped;
        a = arena_new();
        rc = write_file(a, dir, &b, e);
        arena_free(&a);
    }
    free(b.hashes);
    return rc;
}
