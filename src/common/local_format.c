#include "local_format.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/unum.h>
#include <unicode/ustring.h>

#include "arena.h"
#include "err.h"
#include "when.h"

const char *
local_locale(const char *lang)
{
    return strcmp(lang, "en") ? lang : "en_GB";
}

static char *
utf8(struct arena *a, const UChar *s, int32_t n)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0;
    char *out = arena_alloc(a, (size_t)n * 3 + 1);
    u_strToUTF8(out, n * 3 + 1, &len, s, n, &status);
    return out;
}

#define CACHE 64 /* opened formats that a thread keeps */

static _Thread_local struct format {
    char lang[16], tz[48], skeleton[32];
    UDateFormat *f;
} cache[CACHE];

static UDateFormat *
open_format(const char *lang, const char *tz, const char *skeleton)
{
    UChar pattern[64], skel[32], zone[48];
    UErrorCode status = U_ZERO_ERROR;
    const char *locale = local_locale(lang);
    UDateTimePatternGenerator *g = udatpg_open(locale, &status);
    int32_t n;
    if (*skeleton == '=') { /* a pattern as it is */
        u_uastrcpy(pattern, skeleton + 1);
        n = u_strlen(pattern);
    } else {
        u_uastrcpy(skel, skeleton);
        n = udatpg_getBestPattern(g, skel, u_strlen(skel), pattern, 64, &status);
    }
    udatpg_close(g);
    u_uastrncpy(zone, tz, 47);
    zone[47] = 0;
    UDateFormat *f = udat_open(UDAT_PATTERN, UDAT_PATTERN, locale, zone, -1, pattern, n, &status);
    if (U_FAILURE(status))
        bug("ICU has no dates for %s: %s", lang, u_errorName(status));
    return f;
}

static UDateFormat *
format_of(const char *lang, const char *tz, const char *skeleton)
{
    static _Thread_local int next;
    struct format *c;
    for (c = cache; c < cache + CACHE && c->f; c++)
        if (!strcmp(c->skeleton, skeleton) && !strcmp(c->lang, lang) && !strcmp(c->tz, tz))
            return c->f;
    if (c == cache + CACHE) {
        c = &cache[next++ % CACHE];
        udat_close(c->f);
    }
    c->f = open_format(lang, tz, skeleton);
    snprintf(c->lang, sizeof c->lang, "%s", lang);
    snprintf(c->tz, sizeof c->tz, "%s", tz);
    snprintf(c->skeleton, sizeof c->skeleton, "%s", skeleton);
    return c->f;
}

void
local_format_end(void)
{
    for (struct format *c = cache; c < cache + CACHE && c->f; c++) {
        udat_close(c->f);
        c->f = NULL;
    }
}

static char *
formatted(struct arena *a, const char *lang, const char *tz, int64_t ms, const char *skeleton)
{
    UChar out[128];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = udat_format(format_of(lang, tz, skeleton), (UDate)ms, out, 128, NULL, &status);
    return U_SUCCESS(status) ? utf8(a, out, n) : when_rfc3339(a, ms);
}

/* The skeleton that a style makes of another, at most 31 bytes. */
static void
styled(const char *style, const char *skeleton, char out[32])
{
    size_t n = 0;
    bool iso = !strcmp(style, "iso"), day = strchr(skeleton, 'd') != NULL;
    if (iso) {
        snprintf(out, 32, "=%s%s%s%s", day ? "yyyy-MM-dd" : "",
                 day && strchr(skeleton, 'H') ? " " : "", strchr(skeleton, 'H') ? "HH:mm" : "",
                 strchr(skeleton, 's') ? ":ss" : "");
        return;
    }
    bool numbers = !strcmp(style, "numbers");
    for (const char *p = skeleton; *p && n < 31; p++)
        if (!numbers || *p != 'M' || p[1] != 'M') /* MMM becomes M */
            out[n++] = *p;
    out[n] = '\0';
}

char *
local_time_as(struct arena *a, const char *lang, const char *tz, const char *style, int64_t ms,
              const char *skeleton)
{
    char mine[32];
    styled(style ? style : "", skeleton, mine);
    return formatted(a, lang, tz, ms, mine);
}

char *
local_int(struct arena *a, const char *lang, int64_t n)
{
    UChar out[64];
    UErrorCode status = U_ZERO_ERROR;
    UNumberFormat *f = unum_open(UNUM_DECIMAL, NULL, 0, local_locale(lang), NULL, &status);
    int32_t len = U_SUCCESS(status) ? unum_formatInt64(f, n, out, 64, NULL, &status) : 0;
    unum_close(f);
    return U_SUCCESS(status) ? utf8(a, out, len) : arena_printf(a, "%lld", (long long)n);
}
