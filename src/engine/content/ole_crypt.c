/*
 * Documents that are encrypted: opened with the passwords that the message offers, or with the one that Excel
 * tries by itself, else reported as locked.
 */
#include "bytes.h"
#include "content.h"
#include "crypt_office.h"
#include "looktext.h"
#include "ole.h"
#include "passwords.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>

#define STREAM (64 * 1024 * 1024)
#define OPENS_BY_ITSELF "VelvetSweatshop" /* Excel tries it before it asks */

static bool
find_password(struct ole *o, struct crypt_office *c)
{
    struct password_walk w;
    const char *p;
    if (crypt_office_try(o->a, c, OPENS_BY_ITSELF) || crypt_office_try(o->a, c, "")) {
        passwords_not_needed(o->c, o->f);
        return true;
    }
    passwords_begin(&w, o->c, o->f, PASSWORDS_DEAR);
    while ((p = passwords_next(&w)) && !crypt_office_try(o->a, c, p))
        ;
    if (p)
        passwords_opened(&w);
    else
        passwords_failed(&w, "");
    return p;
}

/* p: how it is encrypted; NULL: not to be found. What cannot be opened is reported. */
static bool
opens(struct ole *o, struct crypt_office *c, const unsigned char *p, size_t n)
{
    if (p && crypt_office_read(o->a, c, p, n))
        return find_password(o, c);
    content_locked(o->c, o->f, "");
    return false;
}

/* ------------------------------------------------------------------ packages */

static bool
package(struct ole *o)
{
    int info = cfb_find(&o->cfb, -1, "EncryptionInfo"),
        data = cfb_find(&o->cfb, -1, "EncryptedPackage");
    struct crypt_office c;
    size_t n, m, len = 0;
    if (info < 0 || data < 0)
        return false;
    const unsigned char *p = cfb_read(&o->cfb, info, 65536, &n);
    const unsigned char *q = cfb_read(&o->cfb, data, STREAM, &m);
    unsigned char *plain = NULL;
    if (!opens(o, &c, q ? p : NULL, n))
        return true;
    plain = crypt_office_package(o->a, &c, q, m, &len);
    if (plain)
        content_member(o->c, o->f, o->f->name, plain, len);
    else
        content_locked(o->c, o->f, "");
    return true;
}

/* ------------------------------------------------------------------ Word */

/* Everything but the first bytes of the main stream, in blocks of 512. */
static void
word_stream(struct ole *o, const struct crypt_office *c, const char *name, size_t clear)
{
    int i = cfb_find(&o->cfb, -1, name);
    size_t n;
    const unsigned char *p = i < 0 ? NULL : cfb_read(&o->cfb, i, STREAM, &n);
    if (!p)
        return;
    unsigned char *to = arena_memdup(o->a, p, n);
    for (size_t at = 0; at < n; at += 512)
        crypt_office_block(c, (uint32_t)(at / 512), 0, to + at, n - at < 512 ? n - at : 512);
    memcpy(to, p, clear < n ? clear : n);
    struct buf *wide = bytes_wide_text(o->a, to, n, LOOKTEXT_BYTES);
    struct buf *narrow = bytes_narrow_text(o->a, to, n, LOOKTEXT_BYTES);
    looktext(o->c, o->f, buf_cstr(wide), wide->len);
    looktext(o->c, o->f, buf_cstr(narrow), narrow->len);
    ole_fields(o, to, n);
}

static bool
word(struct ole *o)
{
    int main_stream = cfb_find(&o->cfb, -1, "WordDocument");
    struct crypt_office c;
    size_t n, m = 0;
    const unsigned char *p = main_stream < 0 ? NULL : cfb_read(&o->cfb, main_stream, 512, &n);
    if (!p || n < 32 || !(p[11] & 1))
        return false;
    const char *table = p[11] & 2 ? "1Table" : "0Table";
    int i = cfb_find(&o->cfb, -1, table);
    const unsigned char *head = i < 0 ? NULL : cfb_read(&o->cfb, i, 4096, &m);
    bool obfuscated = p[11] & 0x80;
    if (opens(o, &c, obfuscated ? NULL : head, m)) {
        word_stream(o, &c, "WordDocument", 68);
        word_stream(o, &c, table, bytes_le32(p + 14));
    }
    return false; /* macros and objects are not encrypted */
}

/* ------------------------------------------------------------------ Excel */

static bool
stays_clear(unsigned kind)
{
    return kind == 0x809 || kind == 0x2f || kind == 0xe1 || kind == 0x195 || kind == 0x196 ||
           kind == 0x1ba;
}

/* Records' heads are as they were; the key stream runs on under them, in blocks of 1024. */
static void
decrypt_records(const struct crypt_office *c, unsigned char *p, size_t n)
{
    for (size_t at = 0; at + 4 <= n;) {
        unsigned kind = bytes_le16(p + at);
        size_t len = bytes_le16(p + at + 2), from = at + 4;
        if (len > n - from)
            len = n - from;
        size_t end = from + len;
        if (kind == 0x85) /* where its sheet begins is not encrypted */
            from += len < 4 ? len : 4;
        while (!stays_clear(kind) && from < end) {
            size_t in = from % 1024, part = 1024 - in < end - from ? 1024 - in : end - from;
            crypt_office_block(c, (uint32_t)(from / 1024), in, p + from, part);
            from += part;
        }
        at = end;
    }
}

static bool
excel(struct ole *o)
{
    int i = cfb_find(&o->cfb, -1, "Workbook");
    struct crypt_office c;
    size_t n, at = 0;
    if (i < 0)
        i = cfb_find(&o->cfb, -1, "Book");
    const unsigned char *p = i < 0 ? NULL : cfb_read(&o->cfb, i, STREAM, &n);
    for (int records = 0; p && records < 20 && at + 4 <= n; records++) {
        size_t len = bytes_le16(p + at + 2);
        if (bytes_le16(p + at) == 0x2f && len >= 6 && at + 4 + len <= n) {
            bool rc4 = bytes_le16(p + at + 4) == 1;
            if (opens(o, &c, rc4 ? p + at + 6 : NULL, len - 2)) {
                unsigned char *to = arena_memdup(o->a, p, n);
                decrypt_records(&c, to, n);
                o->workbook = to;
                o->workbook_len = n;
            }
            return false;
        }
        at += 4 + len;
    }
    return false;
}

/* ------------------------------------------------------------------ PowerPoint */

static void
slides(struct ole *o)
{
    int i = cfb_find(&o->cfb, -1, "Current User");
    size_t n;
    const unsigned char *p = i < 0 ? NULL : cfb_read(&o->cfb, i, 64, &n);
    /* Its objects are encrypted one by one; they are not opened here. */
    if (p && n >= 16 && bytes_le32(p + 12) == 0xf3d1c4dfu)
        content_locked(o->c, o->f, "");
}

bool
ole_encrypted(struct ole *o)
{
    if (package(o))
        return true;
    slides(o);
    return word(o) || excel(o);
}
