/* The question before a held message is downloaded. */
#ifndef SEKISHO_PG_DOWNLOAD_H
#define SEKISHO_PG_DOWNLOAD_H

#include <stdint.h>

struct pg_download_view {
    const char *id, *back, *subject, *password;
    int64_t bytes;
    const char *problem; /* NULL: none */
};

#endif
