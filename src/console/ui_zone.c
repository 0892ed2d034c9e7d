/*
 * Time zones as people see them: the city in the reader's language and the offset now, from ICU.
 * Made once per language and day, because opening 400 formats takes some 20 ms.
 */
#include "ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/udat.h>
#include <unicode/ustring.h>

#include "../common/when.h"
#include "view.h"

#define ZONES_MAX 600
#define LANGS_MAX 40
#define DAY_MS (24 * 3600 * 1000LL)

struct zone {
    char id[64], label[160];
    int minutes; /* offset from UTC now */
};
struct zone_list {
    char lang[16];
    int64_t made;
    int n;
    struct zone zones[ZONES_MAX];
};
static struct zone_list *cache[LANGS_MAX];

/* One pattern of the zone now, as UTF-8. */
static bool
zone_text(const char *lang, const char *id, const char *pattern, char *out, int size)
{
    UErrorCode e = U_ZERO_ERROR;
    UChar uid[64], upattern[16], text[128];
    u_uastrncpy(uid, id, 63);
    uid[63] = 0;
    u_uastrncpy(upattern, pattern, 15);
    upattern[15] = 0;
    UDateFormat *f = udat_open(UDAT_PATTERN, UDAT_PATTERN, lang, uid, -1, upattern, -1, &e);
    if (U_FAILURE(e))
        return false;
    int32_t n = udat_format(f, (UDate)when_now(), text, 127, NULL, &e);
    udat_close(f);
    int32_t len = 0;
    if (U_SUCCESS(e))
        u_strToUTF8(out, size, &len, text, n, &e);
    return U_SUCCESS(e) && len < size;
}

static int
offset_minutes(const char *iso)
{
    int h = 0, m = 0;
    if ((*iso != '+' && *iso != '-') || strlen(iso) < 6)
        return 0;
    h = (iso[1] - '0') * 10 + iso[2] - '0';
    m = (iso[4] - '0') * 10 + iso[5] - '0';
    return (h * 60 + m) * (*iso == '-' ? -1 : 1);
}

static int
by_offset(const void *a, const void *b)
{
    const struct zone *x = a, *y = b;
    return x->minutes != y->minutes ? x->minutes - y->minutes : strcmp(x->label, y->label);
}

static void
zone_add(struct zone_list *l, const char *lang, const char *id)
{
    char city[96], iso[16];
    struct zone *z = &l->zones[l->n];
    if (l->n == ZONES_MAX || strlen(id) >= sizeof z->id || !zone_text(lang, id, "VVV", city, 96) ||
        !zone_text("en", id, "xxx", iso, 16))
        return;
    memcpy(z->id, id, strlen(id) + 1);
    snprintf(z->label, sizeof z->label, "UTC%s  %s", strcmp(iso, "+00:00") ? iso : "", city);
    z->minutes = offset_minutes(iso);
    l->n++;
}

static void
zones_make(struct zone_list *l, const char *lang)
{
    UErrorCode e = U_ZERO_ERROR;
    l->n = 0;
    snprintf(l->lang, sizeof l->lang, "%s", lang);
    l->made = when_now();
    UEnumeration *all = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, NULL,
                                                       NULL, &e);
    for (const char *id; U_SUCCESS(e) && (id = uenum_next(all, NULL, &e));)
        zone_add(l, lang, id);
    uenum_close(all);
    qsort(l->zones, (size_t)l->n, sizeof *l->zones, by_offset);
}

static struct zone_list *
zones_of(const char *lang)
{
    int i = 0;
    while (i < LANGS_MAX - 1 && cache[i] && strcmp(cache[i]->lang, lang))
        i++;
    if (!cache[i]) {
        cache[i] = calloc(1, sizeof **cache);
        if (!cache[i])
            bug("out of memory");
    }
    if (strcmp(cache[i]->lang, lang) || when_now() - cache[i]->made > DAY_MS)
        zones_make(cache[i], lang);
    return cache[i];
}

const struct ui_option *
ui_zones(struct web_req *r, const char *current)
{
    const struct zone_list *l = zones_of(r->lang);
    struct ui_option *o = arena_calloc(r->a, (size_t)l->n + 3, sizeof *o);
    int n = 0;
    bool seen = false;
    o[n++] = (struct ui_option){"UTC", "UTC", NULL};
    for (int i = 0; i < l->n; i++) {
        o[n++] = (struct ui_option){arena_strdup(r->a, l->zones[i].id),
                                    arena_strdup(r->a, l->zones[i].label), NULL};
        seen = seen || !strcmp(l->zones[i].id, current);
    }
    if (!seen && strcmp(current, "UTC")) /* an old name of a zone: keep it selectable */
        o[n++] = (struct ui_option){current, current, NULL};
    return o;
}

bool
ui_zone_known(const char *id)
{
    UErrorCode e = U_ZERO_ERROR;
    UChar uid[64], canonical[64];
    UBool system = false;
    if (!id || strlen(id) >= 64)
        return false;
    u_uastrcpy(uid, id);
    ucal_getCanonicalTimeZoneID(uid, -1, canonical, 64, &system, &e);
    return U_SUCCESS(e) && system;
}

const char *
ui_zone_name(struct web_req *r)
{
    char name[128], iso[16];
    if (!strcmp(r->tz, "UTC") || !zone_text(r->lang, r->tz, "VVVV", name, 128) ||
        !zone_text("en", r->tz, "xxx", iso, 16))
        return r->tz;
    return TF(T("{place} (UTC{offset})"), "place", name, "offset", iso);
}
