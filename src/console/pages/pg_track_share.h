/*
 * What makes the address of a search show the same rows to whoever opens it (ux 12.7): times that people type are meant in
 * their zone, and a page has as many rows as they like. So both stand in the address.
 */
#ifndef SEKISHO_PG_TRACK_SHARE_H
#define SEKISHO_PG_TRACK_SHARE_H

#include "../../common/track_query.h"

struct web_req;

#define PG_TRACK_SHARE_FIELDS                          \
    {"zone", FIELD_TEXT, 48, false, NULL},             \
    {                                                  \
        "rows", FIELD_CHOICE, 0, false, "10|25|50|100" \
    }

struct pg_track_share {
    const struct track_query *query;
    const char *zone; /* in which its times are meant; "": it has none */
    const char *note; /* sentence when that is not the reader's own zone; NULL: it is */
    const char *rows; /* of this page, as in addresses */
    const char *
        back; /* the address of this search with zone and rows, to go to first; NULL: it has them */
    int limit;
};

/* From the fields zone and rows. text: the query; in the arena of the request. */
struct pg_track_share pg_track_share(struct web_req *r, const char *text);

#endif
