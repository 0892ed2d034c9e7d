/* Two people with the same form open: the second save must not wipe out the first one. A form carries the version
 * of what it showed (part_version), the statement that saves compares it with what is stored. */
#ifndef SEKISHO_PG_VERSION_H
#define SEKISHO_PG_VERSION_H

#include "../web_req.h"

/* In the fields of such a form. */
#define FIELD_VERSION                           \
    {                                           \
        "version", FIELD_TEXT, 400, false, NULL \
    }

/* The version for the form that is shown: what was sent when another field has an error, else `now`. */
const char *pg_version(struct web_req *r, const char *now);
/* After a store function failed: true when somebody else was first. Then the form has an error that says so; show
 * it again, as it was typed, with status 422. */
bool pg_version_stale(struct web_req *r);

#endif
