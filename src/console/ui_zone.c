/*
 * Time zones as people see them: the city in the reader's language and the offset now, from ICU.
 * Made once per language and day, because opening 400 formats takes some 20 ms.
 */
#include "ui.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uchar.h>
#include <unicode/udat.h>
#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include "../common/when.h"
#include "view.h"

#define ZONES_MAX 600
#define LANGS_MAX 40
#define DAY_MS (24 * 3600 * 1000LL)

struct zone {
    char id[64], label[160], city[96], area[128], offset[16];
    char find[320]; /* folded: city and area in the language, the id's words */
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

/* Text for comparing: small letters without accents, spaces for what stands between words. */
static void
fold(const char *text, char *out, int size)
{
    UErrorCode e = U_ZERO_ERROR;
    UChar in[384], plain[768];
    int32_t n = 0, len = 0, kept = 0;
    *out = '\0';
    u_strFromUTF8WithSub(in, 384, &n, text, -1, 0xfffd, NULL, &e);
    const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&e);
    n = U_SUCCESS(e) ? unorm2_normalize(nfkd, in, n, plain, 768, &e) : 0;
    for (int32_t i = 0; U_SUCCESS(e) && i < n; i++)
        if (u_charType(plain[i]) != U_NON_SPACING_MARK)
            plain[kept++] = u_isalnum(plain[i]) || U16_IS_SURROGATE(plain[i]) ? plain[i] : ' ';
    n = U_SUCCESS(e) ? u_strFoldCase(in, 384, plain, kept, U_FOLD_CASE_DEFAULT, &e) : 0;
    if (U_SUCCESS(e))
        u_strToUTF8(out, size - 1, &len, in, n, &e);
    out[U_SUCCESS(e) && len < size ? len : 0] = '\0';
}

static void
zone_add(struct zone_list *l, const char *lang, const char *id)
{
    char city[96], area[128], iso[16], all[320];
    struct zone *z = &l->zones[l->n];
    if (l->n == ZONES_MAX || strlen(id) >= sizeof z->id || !zone_text(lang, id, "VVV", city, 96) ||
        !zone_text(lang, id, "VVVV", area, 128) || !zone_text("en", id, "xxx", iso, 16))
        return;
    memcpy(z->id, id, strlen(id) + 1);
    memcpy(z->city, city, sizeof city);
    memcpy(z->area, area, sizeof area);
    memcpy(z->offset, iso, sizeof iso);
    snprintf(z->label, sizeof z->label, "UTC%s  %s", strcmp(iso, "+00:00") ? iso : "", city);
    snprintf(all, sizeof all, "%s %s %s", city, area, id);
    fold(all, z->find, sizeof z->find);
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

/* Where the words begin in what can be found: 0 at its start, 1 at a word's start, -1 nowhere. */
static int
found(const char *in, const char *words)
{
    size_t n = strlen(words);
    if (!strncmp(in, words, n))
        return 0;
    for (const char *p = in; (p = strstr(p, words)); p++)
        if (p[-1] == ' ' || (unsigned char)*p >= 0x80) /* East Asian scripts have no spaces */
            return 1;
    return -1;
}

int
ui_zones_find(struct web_req *r, const char *text, struct ui_zone *out, int max)
{
    char words[160];
    int n = 0;
    fold(text, words, sizeof words);
    char *start = words + strspn(words, " ");
    for (size_t len = strlen(start); len && start[len - 1] == ' ';)
        start[--len] = '\0';
    if (!*start)
        return 0;
    const struct zone_list *l = zones_of(r->lang);
    for (int turn = 0; turn < 2; turn++)
        for (int i = 0; i < l->n && n < max; i++) {
            const struct zone *z = &l->zones[i];
            if (found(z->find, start) == turn)
                out[n++] = (struct ui_zone){
                    arena_strdup(r->a, z->id), arena_strdup(r->a, z->city),
                    arena_strdup(r->a, z->area), arena_strdup(r->a, z->offset)};
        }
    return n;
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
