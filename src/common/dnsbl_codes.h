/*
 * Which answers of a DNS list count: "127.0.0.2 127.0.0.4-127.0.0.7", separated by spaces or commas; empty:
 * any in 127.0.0.0/24. Answers outside of 127.0.0.0/8 never count (a list that is no more may answer with
 * anything), nor does 127.255.255.0/24, by which lists say that they do not answer us.
 */
#ifndef SEKISHO_DNSBL_CODES_H
#define SEKISHO_DNSBL_CODES_H

#include <stdbool.h>

struct arena;
struct err;

#define DNSBL_CODES_MAX 16

struct dnsbl_codes {
    int n; /* 0: any */
    struct {
        unsigned from, to; /* addresses as numbers */
    } range[DNSBL_CODES_MAX];
};

/* -1 and ERR_INPUT "codes". */
int dnsbl_codes_parse(const char *text, struct dnsbl_codes *out, struct err *e);
/* address: 4 bytes in network order. */
bool dnsbl_codes_match(const struct dnsbl_codes *c, const unsigned char address[4]);

#endif
