#include "words.h"
#include "charset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <glib.h>
#include <string.h>
#include <strings.h>

#define CHARSET_MAX 60
#define WORD_MAX 2000 /* RFC 2047 says 75 */

struct word {
    const char *charset, *text, *end; /* behind "?=" */
    size_t charset_len, text_len;
    bool base64;
};

struct decoder {
    struct arena *a;
    struct buf *out, *bytes; /* bytes: of the words of one charset that follow each other */
    char charset[CHARSET_MAX + 1];
    bool encode; /* write words again */
};

/* p stands at "=?". */
static bool
read_word(const char *p, const char *end, struct word *w)
{
    const char *q = p + 2;
    size_t room = (size_t)(end - q) < CHARSET_MAX ? (size_t)(end - q) : CHARSET_MAX;
    const char *mark = memchr(q, '?', room);
    if (!mark || mark == q || end - mark < 4 || mark[2] != '?')
        return false;
    char how = (char)tolower((unsigned char)mark[1]);
    if (how != 'b' && how != 'q')
        return false;
    const char *star = memchr(q, '*', (size_t)(mark - q)); /* RFC 2231: *language */
    w->charset = q;
    w->charset_len = (size_t)((star ? star : mark) - q);
    w->text = mark + 3;
    room = (size_t)(end - w->text) < WORD_MAX ? (size_t)(end - w->text) : WORD_MAX;
    const char *stop = memmem(w->text, room, "?=", 2);
    if (!stop)
        return false;
    w->text_len = (size_t)(stop - w->text);
    w->end = stop + 2;
    w->base64 = how == 'b';
    return true;
}

static int
digit(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10
                                        : -1;
}

static void
decode(struct buf *b, const struct word *w)
{
    unsigned char out[WORD_MAX + 4];
    guint save = 0;
    gint state = 0;
    if (w->base64) {
        buf_add(b, out, g_base64_decode_step(w->text, w->text_len, out, &state, &save));
        return;
    }
    for (size_t i = 0; i < w->text_len; i++) {
        char c = w->text[i];
        if (c == '=' && i + 2 < w->text_len && digit(w->text[i + 1]) >= 0 &&
            digit(w->text[i + 2]) >= 0) {
            c = (char)(digit(w->text[i + 1]) * 16 + digit(w->text[i + 2]));
            i += 2;
        } else if (c == '_') {
            c = ' ';
        }
        buf_char(b, c);
    }
}

static void
flush(struct decoder *d)
{
    size_t n;
    if (!d->bytes->len)
        return;
    char *text = charset_utf8(d->a, d->charset, d->bytes->data, d->bytes->len, &n, NULL);
    if (d->encode) {
        char *base64 = g_base64_encode((const unsigned char *)text, n);
        buf_printf(d->out, "=?utf-8?B?%s?=", base64);
        g_free(base64);
    } else {
        buf_add(d->out, text, n);
    }
    buf_clear(d->bytes);
}

static void
take(struct decoder *d, const struct word *w)
{
    bool same = strlen(d->charset) == w->charset_len &&
                strncasecmp(d->charset, w->charset, w->charset_len) == 0;
    if (!same) {
        if (d->encode && d->bytes->len) { /* words need a blank between them */
            flush(d);
            buf_char(d->out, ' ');
        }
        flush(d);
        memcpy(d->charset, w->charset, w->charset_len);
        d->charset[w->charset_len] = '\0';
    }
    decode(d->bytes, w);
}

static char *
rewrite(struct arena *a, const char *value, bool encode)
{
    if (!strstr(value, "=?")) /* as most are */
        return arena_strdup(a, value);
    struct decoder d = {.a = a, .out = buf_new(a, 0), .bytes = buf_new(a, 0), .encode = encode};
    const char *end = value + strlen(value), *p = value;
    bool behind_word = false;
    buf_add(d.out, "", 0);
    while (p < end) {
        struct word w;
        const char *q = p;
        while (behind_word && q < end && isspace((unsigned char)*q))
            q++;
        if (q + 1 < end && q[0] == '=' && q[1] == '?' && read_word(q, end, &w)) {
            take(&d, &w); /* blanks between words are not text */
            behind_word = true;
            p = w.end;
            continue;
        }
        flush(&d);
        behind_word = false;
        q = memmem(p + 1, (size_t)(end - p - 1), "=?", 2);
        q = q ? q : end;
        buf_add(d.out, p, (size_t)(q - p));
        p = q;
    }
    flush(&d);
    return d.out->data;
}

/* ASCII without words and marks of a charset, as most are; NULL: there is more in it. */
static char *
plain(struct arena *a, const char *value)
{
    char *out = arena_strdup(a, value);

    for (char *p = out; *p; p++) {
        if ((unsigned char)*p >= 0x80 || *p == 0x1b || (*p == '?' && p > out && p[-1] == '='))
            return NULL;
        if (*p < 0x20 || *p == 0x7f)
            *p = ' ';
    }
    return out;
}

char *
words_text(struct arena *a, const char *value)
{
    char *text = plain(a, value);
    if (text)
        return text;
    text = charset_utf8(a, NULL, value, strlen(value), NULL, NULL);
    text = rewrite(a, text, false);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = ' ';
    return text;
}

char *
words_utf8(struct arena *a, const char *value)
{
    return rewrite(a, value, true);
}
