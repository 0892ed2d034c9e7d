/*
 * The data of a DNS record as they come over the wire (RFC 1035 3.3, RFC 3596), names not compressed.
 */
#ifndef SEKISHO_DNS_WIRE_H
#define SEKISHO_DNS_WIRE_H

#include "dns.h"

/* Reads n bytes into *out (in the arena). false: not a record of that type. */
bool dns_wire_record(struct arena *a, enum dns_type type, const unsigned char *p, size_t n,
                     struct dns_record *out);

#endif
