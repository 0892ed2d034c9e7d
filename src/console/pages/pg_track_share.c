#include "pg_track_share.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/when.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"

static bool
has_times(const struct track_query *q)
{
    for (int i = 0; i < q->nterms; i++)
        if (q->terms[i].key == TRACK_BEFORE || q->terms[i].key == TRACK_AFTER)
            return true;
    return false;
}

/* This address with what it lacks. */
static const char *
completed(struct web_req *r, const char *zone, const char *rows)
{
    struct buf *b = buf_new(r->a, 0);
    view_raw(b, ui_here(r));
    if (zone) {
        view_raw(b, "&zone=");
        view_url_part(b, zone, "/");
    }
    if (rows) {
        view_raw(b, "&rows=");
        view_raw(b, rows);
    }
    return reply_back(r, buf_cstr(b), NULL);
}

struct pg_track_share
pg_track_share(struct web_req *r, const char *text)
{
    const char *zone = in_text(r, "zone"), *rows = in_text(r, "rows");
    /* What is there, empty or no good, is taken as one's own: the first of two counts, so that adding one would go on for ever. */
    bool named = in_given(r, "zone"), counted = in_given(r, "rows");
    struct pg_track_share out = {.zone = ""};

    if (!*zone || !ui_zone_known(zone))
        zone = r->tz;
    out.query = track_query_parse(r->a, text,
                                  &(struct track_clock){.now = when_now(),
                                                        .offset = view_zone_offset,
                                                        .ctx = arena_strdup(r->a, zone)});
    out.rows = *rows ? rows : arena_printf(r->a, "%d", r->session.page_size);
    out.limit = atoi(out.rows);
    bool times = has_times(out.query);
    if (times)
        out.zone = zone;
    if (times && strcmp(zone, r->tz) != 0)
        out.note =
            TF(T("The times in this search are meant in the time zone {zone}."), "zone", zone);
    if ((times && !named) || (*text && !counted))
        out.back = completed(r, times && !named ? zone : NULL, counted ? NULL : out.rows);
    return out;
}
