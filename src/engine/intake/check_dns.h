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

/* Of the questions of a mail, those about its client: an organisation's ten lists (0008-connection.sql), the name of
 * the address and its three addresses. A fixed part: who sends to many organisations at once takes nothing
 * away from authentication. */
#define CLIENT_QUESTIONS 14

/* Kept with the connection, or with the mail. */
struct conn_answer {
    struct conn_answer *next;
    const char *name;
    enum dns_type type;
    struct dns_answer answer;
};
/* What was answered is not asked again: about the client in this connection, about the sender in this mail. (A
 * connection may bring any number of senders: it does not remember them.) What was asked and not answered is
 * DNS_TEMPERROR, for the rest of the mail.
 * check_ask_client(): false when there was no room for all questions of the client; the first recipient of a
 * mail always has it. Then nobody knows whether the client is listed: check_refuse_rest(). */
bool check_ask_client(struct check *k, struct dns_query *list, int n);
void check_ask_sender(struct check *k, struct dns_query *list, int n);
/* Refuses for now, as Postfix does for a mail with too many recipients: a new mail has room again. */
bool check_refuse_rest(struct check *k);

#endif
