/* Lists of all formats: any bytes give entries in their normal form, which reads back the same, or bad lines. */
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/err.h"
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

int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    struct feed_sink sink = {.entry = entry, .bad = bad};

    if (n > 0)
        (void)feed_parse((const char *)p + 1, n - 1, (enum feed_format)(*p % FEED_FORMATS),
                         *p & 64 ? "url" : "2", &sink);
    return 0;
}
