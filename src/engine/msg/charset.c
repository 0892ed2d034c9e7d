#include "charset.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/ustring.h>

#define GUESS_BYTES 8192

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
    return g_utf8_validate(p, (gssize)n, &end) || (size_t)(p + n - end) < 4;
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

/* Bytes that nobody named: East Asian or Cyrillic if that is likely, else western. */
static const char *
guess(const char *p, size_t n)
{
    static const char *const trusted[] = {"Shift_JIS", "EUC-JP",       "EUC-KR", "Big5",
                                          "GB18030",   "windows-1251", "KOI8-R"};
    const char *name = "windows-1252";
    UErrorCode ec = U_ZERO_ERROR;
    int32_t found = 0;
    UCharsetDetector *d = ucsdet_open(&ec);
    ucsdet_setText(d, p, n > GUESS_BYTES ? GUESS_BYTES : (int32_t)n, &ec);
    const UCharsetMatch **all = ucsdet_detectAll(d, &found, &ec);
    if (U_SUCCESS(ec) && found > 0 && ucsdet_getConfidence(all[0], &ec) >= 40)
        for (size_t i = 0; i < sizeof trusted / sizeof *trusted; i++)
            if (strcmp(ucsdet_getName(all[0], &ec), trusted[i]) == 0)
                name = trusted[i];
    ucsdet_close(d);
    return name;
}

/* ISO-2022-JP looks like ASCII. */
static bool
is_2022(const char *p, size_t n)
{
    return memmem(p, n, "\x1b$B", 3) || memmem(p, n, "\x1b$@", 3);
}

static bool
is_named(const char *charset, const char *a, const char *b)
{
    return strcasecmp(charset, a) == 0 || strcasecmp(charset, b) == 0;
}

char *
charset_utf8(struct arena *a, const char *charset, const char *p, size_t n, size_t *out_n,
             bool *known)
{
    char *out = NULL;
    size_t len = n;
    bool named = charset && *charset && !is_named(charset, "us-ascii", "ascii"), ok = true;
    if (named && !is_named(charset, "utf-8", "utf8"))
        ok = (out = convert(a, charset, p, n, &len)) != NULL;
    if (!out && (!named || !ok)) {
        if (is_2022(p, n))
            out = convert(a, "iso-2022-jp", p, n, &len);
        else if (!is_utf8(p, n))
            out = convert(a, guess(p, n), p, n, &len);
    }
    out = jsonx_utf8(a, out ? out : p, out ? len : n);
    if (out_n)
        *out_n = strlen(out);
    if (known)
        *known = ok;
    return out;
}
