#include "letter_mime.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../../common/encoded_word.h"

#define LINE_BYTES 57 /* of the body in one line of base64 */

void
mime_field(struct buf *b, const char *name, const char *value)
{
    buf_printf(b, "%s: ", name);
    for (; *value; value++) {
        if (*value == '\n')
            buf_char(b, '\r');
        buf_char(b, *value);
    }
    buf_str(b, "\r\n");
}

char *
mime_phrase(struct arena *a, const char *text)
{
    char *words = encoded_words(a, text);
    struct buf *b = buf_new(a, 0);

    if (strcmp(words, text) != 0) /* encoded, or had control bytes */
        return words;
    if (!strpbrk(text, "()<>[]:;@\\,.\""))
        return words;
    buf_char(b, '"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_char(b, '\\');
        buf_char(b, *text);
    }
    buf_char(b, '"');
    return arena_strdup(a, buf_cstr(b));
}

char *
mime_date(struct arena *a, int64_t ms)
{
    time_t s = (time_t)(ms / 1000);
    struct tm tm;
    char text[64];

    gmtime_r(&s, &tm);
    (void)strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S +0000", &tm); /* the C locale */
    return arena_strdup(a, text);
}

static void
add_base64(struct buf *b, const char *text, size_t n)
{
    unsigned char out[4 * LINE_BYTES];

    for (size_t k; n > 0; text += k, n -= k) {
        k = n < LINE_BYTES ? n : LINE_BYTES;
        (void)EVP_EncodeBlock(out, (const unsigned char *)text, (int)k);
        buf_printf(b, "%s\r\n", (const char *)out);
    }
}

void
mime_part(struct buf *b, const char *type, const char *text)
{
    buf_printf(b, "Content-Type: %s; charset=utf-8\r\n", type);
    mime_field(b, "Content-Transfer-Encoding", "base64");
    buf_str(b, "\r\n");
    add_base64(b, text, strlen(text));
}
