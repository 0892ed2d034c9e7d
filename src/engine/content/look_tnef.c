/*
 * winmail.dat: the files, text and inner messages that Outlook packs into it ([MS-OXTNEF]). Inner messages and files are
 * looked at as members. Everything in it has a length in front, so that reading is one pass.
 */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "rtf_packed.h"
#include "../msg/charset.h"
#include "../../common/arena.h"

#include <string.h>

#define SIGNATURE 0x223e9f78
#define HEAD 6 /* signature and key */
#define PROPERTIES 5000

enum attribute {
    ATT_SUBJECT = 0x00018004,
    ATT_TITLE = 0x00018010,
    ATT_BODY = 0x0002800c,
    ATT_DATA = 0x0006800f,
    ATT_NEW_FILE = 0x00069002,
    ATT_MESSAGE_PROPERTIES = 0x00069003,
    ATT_FILE_PROPERTIES = 0x00069005,
};
enum property {
    PROP_SUBJECT = 0x0037,
    PROP_BODY = 0x1000,
    PROP_RTF = 0x1009,
    PROP_HTML = 0x1013,
    PROP_DATA = 0x3701, /* the file, or an object behind 16 bytes that say of which class */
    PROP_NAME = 0x3704,
    PROP_LONG_NAME = 0x3707,
};

struct reading {
    struct content *c;
    const struct content_file *f;
    struct arena *a;
    const char *name;          /* of the file in hand */
    const unsigned char *data; /* NULL: not seen yet */
    size_t n;
    int64_t held; /* bytes unpacked in a */
    bool stopped, broken;
};

static size_t
left(const struct bytes_reader *c)
{
    return (size_t)(c->end - c->p);
}

static uint32_t
take32(struct bytes_reader *c)
{
    const unsigned char *p = bytes_take(c, 4);
    return p ? bytes_le32(p) : 0;
}

static const unsigned char *
take_padded(struct bytes_reader *c, size_t n)
{
    size_t padding = (4 - n % 4) % 4;
    const unsigned char *p = bytes_take(c, n);
    if (p)
        bytes_take(c, left(c) < padding ? left(c) : padding);
    return p;
}

static const char *
text_of(struct reading *r, unsigned type, const unsigned char *p, size_t n)
{
    if (type == 0x1f)
        return bytes_utf16(r->a, p, n, false);
    return charset_utf8(r->a, NULL, (const char *)p, strnlen((const char *)p, n), NULL, NULL);
}

static void
broken(struct reading *r)
{
    if (!r->broken)
        content_finding(r->c, r->f, "archive-broken", "unscannable", 0, r->f->name);
    r->broken = true;
}

/* A file that has its bytes twice is looked at twice: who knows which of them a mail program takes. */
static void
data(struct reading *r, const unsigned char *p, size_t n)
{
    bool same = r->data && r->n == n && memcmp(r->data, p, n) == 0;
    if (r->data && !same && !r->stopped)
        r->stopped |= !content_member(r->c, r->f, r->name, r->data, r->n);
    r->data = p;
    r->n = n;
}

/* ------------------------------------------------------------------ properties */

static void
rich_text(struct reading *r, const unsigned char *p, size_t n)
{
    size_t len, room = rtf_unpacked(p, n);
    if (!content_hold(r->c, r->f, (int64_t)room)) {
        r->stopped = true;
        return;
    }
    char *text = rtf_unpack(r->a, p, n, &len);
    if (text && content_spend(r->c, r->f, (int64_t)len))
        r->stopped |= !content_member(r->c, r->f, "message.rtf", text, len);
    else if (n)
        broken(r);
    r->held += (int64_t)room; /* the arena keeps it */
}

static void
property(struct reading *r, unsigned id, unsigned type, const unsigned char *p, size_t n)
{
    switch (id) {
    case PROP_NAME:
        if (!*r->name)
            r->name = text_of(r, type, p, n);
        break;
    case PROP_LONG_NAME:
        r->name = text_of(r, type, p, n);
        break;
    case PROP_DATA:
        if (type == 0xd && n > 16)
            data(r, p + 16, n - 16);
        else if (type != 0xd)
            data(r, p, n);
        break;
    case PROP_SUBJECT:
    case PROP_BODY: {
        const char *s = text_of(r, type, p, n);
        looktext(r->c, r->f, s, strlen(s));
        break;
    }
    case PROP_HTML:
        r->stopped |= !content_member(r->c, r->f, "message.html", p, n);
        break;
    case PROP_RTF:
        rich_text(r, p, n);
        break;
    default:
        break;
    }
}

static void
skip_name(struct bytes_reader *c)
{
    bytes_take(c, 16);
    if (take32(c) == 0)
        take32(c);
    else
        take_padded(c, take32(c));
}

static size_t
fixed_size(unsigned type)
{
    switch (type) {
    case 2:
    case 3:
    case 4:
    case 0xa:
    case 0xb:
        return 4;
    case 5:
    case 6:
    case 7:
    case 0x14:
    case 0x40:
        return 8;
    case 0x48:
        return 16;
    default:
        return 0;
    }
}

static void
properties(struct reading *r, const unsigned char *p, size_t n)
{
    struct bytes_reader c = {p, p + n, false};
    uint32_t count = take32(&c);
    for (uint32_t i = 0; i < count && i < PROPERTIES && !c.bad && !r->stopped; i++) {
        uint32_t tag = take32(&c);
        unsigned type = tag & 0xfff, id = tag >> 16;
        bool several = tag & 0x1000;
        size_t size = fixed_size(type);
        if (id >= 0x8000)
            skip_name(&c);
        uint32_t values = size && !several ? 1 : take32(&c);
        for (uint32_t k = 0; k < values && !c.bad && !r->stopped; k++) {
            size_t len = size ? size : take32(&c);
            const unsigned char *v = take_padded(&c, len);
            if (v && !size)
                property(r, id, type, v, len);
        }
    }
    if (c.bad || count > PROPERTIES)
        broken(r);
}

/* ------------------------------------------------------------------ attributes */

static void
end_file(struct reading *r)
{
    if (r->data)
        r->stopped |= !content_member(r->c, r->f, r->name, r->data, r->n);
    r->data = NULL;
    r->name = "";
}

static void
attribute(struct reading *r, uint32_t id, const unsigned char *p, size_t n)
{
    switch (id) {
    case ATT_NEW_FILE:
        end_file(r);
        break;
    case ATT_TITLE:
        if (!*r->name)
            r->name = text_of(r, 0x1e, p, n);
        break;
    case ATT_DATA:
        data(r, p, n);
        break;
    case ATT_SUBJECT:
    case ATT_BODY:
        looktext(r->c, r->f, p, n);
        break;
    case ATT_MESSAGE_PROPERTIES:
    case ATT_FILE_PROPERTIES:
        properties(r, p, n);
        break;
    default:
        break;
    }
}

static bool
wants(const struct content_file *f)
{
    return f->n > HEAD && bytes_le32(f->p) == SIGNATURE;
}

static void
run(struct content *c, const struct content_file *f)
{
    struct reading r = {.c = c, .f = f, .a = content_scratch(c), .name = ""};
    struct bytes_reader at = {f->p, f->p + f->n, false};
    if (!content_open(c, f))
        return;
    bytes_take(&at, HEAD);
    while (left(&at) > 11 && !at.bad && !r.stopped) {
        bytes_take(&at, 1); /* level: of the message or of a file */
        uint32_t id = take32(&at), n = take32(&at);
        const unsigned char *p = bytes_take(&at, n);
        bytes_take(&at, 2); /* checksum */
        if (p)
            attribute(&r, id, p, n);
    }
    if (!r.stopped)
        end_file(&r);
    if (at.bad)
        broken(&r);
    content_hold(c, f, -r.held);
    content_close(c);
}

const struct content_look look_tnef = {
    .name = "tnef", .help = "Outlook's winmail.dat", .wants = wants, .run = run};
