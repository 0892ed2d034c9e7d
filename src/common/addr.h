/*
 * Mail addresses, domain names, host:port and IP networks: parsed once, at the edge, into one
 * normal form. Refuses control bytes, NUL, over-long input (T-S10).
 */
#ifndef SEKISHO_ADDR_H
#define SEKISHO_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct err;

#define ADDR_MAX 320   /* 64 + 1 + 255, RFC 5321 4.5.3.1 */
#define DOMAIN_MAX 253

struct addr {
    const char *local;  /* as written (case kept), unquoted */
    const char *domain; /* lower case A-labels */
    const char *key;    /* "local@domain", all lower case: what is compared and stored */
};

/* A mailbox such as people type it (spaces, <...>, mailto:, full-width letters are mended).
 * -1 and *e (ERR_INPUT "address") otherwise. */
int addr_parse(struct arena *a, const char *text, struct addr *out, struct err *e);
/* An envelope address as Postfix gives it, with or without <>; "" is the null sender. Never
 * fails: what cannot be parsed is kept as bytes made safe, domain "". Blanks around its parts and one final dot
 * are no part of it: what a list says of the address holds for these, too. */
void addr_envelope(struct arena *a, const char *text, struct addr *out);

/* The mailbox of an address: user+tag@domain is user@domain, as mailbox_of() in the database has it. key: in
 * lower case. A quoted local part is left alone. */
const char *addr_mailbox(struct arena *a, const char *key);

/* A domain name typed by a person: IDNA 2008 (libidn2), trailing dot removed, lower case A-labels.
 * At least two labels; not an address literal. -1 and ERR_INPUT "domain". */
int addr_domain(struct arena *a, const char *text, char **out, struct err *e);
/* The readable form of A-labels, NULL when it is the same. */
char *addr_domain_unicode(struct arena *a, const char *domain);

struct hostport {
    const char *host; /* IPv4, IPv6 without brackets, or host name in A-labels */
    int port;
    bool is_ip;
};
/* "host:port", "[v6]:port", "host" (port = def). -1 and ERR_INPUT "host", "port". */
int addr_hostport(struct arena *a, const char *text, int def, struct hostport *out, struct err *e);
/* A domain that somebody can register, such as example.com: no server's own name. Names below suffixes
 * that the public suffix list does not know (mail.lan) are not. A-labels. */
bool addr_bare_domain(const char *host);

#endif
