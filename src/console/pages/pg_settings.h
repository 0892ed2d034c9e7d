/* U10: language and display, the reader's own. */
#ifndef SEKISHO_PG_SETTINGS_H
#define SEKISHO_PG_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "../ui.h"

/* A choice with what it looks like: a time zone and the time there, a way to write dates and today. */
struct pg_settings_choice {
    const char *value, *label, *help;
};

struct pg_settings_view {
    const char *lang, *tz, *theme, *date_style, *row_height;
    int page_size;
    bool shortcuts;
    const char *zone, *zone_now; /* of the pages as they are: its name, the time there */
    bool own_zone;               /* chosen by the person, not the organisation's */
    const char *city;            /* that was searched for, "": nothing */
    const struct pg_settings_choice *zones, *dates;
    int nzones, ndates;
};

/* The ways to write dates, each with what the moment looks like; ndates of them. */
const struct pg_settings_choice *pg_settings_dates(struct web_req *r, int *n);
const struct ui_option *pg_settings_heights(struct web_req *r);

#endif
