/* Language and display, the reader's own. */
#ifndef SEKISHO_PG_SETTINGS_H
#define SEKISHO_PG_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct pg_settings_view {
    const char *lang; /* "" = the organization's */
    const char *tz, *theme;
    int page_size;
    bool shortcuts;
    int64_t now, held;
};

#endif
