/* What the engine stored about a message, made ready for the admin's pages. */
#include <string.h>

#include "../../common/jsonx.h"
#include "../view.h"
#include "pg_held.h"
#include "pg_tracking.h"

#define SCAN_BYTES (8 * 1024 * 1024)
#define SHOWN 200 /* parts, findings, anomalies on one page */

static const struct pg_state states[] = {
#define STATE(id, icon, tone, word) {#id, icon, tone, word},
#include "../states.def"
#undef STATE
};

const struct pg_state *
pg_state(const char *id)
{
    static const struct pg_state unknown = {"", "circle-help", "", N_("Unknown")};
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (!strcmp(states[i].id, id))
            return &states[i];
    return &unknown;
}

static const char *
text_of(struct web_req *r, const json_t *j, const char *key)
{
    const char *s = jsonx_str(j, key);
    return s ? view_safe(r, s) : "";
}

static void
read_parts(struct web_req *r, const json_t *list, struct pg_scan *out)
{
    struct pg_part *p = arena_calloc(r->a, SHOWN, sizeof *p);
    const json_t *j;
    size_t i;

    json_array_foreach(list, i, j)
    {
        if (out->nparts == SHOWN)
            break;
        p[out->nparts++] = (struct pg_part){
            .id = text_of(r, j, "id"),
            .type = text_of(r, j, "type"),
            .true_type = text_of(r, j, "true_type"),
            .name = text_of(r, j, "name"),
            .sha256 = text_of(r, j, "sha256"),
            .bytes = jsonx_int(j, "bytes", 0),
            .encrypted = jsonx_bool(j, "encrypted", false),
        };
    }
    out->parts = p;
}

static void
read_findings(struct web_req *r, const json_t *list, struct pg_scan *out)
{
    struct pg_finding *f = arena_calloc(r->a, SHOWN, sizeof *f);
    const json_t *j;
    size_t i;

    json_array_foreach(list, i, j)
    {
        if (out->nfindings == SHOWN)
            break;
        f[out->nfindings++] = (struct pg_finding){
            .scanner = text_of(r, j, "scanner"),
            .code = text_of(r, j, "code"),
            .kind = text_of(r, j, "kind"),
            .evidence = text_of(r, j, "evidence"),
            .part = text_of(r, j, "part"),
            .score = jsonx_real(j, "score", 0),
        };
    }
    out->findings = f;
}

void
pg_scan_read(struct web_req *r, const char *scan, struct pg_scan *out)
{
    json_t *j;
    const json_t *a;
    size_t i;

    memset(out, 0, sizeof *out);
    if (jsonx_load(r->a, scan, strlen(scan), SCAN_BYTES, &j, NULL) < 0)
        return;
    read_parts(r, json_object_get(j, "parts"), out);
    read_findings(r, json_object_get(j, "findings"), out);
    const char **names = arena_calloc(r->a, SHOWN, sizeof *names);
    json_array_foreach(json_object_get(j, "anomalies"), i,
                       a) if (json_is_string(a) && out->nanomalies < SHOWN)
        names[out->nanomalies++] = view_safe(r, json_string_value(a));
    out->anomalies = names;
}
