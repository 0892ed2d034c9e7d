#include "csv_guard.h"

#include <string.h>

/* The apostrophe itself, too: reading must know which one is ours. */
#define STARTS "=+-@'"

const char *
csv_guard(const char *cell)
{
    return *cell && strchr(STARTS, *cell) ? "'" : "";
}

const char *
csv_unguarded(const char *cell)
{
    return cell[0] == '\'' && cell[1] && strchr(STARTS, cell[1]) ? cell + 1 : cell;
}
