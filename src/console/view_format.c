/*
 * Numbers, sizes and names of languages by ICU. Formats are expensive to open, so a worker keeps
 * them: one per language, for as long as it lives.
 */
#include "view.h"
#include "view_icu.h"

#include "../common/local_format.h"

#include <string.h>
#include <unicode/uldnames.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#define MAX_LANGS 64

static struct number_formats {
    char lang[16];
    UNumberFormat *whole, *decimal;
} formats[MAX_LANGS];

const char *
view_locale(const char *lang)
{
    return local_locale(lang);
}

char *
view_utf8(struct arena *a, const UChar *s, int32_t n)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0;
    char *out = arena_alloc(a, (size_t)n * 3 + 1);
    u_strToUTF8(out, n * 3 + 1, &len, s, n, &status);
    return out;
}

static struct number_formats *
formats_of(const char *lang)
{
    static int next;
    struct number_formats *f;
    for (f = formats; f < formats + MAX_LANGS && *f->lang; f++)
        if (!strcmp(f->lang, lang))
            return f;
    if (f == formats + MAX_LANGS) {
        f = &formats[next++ % MAX_LANGS];
        unum_close(f->whole);
        unum_close(f->decimal);
    }
    UErrorCode status = U_ZERO_ERROR;
    const char *locale = view_locale(lang);
    f->whole = unum_open(UNUM_DECIMAL, NULL, 0, locale, NULL, &status);
    f->decimal = unum_open(UNUM_DECIMAL, NULL, 0, locale, NULL, &status);
    if (U_FAILURE(status))
        bug("ICU has no numbers for %s: %s", lang, u_errorName(status));
    unum_setAttribute(f->decimal, UNUM_ROUNDING_MODE, UNUM_ROUND_HALFEVEN);
    strncpy(f->lang, lang, sizeof f->lang - 1);
    return f;
}

char *
view_int(struct web_req *r, int64_t n)
{
    UChar out[64];
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = unum_formatInt64(formats_of(r->lang)->whole, n, out, 64, NULL, &status);
    return U_SUCCESS(status) ? view_utf8(r->a, out, len) : arena_printf(r->a, "%lld", (long long)n);
}

char *
view_decimal(struct web_req *r, double v, int digits)
{
    UChar out[64];
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormat *f = formats_of(r->lang)->decimal;
    unum_setAttribute(f, UNUM_MIN_FRACTION_DIGITS, digits);
    unum_setAttribute(f, UNUM_MAX_FRACTION_DIGITS, digits);
    int32_t len = unum_formatDouble(f, v, out, 64, NULL, &status);
    return U_SUCCESS(status) ? view_utf8(r->a, out, len) : arena_printf(r->a, "%.*f", digits, v);
}

char *
view_bytes(struct web_req *r, int64_t n)
{
    static const char *const units[] = {"kB", "MB", "GB", "TB"};
    if (n < 1000)
        return TF(TN("{n} byte", "{n} bytes", n), "n", view_int(r, n));
    double v = (double)n / 1000;
    size_t u = 0;
    while (v >= 999.5 && u < 3) {
        v /= 1000;
        u++;
    }
    return arena_printf(r->a, "%s\xc2\xa0%s", view_decimal(r, v, u ? 1 : 0), units[u]);
}

char *
view_language_name(struct web_req *r, const char *lang)
{
    UChar out[128];
    UErrorCode status = U_ZERO_ERROR;
    UDisplayContext how[] = {UDISPCTX_STANDARD_NAMES, UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU};
    ULocaleDisplayNames *names = uldn_openForContext(lang, how, 2, &status);
    int32_t len = uldn_localeDisplayName(names, lang, out, 128, &status);
    uldn_close(names);
    return U_SUCCESS(status) ? view_utf8(r->a, out, len) : arena_strdup(r->a, lang);
}

char *
view_country(struct web_req *r, const char *code)
{
    UChar out[128];
    UErrorCode status = U_ZERO_ERROR;
    UDisplayContext how[] = {UDISPCTX_STANDARD_NAMES, UDISPCTX_CAPITALIZATION_FOR_UI_LIST_OR_MENU};
    ULocaleDisplayNames *names = uldn_openForContext(view_locale(r->lang), how, 2, &status);
    int32_t len = uldn_regionDisplayName(names, code, out, 128, &status);
    uldn_close(names);
    return U_SUCCESS(status) ? view_utf8(r->a, out, len) : view_safe(r, code);
}
