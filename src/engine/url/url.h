/*
 * The one reader of addresses of web pages: what a browser makes of them (WHATWG URL standard), so that all
 * spellings of one place become one text, and so that what somebody did to hide the place is known (T-E5).
 *
 * Forgiving where programs differ: what browsers refuse (`broken`) still gets the host that a more careless
 * program would open. Linear in the length; nothing is resolved or fetched. Everything is in the arena and valid
 * UTF-8 if text is; "" instead of NULL.
 */
#ifndef SEKISHO_URL_H
#define SEKISHO_URL_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define URL_BYTES 8192 /* of the address; what is longer is cut (data: addresses) */
#define URL_HOST_BYTES 1000
#define URL_DOMAIN_BYTES 253 /* RFC 1035 */

struct url {
    const char *scheme; /* lower case */
    /* Lower case, A-labels (UTS #46), no dot at the end; IPv4 as four decimal numbers whatever way it was written;
     * IPv6 as browsers write it, in brackets. "" for schemes without one (mailto, javascript, data, blob ...). */
    const char *host;
    const char *shown_host; /* U-labels: as people see it */
    /* What was registered: the public suffix and one label. "" for addresses, single labels and suffixes. */
    const char *domain;
    int port; /* 0: the scheme's own */
    const char
        *path; /* begins with "/" if there is a host; without a host all that follows the scheme */
    const char *query;    /* without "?" */
    const char *fragment; /* without "#" */
    /* scheme://host[:port]path[?query] with dots, backslashes and needless escapes of the path resolved; without
     * user and fragment. Equal texts are one place. */
    const char *text;
    const char *user; /* what stands before "@", without a password; as it came */
    bool ip;          /* the host is an address */
    bool
        odd_ip; /* ... written as nobody does who wants to be understood: octal, hex, one number, mapped */
    bool userinfo;     /* name@ or name:password@ before the host */
    bool port_odd;     /* a port of its own */
    bool idn;          /* a label is not ASCII */
    bool mixed_script; /* a label mixes scripts as no language does (UTS #39) */
    bool
        disguised; /* host or scheme with escapes, backslashes, line ends, invisible or wide characters */
    bool nested; /* another address stands in path, query or fragment */
    bool broken; /* browsers refuse it */
};

/* false: no scheme and no "//" in front (relative), or nothing at all; *out is empty then. Addresses that begin with
 * "//" get the scheme https. */
bool url_parse(struct arena *a, const char *text, struct url *out);

/* The same beside a base (of <base href>), as browsers join them. base may be NULL. */
bool url_join(struct arena *a, const struct url *base, const char *text, struct url *out);

/* Registrable domain of a host in canonical form, "" when it has none (the argument of url.domain). */
const char *url_domain_of(struct arena *a, const char *host);

#endif
