#include "feed.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../common/err.h"
#include "feed_build.h"
#include "siphash.h"

static const char *const formats[] = {
    [FEED_LIST] = "list",   [FEED_DOMAINS] = "domains", [FEED_URLS] = "urls",
    [FEED_HOSTS] = "hosts", [FEED_CSV] = "csv",         [FEED_RPZ] = "rpz",
};

const char *
feed_format_name(enum feed_format f)
{
    return formats[f];
}

enum feed_format
feed_format_named(const char *name)
{
    int f = 0;

    while (f < FEED_FORMATS && strcmp(formats[f], name) != 0)
        f++;
    return (enum feed_format)f;
}

bool
feed_name_ok(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return n > 0 && n <= FEED_NAME && !name[n] && *name != '-';
}

/* ---------------------------------------------------------------- opening */

static bool
ends(const char *text, size_t size)
{
    return memchr(text, '\0', size) != NULL;
}

static bool
head_ok(const struct feed_head *h, uint64_t bytes)
{
    if (bytes < sizeof *h || memcmp(h->magic, FEED_MAGIC, sizeof h->magic) != 0 || h->bits < 1 ||
        h->bits > 24 || h->count > FEED_ENTRIES || h->level >= RISK_LEVELS || h->malware > 1 ||
        h->format >= FEED_FORMATS)
        return false;
    return bytes == feed_bytes(h->bits, h->count) && ends(h->name, sizeof h->name) &&
           ends(h->column, sizeof h->column) && ends(h->source, sizeof h->source) &&
           feed_name_ok(h->name);
}

/* Positions that lead out of the list would be read as they are. */
static bool
index_ok(const struct feed *f)
{
    uint32_t n = 1u << f->head->bits;

    for (uint32_t i = 0; i < n; i++)
        if (f->index[i] > f->index[i + 1])
            return false;
    return f->index[0] == 0 && f->index[n] == f->head->count;
}

int
feed_open(const char *path, struct feed *out, struct err *e)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat st;
    struct feed f = {.map = MAP_FAILED};

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
        f.bytes = (uint64_t)st.st_size;
        f.map = mmap(NULL, f.bytes, PROT_READ, MAP_SHARED, fd, 0);
    }
    if (fd >= 0)
        close(fd);
    if (f.map == MAP_FAILED)
        return err_set(e, ERR_ENV, "feed", "%.150s cannot be read: %s", path, strerror(errno));
    f.head = f.map;
    if (head_ok(f.head, f.bytes)) {
        f.index = (const uint32_t *)((const char *)f.map + sizeof *f.head);
        f.hashes = (const uint64_t *)((const char *)f.map + feed_hashes_at(f.head->bits));
        if (index_ok(&f)) {
            *out = f;
            return 0;
        }
    }
    munmap(f.map, f.bytes);
    return err_set(e, ERR_ENV, "feed",
                   "%.150s is damaged or of another version: run `sekisho feed update`", path);
}

void
feed_close(struct feed *f)
{
    if (f->map)
        munmap(f->map, f->bytes);
    f->map = NULL;
}

/* ---------------------------------------------------------------- looking up */

uint64_t
feed_hash(const unsigned char key[16], const struct threat *t)
{
    unsigned char text[THREAT_VALUE + 1];
    size_t n = strlen(t->value);

    if (n > THREAT_VALUE)
        n = THREAT_VALUE;
    text[0] = (unsigned char)('a' + t->type);
    memcpy(text + 1, t->value, n);
    return siphash(key, text, n + 1);
}

bool
feed_has(const struct feed *f, const struct threat *t)
{
    uint64_t h, bucket;
    uint32_t low, high;

    if (!(f->head->types & 1u << t->type))
        return false;
    h = feed_hash(f->head->key, t);
    bucket = h >> (64 - f->head->bits);
    low = f->index[bucket];
    high = f->index[bucket + 1];
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (f->hashes[middle] == h)
            return true;
        if (f->hashes[middle] < h)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}
