#include "text_safe.h"

#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "buf.h"

/* Characters that hide or reorder text: bidi controls, zero-width and tag characters. */
static bool
is_hidden(unsigned c, unsigned before)
{
    if (c == 0x200c || c == 0x200d) /* joiners are part of words and emoji, not of Latin text */
        return before < 0x0600;
    return c == 0x00ad || c == 0x061c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f) || c == 0x3164 ||
           c == 0x115f || c == 0x1160 || c == 0xffa0;
}

/* One character of valid or broken UTF-8; *c = U+FFFD for a broken byte. */
static size_t
take_char(const unsigned char *p, unsigned *c)
{
    size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 : *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;
    *c = n <= 1 ? *p : *p & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80) {
            n = 0;
            break;
        }
        *c = *c << 6 | (p[i] & 0x3f);
    }
    static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (!n || *c < least[n] || *c > 0x10ffff || (*c >= 0xd800 && *c <= 0xdfff)) {
        *c = 0xfffd;
        return 1;
    }
    return n;
}

char *
text_safe(struct arena *a, const char *s)
{
    struct buf *b = buf_new(a, 0);
    unsigned before = 0, c;
    for (const unsigned char *p = (const unsigned char *)(s ? s : ""); *p;) {
        size_t n = take_char(p, &c);
        if (c == '\t' || c == '\n' || c == '\r')
            buf_char(b, ' ');
        else if (c == 0xfffd || is_hidden(c, before))
            buf_str(b, "\xef\xbf\xbd");
        else if (c >= 0x20 && c != 0x7f && !(c >= 0x80 && c <= 0x9f))
            buf_add(b, p, n);
        before = c;
        p += n;
    }
    return b->data ? b->data : arena_strdup(a, "");
}
