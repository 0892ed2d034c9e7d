/*
 * IP addresses and networks: read once, compared as bytes. An IPv4 address that is written as IPv6
 * (::ffff:192.0.2.1) is IPv4.
 */
#ifndef SEKISHO_IPNET_H
#define SEKISHO_IPNET_H

#include <stdbool.h>

struct err;

#define IPNET_TEXT 64

struct ipnet {
    unsigned char addr[16]; /* network order; IPv4 in the first four */
    bool v6;
    int bits; /* 0..32, 0..128 */
};

/* "192.0.2.1", "192.0.2.0/24", "2001:db8::/32"; nothing else: no spaces, no octets left out. -1 and *e
 * (ERR_INPUT): "ip" cannot be read, "ip-bits" the length does not fit, "ip-host-bits" there are bits
 * behind the length (192.0.2.1/24), which is mostly a slip. */
int ipnet_parse(const char *text, struct ipnet *out, struct err *e);
/* One address. false: it is none. */
bool ipnet_address(const char *text, struct ipnet *out);
/* Where something comes from: an IPv4 address, or the /64 of an IPv6 address, since one computer has all of it.
 * false: no address. */
bool ipnet_source(const char *text, struct ipnet *out);
/* Is all of inner, an address or a network, in net? */
bool ipnet_covers(const struct ipnet *net, const struct ipnet *inner);
/* The next word of a list with spaces or commas between; false at its end. One that is too long is cut,
 * and then is no network. */
bool ipnet_next(const char **list, char word[IPNET_TEXT]);
/* The shortest form; without length when it is one address. */
void ipnet_text(const struct ipnet *net, char out[IPNET_TEXT]);

#endif
