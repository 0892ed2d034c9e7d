/* Lists of all formats: any bytes give entries in their normal form, which reads back the same, or bad lines. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/threat_csv.h"
#include "common/urlbl_codes.h"
#include "engine/reputation/feed_parse.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

static void
entry(void *arg, const struct threat *t)
{
    struct threat again, list[THREAT_CANDIDATES];
    struct arena *a = arena_new();
    const char *host, *key;

    (void)arg;
    BUG_IF(strlen(t->value) > THREAT_VALUE);
    if (t->type == THREAT_URL) {
        BUG_IF(threat_parse(a, t->value, &again) == THREAT_FINE && again.type == THREAT_URL &&
               strcmp(again.value, t->value) != 0);
        key = threat_url(a, arena_printf(a, "http://%s", t->value), &host);
        BUG_IF(key && threat_candidates(a, key, host, list) > THREAT_CANDIDATES);
    } else if (t->type == THREAT_DOMAIN) {
        BUG_IF(threat_parse(a, t->value, &again) != THREAT_FINE || again.type != THREAT_DOMAIN ||
               strcmp(again.value, t->value) != 0);
        BUG_IF(threat_domain_candidates(a, t->value, list) > THREAT_CANDIDATES);
    }
    arena_free(&a);
}

static void
bad(void *arg, uint64_t line, const char *text, size_t n, const char *why)
{
    (void)arg;
    BUG_IF(line == 0 || !why || !*why || (n > 0 && !text));
}

/* The good lines of a CSV are written and read back the same. */
static void
as_csv(const char *p, size_t n)
{
    struct arena *a = arena_new();
    struct threat_csv_entry *all, *again;
    int count = threat_csv_read(a, p, n, false, 1, &all), good = 0, k = 0;
    struct buf *b = buf_new(a, 0);

    threat_csv_head(b, false);
    for (int i = 0; i < count; i++)
        if (all[i].state == THREAT_CSV_OK && ++good)
            threat_csv_write(a, b, false, &all[i]);
    BUG_IF(threat_csv_read(a, b->data, b->len, false, 1, &again) != good);
    for (int i = 0; i < count; i++) {
        if (all[i].state != THREAT_CSV_OK)
            continue;
        BUG_IF(again[k].state != THREAT_CSV_OK || all[i].thing.type != again[k].thing.type ||
               strcmp(all[i].thing.value, again[k].thing.value) != 0 ||
               strcmp(all[i].note, again[k].note) != 0 || all[i].block != again[k].block ||
               all[i].expires_at != again[k].expires_at);
        k++;
    }
    arena_free(&a);
}

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct urlbl_codes codes;
    char text[200];
    struct feed_sink sink = {.entry = entry, .bad = bad};

    if (n > 0) {
        size_t k = n - 1 < sizeof text - 1 ? n - 1 : sizeof text - 1;
        memcpy(text, p + 1, k);
        text[k] = '\0';
        (void)urlbl_codes_parse(text, &codes, NULL);
        as_csv((const char *)p + 1, n - 1);
        (void)feed_parse((const char *)p + 1, n - 1, (enum feed_format)(*p % FEED_FORMATS),
                         *p & 64 ? "url" : "2", &sink);
    }
    return 0;
}
