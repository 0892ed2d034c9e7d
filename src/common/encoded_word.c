#include "encoded_word.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

#include "arena.h"
#include "buf.h"

#define WORD_BYTES 45  /* of text in one word: 12 + 60 characters */
#define FIRST_BYTES 39 /* the field's name stands before the first: 12 + 52 characters */

static bool
plain(const char *s)
{
    if (strstr(s, "=?"))
        return false;
    for (; *s; s++)
        if ((unsigned char)*s < ' ' || (unsigned char)*s > '~')
            return false;
    return true;
}

/* As many whole characters as fit. */
static size_t
piece(const char *s, size_t max)
{
    size_t n = strnlen(s, max);

    if (s[n] != '\0')
        while (n > 0 && ((unsigned char)s[n] & 0xc0) == 0x80)
            n--;
    return n ? n : strnlen(s, max);
}

char *
encoded_words(struct arena *a, const char *text)
{
    char *line = arena_strdup(a, text);
    struct buf *b = buf_new(a, 0);

    for (char *p = line; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 127)
            *p = ' ';
    if (plain(line))
        return line;
    for (size_t n; *line; line += n) {
        unsigned char out[4 * WORD_BYTES];
        n = piece(line, b->len ? WORD_BYTES : FIRST_BYTES);
        (void)EVP_EncodeBlock(out, (const unsigned char *)line, (int)n);
        buf_printf(b, "%s=?UTF-8?B?%s?=", b->len ? "\n " : "", (const char *)out);
    }
    return arena_strdup(a, buf_cstr(b));
}
