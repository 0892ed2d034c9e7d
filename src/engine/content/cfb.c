#include "cfb.h"
#include "bytes.h"
#include "../../common/arena.h"

#include <string.h>
#include <strings.h>

#define END 0xfffffffau /* and above: marks, not sectors */
#define NONE 0xffffffffu
#define READ_FACTOR 4 /* bytes of streams to bytes of the file: chains may cross */

static const unsigned char *
sector(const struct cfb *c, uint32_t i)
{
    /* The header takes the room of one sector, or 512 bytes of it. */
    uint64_t at = ((uint64_t)i + 1) * c->sector;
    return i < END && at + c->sector <= c->n ? c->p + at : NULL;
}

/* As sector(), but the last one of a file may be cut. */
static size_t
sector_part(const struct cfb *c, uint32_t i, const unsigned char **p)
{
    uint64_t at = ((uint64_t)i + 1) * c->sector;
    if (i >= END || at >= c->n)
        return 0;
    *p = c->p + at;
    return c->n - at < c->sector ? (size_t)(c->n - at) : c->sector;
}

static void
add_fat(struct cfb *c, uint32_t i, size_t most)
{
    const unsigned char *s = sector(c, i);
    if (!s)
        return;
    for (size_t k = 0; k + 4 <= c->sector && c->nfat < most; k += 4)
        c->fat[c->nfat++] = bytes_le32(s + k);
}

static void
read_fat(struct cfb *c)
{
    size_t sectors = c->n / c->sector + 1, per = c->sector / 4, hops = 0;
    uint32_t next = bytes_le32(c->p + 68);
    c->fat = arena_calloc(c->a, sectors, sizeof *c->fat);
    for (size_t i = 0; i < 109; i++)
        add_fat(c, bytes_le32(c->p + 76 + i * 4), sectors);
    while (next < END && hops++ < sectors) {
        const unsigned char *s = sector(c, next);
        if (!s)
            break;
        for (size_t i = 0; i + 1 < per; i++)
            add_fat(c, bytes_le32(s + i * 4), sectors);
        next = bytes_le32(s + (per - 1) * 4);
    }
}

/* Bytes of a chain of sectors. */
static unsigned char *
chain(struct cfb *c, uint32_t start, size_t max, size_t *n)
{
    size_t most = max < c->left ? max : c->left, sectors = 0, o = 0;
    uint32_t i = start;
    const unsigned char *s;
    for (; i < END && sectors * c->sector < most && sectors <= c->nfat; sectors++)
        i = i < c->nfat ? c->fat[i] : NONE;
    unsigned char *out = arena_alloc(c->a, sectors * c->sector + 1);
    i = start;
    for (size_t k = 0; k < sectors; k++) {
        size_t len = sector_part(c, i, &s);
        if (!len)
            break;
        memcpy(out + o, s, len);
        o += len;
        i = i < c->nfat ? c->fat[i] : NONE;
    }
    *n = o < most ? o : most;
    c->left -= *n;
    return out;
}

static unsigned char *
mini_chain(struct cfb *c, uint32_t start, size_t max, size_t *n)
{
    size_t most = max < c->left ? max : c->left, o = 0, hops = 0;
    unsigned char *out =
        arena_alloc(c->a, (most < c->mini_len ? most : c->mini_len) + c->mini_sector);
    uint32_t i = start;
    while (i < END && o < most && hops++ <= c->nmini) {
        uint64_t at = (uint64_t)i * c->mini_sector;
        if (at >= c->mini_len || o + c->mini_sector > c->mini_len + c->mini_sector)
            break;
        size_t len =
            c->mini_len - at < c->mini_sector ? (size_t)(c->mini_len - at) : c->mini_sector;
        if (o + len > most)
            len = most - o;
        memcpy(out + o, c->mini + at, len);
        o += len;
        i = i < c->nmini ? c->mini_fat[i] : NONE;
    }
    *n = o;
    c->left -= o;
    return out;
}

static void
read_entry(struct cfb *c, const unsigned char *d)
{
    struct cfb_entry *e = &c->entries[c->nentries++];
    size_t len = bytes_le16(d + 64);
    *e = (struct cfb_entry){.name = bytes_utf16(c->a, d, len > 64 ? 64 : len, false),
                            .type = d[66],
                            .parent = -1,
                            .left = bytes_le32(d + 68),
                            .right = bytes_le32(d + 72),
                            .child = bytes_le32(d + 76),
                            .start = bytes_le32(d + 116),
                            .size = c->sector == 512 ? bytes_le32(d + 120) : bytes_le64(d + 120)};
    memcpy(e->clsid, d + 80, 16);
}

/* Everybody below a storage is its children's tree; each entry has one parent, so this ends. */
static void
set_parents(struct cfb *c)
{
    uint32_t *stack = arena_calloc(c->a, (size_t)c->nentries * 2 + 2, sizeof *stack);
    bool *seen = arena_calloc(c->a, (size_t)c->nentries, sizeof *seen);
    for (int s = 0; s < c->nentries; s++) {
        size_t n = 0;
        if (c->entries[s].type != CFB_STORAGE && c->entries[s].type != CFB_ROOT)
            continue;
        stack[n++] = c->entries[s].child;
        while (n) {
            uint32_t i = stack[--n];
            if (i >= (uint32_t)c->nentries || seen[i] || (int)i == s)
                continue;
            seen[i] = true;
            c->entries[i].parent = s;
            stack[n++] = c->entries[i].left;
            stack[n++] = c->entries[i].right;
        }
    }
}

static void
read_directory(struct cfb *c)
{
    size_t n, most = (size_t)CFB_ENTRIES * 128 + 1;
    const unsigned char *d = chain(c, bytes_le32(c->p + 48), most, &n);
    c->cut = n == most;
    c->entries = arena_calloc(c->a, CFB_ENTRIES, sizeof *c->entries);
    for (size_t i = 0; i + 128 <= n && c->nentries < CFB_ENTRIES; i += 128)
        read_entry(c, d + i);
    set_parents(c);
}

static void
read_mini(struct cfb *c)
{
    size_t n;
    const unsigned char *f = chain(c, bytes_le32(c->p + 60), c->n, &n);
    c->mini_fat = arena_calloc(c->a, n / 4 + 1, sizeof *c->mini_fat);
    for (; c->nmini < n / 4; c->nmini++)
        c->mini_fat[c->nmini] = bytes_le32(f + c->nmini * 4);
    c->mini = chain(c, c->entries[0].start, c->n, &c->mini_len);
}

bool
cfb_open(struct arena *a, const unsigned char *p, size_t n, struct cfb *out)
{
    if (n < 512 || memcmp(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8) != 0)
        return false;
    unsigned shift = bytes_le16(p + 30), mini = bytes_le16(p + 32);
    *out = (struct cfb){.a = a, .p = p, .n = n, .left = n * READ_FACTOR + 65536};
    out->sector = shift == 12 ? 4096 : 512;
    out->mini_sector = mini >= 4 && mini <= 9 ? (size_t)1 << mini : 64;
    out->cutoff = 4096;
    read_fat(out);
    read_directory(out);
    if (out->nentries == 0)
        return false;
    read_mini(out);
    return true;
}

const unsigned char *
cfb_read(struct cfb *c, int entry, size_t max, size_t *n)
{
    const struct cfb_entry *e = &c->entries[entry];
    size_t want = e->size < max ? (size_t)e->size : max;
    *n = 0;
    if (e->type == CFB_STREAM && want > c->left) /* chains that cross have used it up */
        c->cut = true;
    if (e->type != CFB_STREAM || want == 0)
        return NULL;
    unsigned char *p =
        e->size < c->cutoff ? mini_chain(c, e->start, want, n) : chain(c, e->start, want, n);
    return *n ? p : NULL;
}

int
cfb_find(const struct cfb *c, int parent, const char *name)
{
    for (int i = 0; i < c->nentries; i++)
        if (c->entries[i].type && (parent < 0 || c->entries[i].parent == parent) &&
            strcasecmp(c->entries[i].name, name) == 0)
            return i;
    return -1;
}
