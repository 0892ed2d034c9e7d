/*
 * Dates and times by ICU, in the reader's language and zone (ux.md 4.11). A format is named by its
 * skeleton (which fields, not their order); opened formats are kept per worker.
 */
#include "view.h"
#include "view_icu.h"

#include "../common/when.h"

#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/udatpg.h>
#include <unicode/ustring.h>

#define CACHE 128

static struct format {
    char lang[16], tz[48], skeleton[16];
    UDateFormat *f;
} cache[CACHE];

static UDateFormat *
open_format(const char *lang, const char *tz, const char *skeleton)
{
    UChar pattern[64], skel[16], zone[48];
    UErrorCode status = U_ZERO_ERROR;
    const char *locale = view_locale(lang);
    UDateTimePatternGenerator *g = udatpg_open(locale, &status);
    u_uastrcpy(skel, skeleton);
    int32_t n = udatpg_getBestPattern(g, skel, u_strlen(skel), pattern, 64, &status);
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
    static int next;
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

static char *
format(struct web_req *r, int64_t ms, const char *skeleton)
{
    UChar out[128];
    UErrorCode status = U_ZERO_ERROR;
    int32_t n = udat_format(format_of(r->lang, r->tz, skeleton), (UDate)ms, out, 128, NULL, &status);
    return U_SUCCESS(status) ? view_utf8(r->a, out, n) : view_iso(r, ms);
}

/* Number of the local day, for comparing only. */
static int64_t
local_day(struct web_req *r, int64_t ms, int *year)
{
    UErrorCode status = U_ZERO_ERROR;
    static char zone[48];
    static UCalendar *cal;
    if (!cal || strcmp(zone, r->tz)) {
        UChar id[48];
        u_uastrncpy(id, r->tz, 47);
        id[47] = 0;
        if (cal)
            ucal_close(cal);
        cal = ucal_open(id, -1, "root", UCAL_GREGORIAN, &status);
        snprintf(zone, sizeof zone, "%s", r->tz);
    }
    ucal_setMillis(cal, (UDate)ms, &status);
    *year = ucal_get(cal, UCAL_YEAR, &status);
    return ucal_get(cal, UCAL_JULIAN_DAY, &status);
}

char *
view_when(struct web_req *r, int64_t ms)
{
    int year, this_year;
    int64_t day = local_day(r, ms, &year), today = local_day(r, when_now(), &this_year);
    if (day == today)
        return format(r, ms, "Hm");
    if (day == today - 1)
        return TF(T("Yesterday {time}"), "time", format(r, ms, "Hm"));
    return format(r, ms, year == this_year ? "MMMd" : "yMMMd");
}

char *
view_day(struct web_req *r, int64_t ms)
{
    int year, this_year;
    local_day(r, ms, &year);
    local_day(r, when_now(), &this_year);
    return format(r, ms, year == this_year ? "MMMd" : "yMMMd");
}

char *
view_when_full(struct web_req *r, int64_t ms)
{
    return format(r, ms, "yMMMEdHm");
}

char *
view_when_exact(struct web_req *r, int64_t ms)
{
    return format(r, ms, "yMMMdHms");
}

char *
view_iso(struct web_req *r, int64_t ms)
{
    return when_rfc3339(r->a, ms);
}

int
view_zone_offset(void *req, int64_t utc_ms)
{
    struct web_req *r = req;
    UErrorCode status = U_ZERO_ERROR;
    UChar id[48];
    u_uastrncpy(id, r->tz, 47);
    id[47] = 0;
    UCalendar *cal = ucal_open(id, -1, "root", UCAL_GREGORIAN, &status);
    ucal_setMillis(cal, (UDate)utc_ms, &status);
    int offset = ucal_get(cal, UCAL_ZONE_OFFSET, &status) + ucal_get(cal, UCAL_DST_OFFSET, &status);
    ucal_close(cal);
    return offset / 60000;
}

char *
view_zone(struct web_req *r)
{
    int minutes = view_zone_offset(r, when_now()), size = minutes < 0 ? -minutes : minutes;
    return arena_printf(r->a, "%s (UTC%c%02d:%02d)", r->tz, minutes < 0 ? '-' : '+', size / 60,
                        size % 60);
}
