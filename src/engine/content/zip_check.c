#include "zip_check.h"
#include "bytes.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define LOCAL 30
#define CENTRAL 46
#define END 22
#define END64 56
#define LOCATOR64 20
#define MOST 65536         /* members that are compared; more are over every limit anyway */
#define CHECKED (64 << 20) /* bytes of stored members whose sum is made */

struct reading {
    const unsigned char *p;
    size_t n;
    size_t directory, directory_size; /* where it really stands */
    int64_t shift;                    /* bytes in front that the offsets do not know of */
    uint64_t members;
    size_t summed;
    struct range {
        size_t from, to;
    } * ranges; /* of members with their headers */
    size_t nranges;
};

/* The last record that a directory stands in front of. */
static bool
find_end(struct reading *r, size_t *end)
{
    size_t from = r->n > END + 65535 ? r->n - END - 65535 : 0;
    for (size_t at = r->n < END ? 0 : r->n - END + 1; at > from;) {
        if (memcmp(r->p + --at, "PK\5\6", 4) != 0)
            continue;
        *end = at;
        return true;
    }
    return false;
}

/* With the numbers of Zip64 where the old ones have no room. */
static const char *
read_end(struct reading *r, size_t end)
{
    const unsigned char *e = r->p + end;
    uint64_t size = bytes_le32(e + 12), offset = bytes_le32(e + 16);
    size_t last = end;
    r->members = bytes_le16(e + 10);
    if (bytes_le16(e + 4) || bytes_le16(e + 6))
        return "a volume of several";
    if (bytes_le16(e + 8) != bytes_le16(e + 10))
        return "two numbers of files";
    if (end >= LOCATOR64 + END64 && memcmp(e - LOCATOR64, "PK\6\7", 4) == 0 &&
        memcmp(e - LOCATOR64 - END64, "PK\6\6", 4) == 0) {
        const unsigned char *z = e - LOCATOR64 - END64;
        last = end - LOCATOR64 - END64;
        if ((r->members != 0xffff && r->members != bytes_le64(z + 32)) ||
            (size != 0xffffffff && size != bytes_le64(z + 40)) ||
            (offset != 0xffffffff && offset != bytes_le64(z + 48)))
            return "two directories that differ";
        r->members = bytes_le64(z + 32);
        size = bytes_le64(z + 40);
        offset = bytes_le64(z + 48);
    }
    if (size > last)
        return "a directory that is longer than the file";
    r->directory_size = (size_t)size;
    r->directory = last - r->directory_size;
    r->shift = (int64_t)r->directory - (int64_t)offset;
    return r->shift < 0 ? "a directory that is not where it should be" : NULL;
}

struct entry {
    uint64_t packed, plain, at;
    unsigned flags, method, name, extra, comment;
    uint32_t sum;
    const unsigned char *name_at;
};

/* 0x0001 of the extra field: the sizes that did not fit. */
static void
read_zip64(struct entry *e, const unsigned char *extra)
{
    for (unsigned at = 0; at + 4 <= e->extra;) {
        unsigned id = bytes_le16(extra + at), len = bytes_le16(extra + at + 2), k = 0;
        const unsigned char *v = extra + at + 4;
        if (len > e->extra - at - 4)
            return;
        if (id == 1) {
            uint64_t *wide[] = {&e->plain, &e->packed, &e->at};
            for (int i = 0; i < 3; i++)
                if (*wide[i] == 0xffffffff && k + 8 <= len) {
                    *wide[i] = bytes_le64(v + k);
                    k += 8;
                }
        }
        at += 4 + len;
    }
}

static bool
read_central(const struct reading *r, size_t at, size_t left, struct entry *e)
{
    const unsigned char *c = r->p + at;
    if (left < CENTRAL || memcmp(c, "PK\1\2", 4) != 0)
        return false;
    *e = (struct entry){.flags = bytes_le16(c + 8),
                        .method = bytes_le16(c + 10),
                        .sum = bytes_le32(c + 16),
                        .packed = bytes_le32(c + 20),
                        .plain = bytes_le32(c + 24),
                        .name = bytes_le16(c + 28),
                        .extra = bytes_le16(c + 30),
                        .comment = bytes_le16(c + 32),
                        .at = bytes_le32(c + 42),
                        .name_at = c + CENTRAL};
    if ((size_t)e->name + e->extra + e->comment > left - CENTRAL)
        return false;
    read_zip64(e, c + CENTRAL + e->name);
    return true;
}

/* Behind the data, when the header in front did not know the sizes yet. */
static size_t
descriptor(const struct reading *r, size_t at, const struct entry *e)
{
    size_t mark = r->n - at >= 4 && memcmp(r->p + at, "PK\7\10", 4) == 0 ? 4 : 0;
    size_t wide = e->packed >= 0xffffffff || e->plain >= 0xffffffff ? 20 : 12;
    if (!(e->flags & 8))
        return 0;
    /* Some writers use the wide form always: it is right when the sizes then fit. */
    if (wide == 12 && r->n - at >= mark + 20 && bytes_le64(r->p + at + mark + 4) == e->packed &&
        bytes_le64(r->p + at + mark + 12) == e->plain)
        wide = 20;
    return mark + wide;
}

static bool
stored_as_said(struct reading *r, const unsigned char *data, const struct entry *e)
{
    if (e->method != 0 || e->flags & 1)
        return true;
    if (e->packed != e->plain)
        return false;
    if (r->summed + e->packed > CHECKED)
        return true;
    r->summed += (size_t)e->packed;
    return crc32(0, data, (uInt)e->packed) == e->sum;
}

static const char *
compare(struct reading *r, const struct entry *c)
{
    int64_t start = (int64_t)c->at + r->shift;
    struct entry l;
    size_t at, data;
    if (c->at > r->n || start < 0 || (uint64_t)start + LOCAL > r->directory)
        return "a file that begins outside";
    at = (size_t)start;
    if (memcmp(r->p + at, "PK\3\4", 4) != 0)
        return "a file without its header";
    l = (struct entry){.flags = bytes_le16(r->p + at + 6),
                       .method = bytes_le16(r->p + at + 8),
                       .sum = bytes_le32(r->p + at + 14),
                       .packed = bytes_le32(r->p + at + 18),
                       .plain = bytes_le32(r->p + at + 22),
                       .name = bytes_le16(r->p + at + 26),
                       .extra = bytes_le16(r->p + at + 28)};
    if ((uint64_t)at + LOCAL + l.name + l.extra + c->packed > r->directory)
        return "a file that is longer than the archive";
    read_zip64(&l, r->p + at + LOCAL + l.name);
    data = at + LOCAL + l.name + l.extra;
    if (l.name != c->name || memcmp(r->p + at + LOCAL, c->name_at, c->name) != 0)
        return "two names of one file";
    if (l.method != c->method)
        return "two methods of one file";
    if ((l.flags & 1) != (c->flags & 1))
        return "a file that is encrypted or not";
    bool later = l.flags & 8; /* then they may be 0 in front */
    if ((l.packed != c->packed && !(later && l.packed == 0)) ||
        (l.plain != c->plain && !(later && l.plain == 0)) ||
        (l.sum != c->sum && !(later && l.sum == 0)))
        return "two sizes of one file";
    if (!stored_as_said(r, r->p + data, c))
        return "a file that is stored in another way than it says";
    r->ranges[r->nranges++] =
        (struct range){at, data + (size_t)c->packed + descriptor(r, data + (size_t)c->packed, c)};
    return NULL;
}

static int
by_start(const void *a, const void *b)
{
    const struct range *x = a, *y = b;
    return x->from < y->from ? -1 : x->from > y->from;
}

static bool
has_header(const struct reading *r, size_t from, size_t to)
{
    return to > from && memmem(r->p + from, to - from, "PK\3\4", 4) != NULL;
}

/* Files that the directory does not know of, and files that share bytes. */
static const char *
check_gaps(struct reading *r)
{
    size_t at = (size_t)r->shift;
    qsort(r->ranges, r->nranges, sizeof *r->ranges, by_start);
    if (has_header(r, 0, at))
        return "another archive in front";
    for (size_t i = 0; i < r->nranges; i++) {
        if (r->ranges[i].from < at)
            return "files that overlap";
        if (has_header(r, at, r->ranges[i].from))
            return "a file that is not in the directory";
        at = r->ranges[i].to;
    }
    return has_header(r, at, r->directory) ? "a file that is not in the directory" : NULL;
}

static const char *
check_members(struct reading *r)
{
    size_t at = r->directory, end = r->directory + r->directory_size;
    const char *odd = NULL;
    struct entry e;
    for (uint64_t i = 0; i < r->members && !odd; i++) {
        if (!read_central(r, at, end - at, &e))
            return "a directory that is broken";
        odd = compare(r, &e);
        at += CENTRAL + e.name + e.extra + e.comment;
    }
    if (!odd && at != end && end - at >= 4 && memcmp(r->p + at, "PK\1\2", 4) == 0)
        odd = "more files in the directory than it says";
    return odd ? odd : check_gaps(r);
}

const char *
zip_check(const unsigned char *p, size_t n)
{
    struct reading r = {.p = p, .n = n};
    const char *odd;
    size_t end, behind;
    if (!find_end(&r, &end))
        return "no directory";
    odd = read_end(&r, end);
    if (odd)
        return odd;
    if (r.members > MOST)
        return "very many files";
    behind = end + END + bytes_le16(p + end + 20);
    if (behind < n && has_header(&r, behind, n))
        return "another archive behind";
    r.ranges = calloc((size_t)r.members + 1, sizeof *r.ranges);
    if (!r.ranges)
        return "very many files";
    odd = check_members(&r);
    free(r.ranges);
    return odd;
}
