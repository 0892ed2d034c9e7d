/* Response policy zones (draft-vixie-dnsop-dns-rpz) as a zone file (RFC 1035 5), a line at a time. */
#ifndef SEKISHO_RPZ_H
#define SEKISHO_RPZ_H

#include <stddef.h>

#include "../../common/threat.h"

struct arena;
struct rpz;

enum rpz_line { RPZ_NOTHING, RPZ_SKIPPED, RPZ_ENTRY, RPZ_BAD };

struct rpz *rpz_new(void);
void rpz_free(struct rpz **z);
/* *t (in the arena) of RPZ_ENTRY, *why of RPZ_BAD. */
enum rpz_line rpz_read(struct rpz *z, struct arena *a, const char *line, size_t n, struct threat *t,
                       const char **why);

#endif
