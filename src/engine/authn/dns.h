/*
 * DNS as mail authentication and connection rules ask it.
 *
 * One question at a time, through a struct dns that hides who answers: libunbound (dns_unbound.h), the
 * gate on behalf of a sandboxed worker, or a table in a test. Answers distinguish what RFC 7208 4.4,
 * RFC 6376 6.1.2 and RFC 7489 6.6.3 distinguish: nothing there, no such name, and "not known now".
 * The last one (DNS_TEMPERROR) is neither pass nor fail.
 *
 * A struct dns belongs to one message and one thread: it counts what the message has asked.
 */
#ifndef SEKISHO_DNS_H
#define SEKISHO_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

enum dns_type {
    DNS_A = 1,
    DNS_CNAME = 5,
    DNS_PTR = 12,
    DNS_MX = 15,
    DNS_TXT = 16,
    DNS_AAAA = 28,
};

enum dns_status {
    DNS_OK,       /* at least one record */
    DNS_NODATA,   /* the name exists, no record of the type (a "void look-up") */
    DNS_NXDOMAIN, /* no such name (a void look-up, too) */
    DNS_TEMPERROR /* SERVFAIL, time-out, bogus DNSSEC, or the message has used up its questions */
};

struct dns_record {
    unsigned preference; /* MX */
    /* A: 4 bytes, AAAA: 16 bytes, both in network order. MX, PTR, CNAME: a name without the final
     * dot (the root is ""). TXT: the strings of the record joined (RFC 7208 3.3), any bytes.
     * A NUL follows in every case. */
    const unsigned char *data;
    size_t len;
};

struct dns_answer {
    enum dns_status status;
    bool secure;  /* validated by DNSSEC */
    uint32_t ttl; /* seconds */
    int n;
    const struct dns_record *records; /* in the arena of the question */
};

struct dns {
    /* Answers; never fails otherwise than by DNS_TEMPERROR. Aliases (CNAME) are followed. */
    void (*ask)(struct dns *d, struct arena *a, const char *name, enum dns_type type,
                struct dns_answer *out);
    void *arg;
    int left; /* questions that the message may still ask */
};

/* Questions that one message may ask, all checks together, and how long it may wait for all of them. */
#define DNS_QUESTIONS 30
#define DNS_SECONDS 8

/* RFC 1035: labels of 1 to 63 bytes, 253 in all; a dot behind it is allowed. */
bool dns_is_name(const char *name);

/* Asks, counting. What is no name is DNS_NXDOMAIN and costs nothing. */
void dns_ask(struct dns *d, struct arena *a, const char *name, enum dns_type type,
             struct dns_answer *out);

#endif
