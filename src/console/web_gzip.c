#include "web_gzip.h"

#include "../common/arena.h"

#include <stdint.h>
#include <string.h>
#include <zlib.h>

bool
web_gzip_accepted(const char *accept)
{
    for (const char *p = accept; (p = strstr(p, "gzip")); p += 4) {
        const char *q = p + 4 + strspn(p + 4, " ");
        if (p > accept && p[-1] != ' ' && p[-1] != ',')
            continue;
        if (*q != ';')
            return *q == '\0' || *q == ',';
        q += 1 + strspn(q + 1, " ");
        if (strncmp(q, "q=0", 3))
            return true;
        q += 3 + strspn(q + 3, ".0");
        return *q != '\0' && *q != ',' && *q != ' ';
    }
    return false;
}

bool
web_gzip(struct arena *a, const void **p, size_t *n)
{
    z_stream z = {0};
    if (deflateInit2(&z, 4, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t cap = deflateBound(&z, *n);
    unsigned char *out = arena_alloc(a, cap);
    z.next_in = (unsigned char *)(uintptr_t)*p;
    z.avail_in = (unsigned)*n;
    z.next_out = out;
    z.avail_out = (unsigned)cap;
    bool ok = deflate(&z, Z_FINISH) == Z_STREAM_END;
    deflateEnd(&z);
    if (!ok)
        return false;
    *p = out;
    *n = z.total_out;
    return true;
}
