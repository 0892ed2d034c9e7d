/*
 * What the answers of a DNS list of domains mean: "127.0.0.2 127.0.1.4-127.0.1.9=suspicious &8=highly-suspicious",
 * separated by spaces or commas. &8: answers of 127.0.0.x whose last number has that bit (lists that put several
 * lists into one answer). Without "=..." an answer has the level of the list. Of several that fit, the worst counts.
 *
 * Empty: any answer in 127.0.0.0/8. Never count: answers outside of it, 127.255.255.0/24 and 127.0.1.255, by which lists
 * say that they do not answer us, and 127.0.0.1 unless it is named.
 */
#ifndef SEKISHO_URLBL_CODES_H
#define SEKISHO_URLBL_CODES_H

#include "risk.h"

struct err;

#define URLBL_CODES_MAX 16

struct urlbl_codes {
    int n;
    struct {
        unsigned from, to; /* addresses as numbers */
        unsigned mask;     /* not 0: instead of them */
        int level;         /* enum risk_level; -1: the list's */
    } code[URLBL_CODES_MAX];
};

/* -1 and ERR_INPUT "codes". */
int urlbl_codes_parse(const char *text, struct urlbl_codes *out, struct err *e);
/* level: of the list. -1: the answer says nothing; else an enum risk_level. address: 4 bytes in network order. */
int urlbl_codes_level(const struct urlbl_codes *c, enum risk_level level,
                      const unsigned char address[4]);

#endif
