/*
 * Dates and times by ICU, in the reader's language and zone (ux.md 4.11). A format is named by its
 * skeleton (which fields, not their order): common/local_format.h.
 */
#include "view.h"

#include "../common/local_format.h"
#include "../common/when.h"

#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

static char *
format(struct web_req *r, int64_t ms, const char *skeleton)
{
    return local_time_as(r->a, r->lang, r->tz, r->session.date_style, ms, skeleton);
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
view_zone_offset(void *zone, int64_t utc_ms)
{
    UErrorCode status = U_ZERO_ERROR;
    UChar id[48];
    u_uastrncpy(id, zone, 47);
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
    int minutes = view_zone_offset(arena_strdup(r->a, r->tz), when_now()), size = minutes < 0 ? -minutes : minutes;
    return arena_printf(r->a, "%s (UTC%c%02d:%02d)", r->tz, minutes < 0 ? '-' : '+', size / 60,
                        size % 60);
}
