/*
 * What checks ask of DNS. Questions count against those that the message may ask in all (DNS_QUESTIONS): what they
 * use is missing later for authentication. What concerns the client alone is asked once a connection.
 */
#ifndef SEKISHO_CHECK_DNS_H
#define SEKISHO_CHECK_DNS_H

#include "../authn/dns_unbound.h"

struct arena;
struct check;
struct conn;
struct ipnet;

/* "7.2.0.192.", in front of a zone: the address backwards, with a dot at its end. In the arena. */
const char *check_reverse(struct arena *a, const struct ipnet *ip);

/* Answers live in a. What there is no room for any more is DNS_TEMPERROR. */
void check_ask(struct check *k, struct arena *a, struct dns_query *list, int n);

/* Kept with the connection, or with the mail. */
struct conn_answer {
    struct conn_answer *next;
    const char *name;
    enum dns_type type;
    struct dns_answer answer;
};
/* The same, but what was asked before is not asked again: about the client in this connection, about the sender in
 * this mail. (A connection may bring any number of senders: it does not remember them.) */
void check_ask_client(struct check *k, struct dns_query *list, int n);
void check_ask_sender(struct check *k, struct dns_query *list, int n);

#endif
