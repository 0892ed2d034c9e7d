/* Word's fields, PowerPoint's packed objects, Outlook's messages (MS-DOC 2.8.25, MS-PPT 2.10.34, MS-OXMSG). */
#include "bytes.h"
#include "content.h"
#include "looktext.h"
#include "ole.h"
#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define FIELDS 1000
#define FIELD_BYTES 600
#define OBJECT (32 * 1024 * 1024)

/* ------------------------------------------------------------------ Word */

/* The code of a field that begins at p (behind 0x13), up to 0x14 or 0x15; in 8 or 16 bits a character. */
static const char *
field_code(struct ole *o, const unsigned char *p, size_t n, bool wide)
{
    struct buf *b = buf_new(o->a, 0);
    size_t step = wide ? 2 : 1;
    for (size_t i = 0; i + step <= n && i < FIELD_BYTES * step; i += step) {
        unsigned c = wide ? bytes_le16(p + i) : p[i];
        if (c == 0x14 || c == 0x15 || c == 0)
            break;
        if (c >= 0x20)
            buf_char(b, c < 0x7f ? (char)c : '?');
    }
    return buf_cstr(b);
}

void
ole_fields(struct ole *o, const unsigned char *p, size_t n)
{
    const unsigned char *at = p, *end = p + n;
    for (int i = 0; i < FIELDS && (at = memchr(at, 0x13, (size_t)(end - at))); i++) {
        at++;
        bool wide = at < end && *at == 0;
        const char *code = field_code(o, at + wide, (size_t)(end - at - wide), wide);
        code += strspn(code, " \"");
        if (strncasecmp(code, "dde", 3) == 0)
            ole_dde(o->c, o->f, code + strcspn(code, " "));
    }
}

/* ------------------------------------------------------------------ PowerPoint */

void
ole_slides(struct ole *o, const unsigned char *p, size_t n)
{
    for (size_t at = 0; at + 8 <= n;) {
        unsigned version = bytes_le16(p + at), kind = bytes_le16(p + at + 2);
        size_t len = bytes_le32(p + at + 4);
        const unsigned char *d = p + at + 8;
        at += 8;
        if (len > n - at)
            len = n - at;
        if (kind == 0x1011 && len > 12) {
            bool packed = version >> 4 & 1, over;
            size_t got = len;
            const unsigned char *object =
                packed ? bytes_inflate(o->a, d + 4, len - 4, false, OBJECT, &got, &over) : d;
            if (object && !content_member(o->c, o->f, "", object, got))
                return;
        }
        if ((version & 15) != 15) /* containers are entered */
            at += len;
    }
}

/* ------------------------------------------------------------------ Outlook */

#define PROPERTY "__substg1.0_"

static const char *
property_text(struct ole *o, int storage, const char *id)
{
    size_t n;
    int i = cfb_find(&o->cfb, storage, arena_printf(o->a, PROPERTY "%s001F", id));
    const unsigned char *p = i < 0 ? NULL : cfb_read(&o->cfb, i, 1024 * 1024, &n);
    if (p)
        return bytes_utf16(o->a, p, n, false);
    i = cfb_find(&o->cfb, storage, arena_printf(o->a, PROPERTY "%s001E", id));
    p = i < 0 ? NULL : cfb_read(&o->cfb, i, 1024 * 1024, &n);
    return p ? jsonx_utf8(o->a, (const char *)p, strnlen((const char *)p, n)) : "";
}

static void
property_member(struct ole *o, int storage, const char *id, const char *name)
{
    size_t n;
    int i = cfb_find(&o->cfb, storage, arena_printf(o->a, PROPERTY "%s0102", id));
    const unsigned char *p = i < 0 ? NULL : cfb_read(&o->cfb, i, OBJECT * 2, &n);
    if (p)
        content_member(o->c, o->f, name, p, n);
}

static void
message(struct ole *o, int storage)
{
    static const char *const texts[] = {"0037", "1000"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *text = property_text(o, storage, texts[i]);
        looktext(o->c, o->f, text, strlen(text));
    }
    property_member(o, storage, "1013", "message.html");
}

void
ole_outlook(struct ole *o)
{
    if (cfb_find(&o->cfb, -1, "__properties_version1.0") < 0)
        return;
    for (int i = 0; i < o->cfb.nentries; i++) {
        const struct cfb_entry *e = &o->cfb.entries[i];
        if (e->type == CFB_ROOT || strcasecmp(e->name, PROPERTY "3701000D") == 0) {
            message(o, i);
        } else if (e->type == CFB_STORAGE &&
                   strncasecmp(e->name, "__attach_version1.0_", 20) == 0) {
            const char *name = property_text(o, i, "3707");
            property_member(o, i, "3701", *name ? name : property_text(o, i, "3704"));
        }
    }
}
