#include "sevenzip.h"

#include "bytes.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>
#include <zlib.h>

enum id {
    END,
    HEADER,
    ARCHIVE_PROPERTIES,
    ADDITIONAL_STREAMS,
    MAIN_STREAMS,
    FILES,
    PACK_INFO,
    UNPACK_INFO,
    SUBSTREAMS,
    SIZE,
    CRC,
    FOLDER,
    UNPACK_SIZE,
    ENCODED = 0x17
};

/* ---------------------------------------------------------------- reading */

struct reader {
    struct arena *a;
    struct bytes_reader in;
};

static unsigned
byte(struct reader *r)
{
    if (r->in.p == r->in.end) {
        r->in.bad = true;
        return 0;
    }
    return *r->in.p++;
}

/* As many bytes follow as the first one has leading ones; what is left of it is on top. */
static uint64_t
number(struct reader *r)
{
    unsigned first = byte(r), mask = 0x80;
    uint64_t value = 0;

    for (int i = 0; i < 8; i++, mask >>= 1) {
        if (!(first & mask))
            return value | (uint64_t)(first & (mask - 1)) << (8 * i);
        value |= (uint64_t)byte(r) << (8 * i);
    }
    return value;
}

static int
count(struct reader *r, int most)
{
    uint64_t n = number(r);

    if (n > (uint64_t)most)
        r->in.bad = true;
    return r->in.bad ? 0 : (int)n;
}

static void
want(struct reader *r, enum id id)
{
    if (byte(r) != (unsigned)id)
        r->in.bad = true;
}

/* Which of n have a checksum, and those. has and crc may be NULL. */
static void
digests(struct reader *r, int n, bool *has, uint32_t *crc)
{
    const unsigned char *bits = NULL, *p;

    if (!byte(r))
        bits = bytes_take(&r->in, (uint64_t)(n + 7) / 8);
    for (int i = 0; i < n && !r->in.bad; i++) {
        bool there = !bits || bits[i / 8] & 0x80u >> i % 8;
        if (has)
            has[i] = there;
        if (there && (p = bytes_take(&r->in, 4)) && crc)
            crc[i] = bytes_le32(p);
    }
}

static void
pack_info(struct reader *r, struct sevenzip *z)
{
    z->pack_pos = number(r);
    z->npacks = count(r, SEVENZIP_FOLDERS * 4);
    z->packs = arena_calloc(r->a, (size_t)z->npacks + 1, sizeof *z->packs);
    for (;;) {
        unsigned id = byte(r);
        if (id == END || r->in.bad)
            return;
        if (id == SIZE)
            for (int i = 0; i < z->npacks; i++)
                z->packs[i] = number(r);
        else if (id == CRC)
            digests(r, z->npacks, NULL, NULL);
        else
            r->in.bad = true;
    }
}

static void
coder(struct reader *r, struct sevenzip_folder *f)
{
    struct sevenzip_coder *c = &f->coders[f->ncoders++];
    unsigned flags = byte(r);

    c->id_len = (int)(flags & 15);
    if (c->id_len > 8 || flags & 0xc0)
        r->in.bad = true;
    for (int i = 0; i < c->id_len && !r->in.bad; i++)
        c->method = c->method << 8 | byte(r);
    c->nin = flags & 0x10 ? count(r, SEVENZIP_STREAMS) : 1;
    c->nout = flags & 0x10 ? count(r, SEVENZIP_STREAMS) : 1;
    if (flags & 0x20) {
        c->nprops = (size_t)count(r, 65536);
        c->props = bytes_take(&r->in, c->nprops);
    }
    f->nin += c->nin;
    f->nout += c->nout;
    if (f->nin > SEVENZIP_STREAMS || f->nout > SEVENZIP_STREAMS)
        r->in.bad = true;
}

static int
bound_in(const struct sevenzip_folder *f, int in)
{
    for (int i = 0; i < f->nbinds; i++)
        if (f->binds[i].in == in)
            return i;
    return -1;
}

static void
folder(struct reader *r, struct sevenzip_folder *f)
{
    int n = count(r, SEVENZIP_CODERS);

    for (int i = 0; i < n && !r->in.bad; i++)
        coder(r, f);
    if (r->in.bad || !f->nout || f->nin < f->nout - 1) {
        r->in.bad = true;
        return;
    }
    f->nbinds = f->nout - 1;
    for (int i = 0; i < f->nbinds; i++) {
        f->binds[i].in = count(r, f->nin - 1);
        f->binds[i].out = count(r, f->nout - 1);
    }
    f->npacked = f->nin - f->nbinds;
    for (int i = 0; i < f->npacked && f->npacked > 1; i++)
        f->packed[i] = count(r, f->nin - 1);
    for (int i = 0; i < f->nin && f->npacked == 1; i++)
        if (bound_in(f, i) < 0)
            f->packed[0] = i;
}

static void
folder_digests(struct reader *r, struct sevenzip *z)
{
    bool *has = arena_calloc(r->a, (size_t)z->nfolders + 1, sizeof *has);
    uint32_t *crc = arena_calloc(r->a, (size_t)z->nfolders + 1, sizeof *crc);

    digests(r, z->nfolders, has, crc);
    for (int i = 0; i < z->nfolders; i++) {
        z->folders[i].has_crc = has[i];
        z->folders[i].crc = crc[i];
    }
}

static void
unpack_info(struct reader *r, struct sevenzip *z)
{
    int packs = 0;

    want(r, FOLDER);
    z->nfolders = count(r, SEVENZIP_FOLDERS);
    if (byte(r)) /* in the additional streams */
        r->in.bad = true;
    z->folders = arena_calloc(r->a, (size_t)z->nfolders + 1, sizeof *z->folders);
    for (int i = 0; i < z->nfolders && !r->in.bad; i++) {
        folder(r, &z->folders[i]);
        packs += z->folders[i].npacked;
    }
    want(r, UNPACK_SIZE);
    for (int i = 0; i < z->nfolders && !r->in.bad; i++)
        for (int k = 0; k < z->folders[i].nout; k++)
            z->folders[i].unpack[k] = number(r);
    if (r->in.p < r->in.end && *r->in.p == CRC) {
        r->in.p++;
        folder_digests(r, z);
    }
    want(r, END);
    if (packs > z->npacks)
        r->in.bad = true;
}

static void
skip_properties(struct reader *r)
{
    while (!r->in.bad && number(r))
        (void)bytes_take(&r->in, number(r));
}

bool
sevenzip_read(struct arena *a, const unsigned char *p, size_t n, struct sevenzip *z, bool *encoded)
{
    struct reader r = {.a = a, .in = {p, p + n, false}};
    unsigned id = byte(&r);

    *z = (struct sevenzip){0};
    *encoded = id == ENCODED;
    if (id == HEADER) {
        id = byte(&r);
        if (id == ARCHIVE_PROPERTIES) {
            skip_properties(&r);
            id = byte(&r);
        }
        if (id != MAIN_STREAMS)
            return false;
    } else if (!*encoded) {
        return false;
    }
    want(&r, PACK_INFO);
    if (!r.in.bad)
        pack_info(&r, z);
    want(&r, UNPACK_INFO);
    if (!r.in.bad)
        unpack_info(&r, z);
    z->rest = r.in.p;
    z->nrest = (size_t)(r.in.end - r.in.p);
    return !r.in.bad && z->nfolders && (!*encoded || z->nfolders == 1);
}

bool
sevenzip_start(const unsigned char *p, size_t n, const unsigned char **header, size_t *len)
{
    uint64_t at, size;

    if (n < SEVENZIP_START || memcmp(p, "7z\xbc\xaf\x27\x1c", 6) != 0)
        return false;
    at = bytes_le64(p + 12);
    size = bytes_le64(p + 20);
    if (!size || size > SEVENZIP_HEADER || at > n - SEVENZIP_START ||
        size > n - SEVENZIP_START - at)
        return false;
    *header = p + SEVENZIP_START + at;
    *len = (size_t)size;
    return true;
}

/* ---------------------------------------------------------------- changing */

bool
sevenzip_take_out(struct sevenzip_folder *f, int at)
{
    int in = 0, out = 0, bind = 0, packed = 0;

    for (int i = 0; i < at; i++) {
        in += f->coders[i].nin;
        out += f->coders[i].nout;
    }
    while (packed < f->npacked && f->packed[packed] != in)
        packed++;
    while (bind < f->nbinds && f->binds[bind].out != out)
        bind++;
    if (packed == f->npacked || f->coders[at].nin != 1 || f->coders[at].nout != 1)
        return false;
    if (f->ncoders == 1) {
        f->coders[0] = (struct sevenzip_coder){SEVENZIP_COPY, 1, 1, 1, NULL, 0};
        return true;
    }
    if (bind == f->nbinds)
        return false;
    f->packed[packed] = f->binds[bind].in;
    f->binds[bind] = f->binds[--f->nbinds];
    for (int i = 0; i < f->nbinds; i++) {
        f->binds[i].in -= f->binds[i].in > in;
        f->binds[i].out -= f->binds[i].out > out;
    }
    for (int i = 0; i < f->npacked; i++)
        f->packed[i] -= f->packed[i] > in;
    memmove(&f->unpack[out], &f->unpack[out + 1], (size_t)(f->nout - out - 1) * sizeof *f->unpack);
    memmove(&f->coders[at], &f->coders[at + 1], (size_t)(f->ncoders - at - 1) * sizeof *f->coders);
    f->ncoders--;
    f->nin--;
    f->nout--;
    return true;
}

/* ---------------------------------------------------------------- writing */

static void
put(struct buf *b, unsigned v)
{
    buf_char(b, (char)v);
}

static void
put_le(struct buf *b, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        put(b, (unsigned)(v >> 8 * i) & 255);
}

static void
put_number(struct buf *b, uint64_t v)
{
    int more = 0;

    while (more < 8 && v >> 7 * (more + 1))
        more++;
    put(b, more == 8 ? 255u : (0xff00u >> more & 255) | (unsigned)(v >> 8 * more));
    put_le(b, v, more);
}

static void
put_folder(struct buf *b, const struct sevenzip_folder *f)
{
    put_number(b, (uint64_t)f->ncoders);
    for (int i = 0; i < f->ncoders; i++) {
        const struct sevenzip_coder *c = &f->coders[i];
        bool complex = c->nin != 1 || c->nout != 1;
        put(b, (unsigned)c->id_len | (complex ? 0x10u : 0) | (c->nprops ? 0x20u : 0));
        for (int k = c->id_len; k-- > 0;)
            put(b, (unsigned)(c->method >> 8 * k) & 255);
        if (complex) {
            put_number(b, (uint64_t)c->nin);
            put_number(b, (uint64_t)c->nout);
        }
        if (c->nprops) {
            put_number(b, c->nprops);
            buf_add(b, c->props, c->nprops);
        }
    }
    for (int i = 0; i < f->nbinds; i++) {
        put_number(b, (uint64_t)f->binds[i].in);
        put_number(b, (uint64_t)f->binds[i].out);
    }
    for (int i = 0; i < f->npacked && f->npacked > 1; i++)
        put_number(b, (uint64_t)f->packed[i]);
}

static void
put_digests(struct buf *b, const struct sevenzip *z)
{
    unsigned bits = 0;

    put(b, CRC);
    put(b, 0);
    for (int i = 0; i < z->nfolders; i++) {
        bits |= z->folders[i].has_crc ? 0x80u >> i % 8 : 0;
        if (i % 8 == 7 || i == z->nfolders - 1) {
            put(b, bits);
            bits = 0;
        }
    }
    for (int i = 0; i < z->nfolders; i++)
        if (z->folders[i].has_crc)
            put_le(b, z->folders[i].crc, 4);
}

void
sevenzip_write(struct buf *b, const struct sevenzip *z)
{
    put(b, HEADER);
    put(b, MAIN_STREAMS);
    put(b, PACK_INFO);
    put_number(b, 0);
    put_number(b, (uint64_t)z->npacks);
    put(b, SIZE);
    for (int i = 0; i < z->npacks; i++)
        put_number(b, z->packs[i]);
    put(b, END);
    put(b, UNPACK_INFO);
    put(b, FOLDER);
    put_number(b, (uint64_t)z->nfolders);
    put(b, 0);
    for (int i = 0; i < z->nfolders; i++)
        put_folder(b, &z->folders[i]);
    put(b, UNPACK_SIZE);
    for (int i = 0; i < z->nfolders; i++)
        for (int k = 0; k < z->folders[i].nout; k++)
            put_number(b, z->folders[i].unpack[k]);
    put_digests(b, z);
    put(b, END);
    buf_add(b, z->rest, z->nrest);
}

static void
le(unsigned char *p, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; i++)
        p[i] = (unsigned char)(v >> 8 * i);
}

void
sevenzip_write_start(unsigned char start[SEVENZIP_START], uint64_t streams, const void *header,
                     size_t n)
{
    memcpy(start, "7z\xbc\xaf\x27\x1c\0\4", 8);
    le(start + 12, streams, 8);
    le(start + 20, n, 8);
    le(start + 28, crc32(0, header, (uInt)n), 4);
    le(start + 8, crc32(0, start + 12, 20), 4);
}
