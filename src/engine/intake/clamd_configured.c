#include "clamd.h"

#include <string.h>

#include "../../common/settings.h"

struct clamd *
clamd_configured(void)
{
    const char *path = settings_text(SET_clamd_socket);

    if (strcmp(path, "none") == 0)
        return NULL;
    if (strcmp(path, "private") == 0)
        path = settings_run("clamd.sock");
    return clamd_new(path, (int)settings_int(SET_clamd_seconds) * 1000,
                     settings_int(SET_clamd_descriptor));
}
