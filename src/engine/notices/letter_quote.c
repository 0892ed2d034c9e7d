/* Text from mail in our own mails: what could act there is taken out. */
#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/jsonx.h"
#include "letter.h"

/* Bytes of the character at s; 0 at the end. s is UTF-8. */
static size_t
character(const char *s, unsigned *code)
{
    unsigned char c = (unsigned char)*s;
    size_t n = c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;

    *code = n == 1 ? c : n == 2 ? c & 0x1fu : n == 3 ? c & 0x0fu : c & 0x07u;
    for (size_t i = 1; i < n; i++)
        *code = *code << 6 | ((unsigned char)s[i] & 0x3fu);
    return c ? n : 0;
}

/* Controls, marks of direction, invisible ones that hide where a word ends. */
static bool
is_hidden(unsigned c)
{
    return (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

static char *
clean(struct arena *a, const char *text, size_t max, bool breaks)
{
    const char *s = jsonx_utf8(a, text, strlen(text));
    struct buf *b = buf_new(a, 0);
    unsigned c;
    size_t count = 0;

    for (size_t n; (n = character(s, &c)) > 0; s += n) {
        if (max && count++ == max) {
            buf_str(b, "\xe2\x80\xa6"); /* … */
            break;
        }
        if (c < ' ')
            buf_char(b, ' ');
        else if (!is_hidden(c))
            buf_add(b, s, n);
        if (breaks && (c == '.' || c == ':' || c == '/' || c == '@'))
            buf_str(b, "\xe2\x80\x8b"); /* U+200B */
    }
    return arena_strdup(a, buf_cstr(b));
}

char *
letter_quote(struct arena *a, const char *text, size_t max)
{
    return clean(a, text, max, true);
}

char *
letter_line(struct arena *a, const char *text, size_t max)
{
    return clean(a, text, max, false);
}
