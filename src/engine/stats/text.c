#include "text.h"
#include "collect.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define WORD_BYTES 64 /* longer ones are <long> */
#define WORD_LETTERS 24
#define ADDRESS_BYTES 64 /* looked at before an @ */

struct text {
    struct stream *s;
    const char *p;
    size_t n, at;
    size_t sign; /* where the next @ is, or n; behind it: not looked for yet */
};

/* ------------------------------------------------------------------ characters */

static UChar32
next(struct text *t)
{
    UChar32 c;
    int32_t i = 0;
    size_t left = t->n - t->at;
    U8_NEXT(t->p + t->at, i, (int32_t)(left > 8 ? 8 : left), c);
    t->at += (size_t)i;
    if (c >= 0xff01 && c <= 0xff5e)
        c -= 0xfee0;
    return c;
}

static UChar32
peek(struct text *t)
{
    size_t at = t->at;
    UChar32 c = t->at < t->n ? next(t) : -1;
    t->at = at;
    return c;
}

/* Of a script that puts no spaces between words (Hangul does, but its words have many endings). */
static bool
spaceless(UChar32 c)
{
    return c >= 0x0e00 && ((c <= 0x109f && (c <= 0x0eff || c >= 0x1000)) || /* Thai, Lao, Burmese */
                           (c >= 0x1780 && c <= 0x17ff) ||                  /* Khmer */
                           (c >= 0x3041 && c <= 0x30ff) || c == 0x3005 ||   /* kana */
                           (c >= 0x3400 && c <= 0x9fff) || (c >= 0xac00 && c <= 0xd7a3) ||
                           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff66 && c <= 0xff9d) ||
                           (c >= 0x20000 && c <= 0x3ffff));
}

static bool
ascii_alnum(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
letter(UChar32 c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return u_isalpha(c) && !spaceless(c);
}

/* Nobody sees it: zero width, soft hyphen, marks that stand above a letter. */
static bool
unseen(UChar32 c)
{
    return c >= 0x80 && (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
                         u_charType(c) == U_NON_SPACING_MARK);
}

static bool
is_digit(UChar32 c)
{
    return c >= '0' && c <= '9';
}

/* ------------------------------------------------------------------ addresses */

/* How many bytes at the front are a web address; 0: it is none. */
static size_t
url_length(const char *p, size_t n)
{
    static const char *const begins[] = {"http://", "https://", "ftp://", "www."};
    size_t i = 0;
    char first = (char)(n > 0 ? *p | 0x20 : 0); /* asked for each word: most are none */
    if ((first != 'h' && first != 'f' && first != 'w') || n < 2 ||
        (p[1] | 0x20) != (first == 'w' ? 'w' : 't'))
        return 0;
    for (size_t k = 0; k < sizeof begins / sizeof *begins && i == 0; k++) {
        size_t len = strlen(begins[k]);
        if (n > len && strncasecmp(p, begins[k], len) == 0)
            i = len;
    }
    while (i > 0 && i < n && p[i] > ' ' && p[i] != '<' && p[i] != '>' && p[i] != '"' &&
           p[i] != 0x7f)
        i++;
    return i;
}

/* The same of a mail address. Looks only a little ahead, so that the whole stays linear. */
static size_t
address_length(const char *p, size_t n)
{
    size_t i = 0;
    while (i < n && i < ADDRESS_BYTES &&
           (ascii_alnum((unsigned char)p[i]) || p[i] == '.' || p[i] == '_' || p[i] == '%' ||
            p[i] == '+' || p[i] == '-' || p[i] == '='))
        i++;
    if (i == 0 || i + 1 >= n || p[i] != '@' || !ascii_alnum((unsigned char)p[i + 1]))
        return 0;
    for (i++; i < n && (ascii_alnum((unsigned char)p[i]) || p[i] == '.' || p[i] == '-'); i++)
        ;
    return i;
}

/* Most words have no @ near them: not each is looked through for one. */
static bool
sign_is_near(struct text *t)
{
    if (t->sign < t->at) {
        const char *p = memchr(t->p + t->at, '@', t->n - t->at);
        t->sign = p ? (size_t)(p - t->p) : t->n;
    }
    return t->sign < t->n && t->sign - t->at <= ADDRESS_BYTES;
}

/* ------------------------------------------------------------------ words */

static bool
put(struct text *t, const char *word)
{
    return stream_word(t->s, word, strlen(word));
}

/* "1,299.00", "12:30", "50%": by form and length. money: a currency sign stands before it. */
static bool
number(struct text *t, bool money)
{
    unsigned digits = 0, seps = 0;
    char word[8] = "#", sep = 0;
    while (t->at < t->n) {
        char c = t->p[t->at];
        bool more = t->at + 1 < t->n && is_digit(t->p[t->at + 1]);
        if (is_digit(c))
            digits++;
        else if (more && strchr(".,:/-", c) && c)
            sep = c, seps++;
        else
            break;
        t->at++;
    }
    word[0] = money ? '$' : '#';
    word[1] = digits > 9 ? '9' : digits > 6 ? '7' : digits > 4 ? '5' : (char)('0' + (int)digits);
    word[2] = seps == 0 ? '\0' : seps > 1 && sep != ',' ? '+' : sep;
    if (t->at < t->n && t->p[t->at] == '%') {
        t->at++;
        return put(t, "#%");
    }
    return put(t, word);
}

/* Letters, with digits among them as 0: "v1agra" is "v0agra" whatever the digit. */
static bool
word(struct text *t)
{
    char out[WORD_BYTES + 4];
    size_t n = 0, letters = 0, digits = 0;
    while (t->at < t->n) {
        size_t before = t->at;
        if (letter((unsigned char)t->p[before] < 0x80 ? t->p[before] : ' ')) { /* nearly all */
            letters++;
            t->at++;
            if (n < WORD_BYTES)
                out[n++] = (char)(t->p[before] | 0x20);
            continue;
        }
        UChar32 c = next(t);
        if (unseen(c) || c == '\'' || c == 0x2019)
            continue;
        if (is_digit(c)) {
            digits++;
            c = '0';
        } else if (letter(c)) {
            letters++;
            c = c < 0x80 ? (c | 0x20) : (UChar32)u_tolower(c);
        } else {
            t->at = before;
            break;
        }
        if (n < WORD_BYTES)
            U8_APPEND_UNSAFE(out, n, c);
    }
    if (digits > 0 && letters + digits > 8)
        return put(t, "<id>");
    if (letters > WORD_LETTERS || n >= WORD_BYTES)
        return put(t, "<long>");
    return stream_word(t->s, out, n);
}

/* Each character with the one behind it; a single one by itself. */
static bool
characters(struct text *t)
{
    size_t start = t->at;
    bool more = true, pair = false;
    (void)next(t);
    while (more && t->at < t->n && spaceless(peek(t))) {
        size_t second = t->at;
        (void)next(t);
        more = stream_word(t->s, t->p + start, t->at - start);
        start = second;
        pair = true;
    }
    return pair ? more : stream_word(t->s, t->p + start, t->at - start);
}

/* Runs of signs say something about the writer: "!", "!!!", "-----". */
static bool
sign(struct text *t, UChar32 c)
{
    size_t run = 1;
    while (t->at < t->n && t->p[t->at] == (char)c) {
        t->at++;
        run++;
    }
    if (c == '!' || c == '?')
        return put(t, run == 1 ? (c == '!' ? "!" : "?") : (c == '!' ? "!!" : "??"));
    return run < 4 || put(t, "<line>");
}

static bool
money_sign(UChar32 c)
{
    return c == '$' || (c >= 0x80 && u_charType(c) == U_CURRENCY_SYMBOL);
}

static bool
one(struct text *t)
{
    const char *p = t->p + t->at;
    size_t left = t->n - t->at, k;
    UChar32 c = peek(t);
    if (c > ' ' && c < 0x80 && ascii_alnum((unsigned char)c)) {
        if ((k = url_length(p, left)) > 0) {
            t->at += k;
            return put(t, "<url>");
        }
        if (sign_is_near(t) && (k = address_length(p, left)) > 0) {
            t->at += k;
            return put(t, "<addr>");
        }
    }
    if (is_digit(*p)) {
        size_t d = 0;
        while (d < left && d < WORD_LETTERS && is_digit(p[d]))
            d++;
        bool mixed = d < left && letter((unsigned char)p[d] < 0x80 ? p[d] : ' ');
        return mixed ? word(t) : number(t, false);
    }
    if (c > 0 && spaceless(c))
        return characters(t);
    if (c > 0 && letter(c))
        return word(t);
    (void)next(t);
    if (c > 0 && money_sign(c) && t->at < t->n) {
        while (t->at < t->n && t->p[t->at] == ' ')
            t->at++;
        return t->at < t->n && is_digit(t->p[t->at]) ? number(t, true) : put(t, "$");
    }
    if (c > ' ' && c < 0x80)
        return sign(t, c);
    return true;
}

void
text_words(struct stream *s, const char *p, size_t n)
{
    const char *first = n > 0 ? memchr(p, '@', n) : NULL;
    struct text t = {.s = s, .p = p, .n = n, .sign = first ? (size_t)(first - p) : n};
    while (t.at < t.n && one(&t))
        ;
}
