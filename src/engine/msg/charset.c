#include "charset.h"
#include "charset_guess.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#define WRONG_BYTES 12  /* above 127, before a declared charset is doubted */
#define WRONG_SCORE 0.8 /* of charset_score(): below, it is */

static const char *const preloaded[] = {
    "us-ascii",      "iso-8859-1",   "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",
    "iso-8859-6",    "iso-8859-7",   "iso-8859-8",   "iso-8859-9",   "iso-8859-10",  "iso-8859-13",
    "iso-8859-14",   "iso-8859-15",  "iso-8859-16",  "windows-1250", "windows-1251", "windows-1252",
    "windows-1253",  "windows-1254", "windows-1255", "windows-1256", "windows-1257", "windows-1258",
    "koi8-r",        "koi8-u",       "iso-2022-jp",  "shift_jis",    "cp932",        "euc-jp",
    "gb2312",        "gbk",          "gb18030",      "big5",         "euc-kr",       "cp949",
    "iso-2022-kr",   "tis-620",      "utf-16",       "utf-16be",     "utf-16le",     "utf-7",
    "macintosh",     "ibm866",       "ibm850",       "ibm437",       "big5-hkscs",   "euc-tw",
    "iso-2022-jp-2",
};

static iconv_t kept[sizeof preloaded / sizeof *preloaded][2];

void
charset_preload(void)
{
    UErrorCode ec = U_ZERO_ERROR;
    for (size_t i = 0; i < sizeof preloaded / sizeof *preloaded; i++) {
        /* Kept open for ever: the module stays loaded, both directions. */
        kept[i][0] = iconv_open("UTF-8", preloaded[i]);
        kept[i][1] = g_mime_iconv_open("UTF-8", preloaded[i]);
        ec = U_ZERO_ERROR;
        UConverter *c = ucnv_open(preloaded[i], &ec);
        if (c)
            ucnv_close(c);
    }
}

/* A character that was cut off at the end does not count. */
static bool
is_utf8(const char *p, size_t n)
{
    const char *end;
    if (g_utf8_validate(p, (gssize)n, &end))
        return true;
    return end < p + n && end > p && *end &&
           g_utf8_get_char_validated(end, p + n - end) == (gunichar)-2;
}

/* Names seen in mail that ICU knows by another name. */
static const char *
alias(const char *charset)
{
    static const char *const names[][2] = {{"x-sjis", "shift_jis"},
                                           {"ks_c_5601-1987", "windows-949"},
                                           {"cp932", "windows-31j"},
                                           {"x-gbk", "gbk"},
                                           {"gb2312", "gb18030"},
                                           {"iso-8859-8-i", "iso-8859-8"},
                                           {"us-ascii", "windows-1252"},
                                           {"iso-8859-1", "windows-1252"},
                                           {"ansi_x3.110-1983", "windows-1252"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(charset, names[i][0]) == 0)
            return names[i][1];
    return charset;
}

static bool
exists(const char *charset)
{
    UErrorCode ec = U_ZERO_ERROR;
    UConverter *c = ucnv_open(alias(charset), &ec);
    if (c)
        ucnv_close(c);
    return U_SUCCESS(ec) && c;
}

static char *
convert(struct arena *a, const char *charset, const char *p, size_t n, size_t *out_n)
{
    UErrorCode ec = U_ZERO_ERROR;
    UConverter *c = ucnv_open(alias(charset), &ec);
    if (U_FAILURE(ec) || !c)
        return NULL;
    if (n > 64u << 20)
        n = 64u << 20;
    size_t room = n * 2 + 16;
    UChar *u = arena_calloc(a, room, sizeof *u);
    int32_t un = ucnv_toUChars(c, u, (int32_t)room, p, (int32_t)n, &ec);
    ucnv_close(c);
    if (U_FAILURE(ec))
        return NULL;
    char *out = arena_alloc(a, (size_t)un * 3 + 1);
    int32_t len = 0;
    ec = U_ZERO_ERROR;
    u_strToUTF8WithSub(out, un * 3 + 1, &len, u, un, 0xfffd, NULL, &ec);
    if (U_FAILURE(ec))
        return NULL;
    *out_n = (size_t)len;
    return out;
}

static bool
is_named(const char *charset, const char *a, const char *b)
{
    return strcasecmp(charset, a) == 0 || strcasecmp(charset, b) == 0;
}

/* UTF-8 with some broken bytes is still nothing else. */
static bool
mostly_utf8(const char *p, size_t n)
{
    size_t good = 0, bad = 0;
    for (size_t i = 0; i < n && i < CHARSET_GUESS_BYTES;) {
        const char *end;
        size_t left = (n < CHARSET_GUESS_BYTES ? n : CHARSET_GUESS_BYTES) - i;
        (void)g_utf8_validate(p + i, (gssize)left, &end);
        for (const char *q = p + i; q < end; q++)
            good += ((unsigned char)*q & 0xc0) == 0xc0;
        i = (size_t)(end - p);
        bad += i < n && p[i];
        i++;
    }
    return good >= bad;
}

/* UTF-8 with characters of several bytes in it: no other charset gives that by chance. */
static bool
surely_utf8(const char *p, size_t n)
{
    size_t high = 0;
    for (size_t i = 0; i < n && !high; i++)
        high += (unsigned char)p[i] >= 0x80;
    return high && is_utf8(p, n);
}

/* Do the bytes speak against what was declared? Then what they rather are, else NULL. */
static const char *
rather(const char *charset, const char *p, size_t n)
{
    int high = 0;
    const char *other;
    double score = charset_score(alias(charset), p, n, &high);
    if (!high || score >= WRONG_SCORE)
        return NULL;
    if (surely_utf8(p, n))
        return "UTF-8";
    if (high < WRONG_BYTES)
        return NULL;
    other = charset_guess(p, n);
    return charset_score(other, p, n, NULL) > score + 1 ? other : NULL;
}

/* What the text is read as: "" = as it is. *known: the declared name was understood. */
static const char *
choose(const char *charset, const char *p, size_t n, bool *known)
{
    bool named = charset && *charset && !is_named(charset, "us-ascii", "ascii");
    bool utf8 = named && is_named(charset, "utf-8", "utf8");
    const char *marks = charset_by_marks(p, n), *other;
    *known = !named || utf8 || exists(charset);
    if (named && !utf8 && *known) {
        /* These say by marks where the letters are; a score would say nothing. */
        bool by_marks = strncasecmp(charset, "utf-", 4) == 0 ||
                        strncasecmp(charset, "iso-2022", 8) == 0 ||
                        strncasecmp(charset, "hz", 2) == 0;
        if (!by_marks && (other = rather(charset, p, n)))
            return strcmp(other, "UTF-8") == 0 ? "" : other;
        return charset;
    }
    if (marks)
        return marks;
    return is_utf8(p, n) || (utf8 && n < WRONG_BYTES) || (utf8 && mostly_utf8(p, n))
               ? ""
               : charset_guess(p, n);
}

char *
charset_utf8(struct arena *a, const char *charset, const char *p, size_t n, size_t *out_n,
             bool *known)
{
    bool ok;
    size_t len = n;
    const char *as = choose(charset, p, n, &ok);
    char *out = *as ? convert(a, as, p, n, &len) : NULL;
    out = jsonx_utf8(a, out ? out : p, out ? len : n);
    if (out_n)
        *out_n = strlen(out);
    if (known)
        *known = ok;
    return out;
}

/* Charsets in which ASCII bytes are not what they seem to be. */
static bool
moves_ascii(const char *charset)
{
    static const char *const names[] = {"utf-7",    "utf-16", "utf-32", "ucs-2",     "ucs-4",
                                        "iso-2022", "hz",     "ebcdic", "ibm037",    "cp037",
                                        "ibm1047",  "scsu",   "bocu",   "utf-7-imap"};
    for (size_t i = 0; charset && i < sizeof names / sizeof *names; i++)
        if (strncasecmp(charset, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

char *
charset_second(struct arena *a, const char *declared, const char *inside, const char *p, size_t n,
               size_t *out_n)
{
    bool known;
    size_t len;
    const char *as = choose(declared, p, n, &known), *marks = charset_by_marks(p, n),
               *second = NULL;
    if (inside && *inside && strcasecmp(inside, as) != 0 &&
        (moves_ascii(inside) || moves_ascii(as)) && exists(inside))
        second = inside;
    else if (marks && strcasecmp(marks, as) != 0)
        second = marks;
    else if (moves_ascii(as) && !marks)
        second = "windows-1252";
    char *out = second ? convert(a, second, p, n, &len) : NULL;
    if (!out)
        return NULL;
    out = jsonx_utf8(a, out, len);
    *out_n = strlen(out);
    return out;
}
