/* Hosts of addresses, as browsers read them: escapes, IDNA (UTS #46), the many ways to write IPv4, IPv6. */
#ifndef SEKISHO_URL_HOST_H
#define SEKISHO_URL_HOST_H

#include <stddef.h>

struct arena;
struct url;

/* n bytes that stand where the host does. special: http and its like, whose hosts are names or addresses; others are only
 * lowered. Sets host, shown_host, domain and the flags about it. */
void url_host_read(struct arena *a, const char *p, size_t n, bool special, struct url *out);

/* IPv4 as browsers accept it ("0x7f.1", "017700000001"): 1 = *out is set, 0 = is no number, -1 = ends in a number, but is
 * none. plain: four decimal parts. */
int url_ipv4(const char *host, unsigned *out, bool *plain);

#endif
