/*
 * What is remembered of an SMTP session and of the mail in it.
 *
 * A connection owns its mail; mail_end() may be called at any time and any number of times (abort,
 * end of message and close all do: T-S3). Memory of a mail is its arena plus one memfd that holds
 * the original bytes, so a large mail costs no heap.
 */
#ifndef SEKISHO_INTAKE_CONN_H
#define SEKISHO_INTAKE_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "own_header.h"

struct arena;
struct conn_answer;
struct orgconf;

#define CONN_MAGIC 0x53656b69u
#define COLLECT_BUFFER (64 * 1024)

struct mail_recipient {
    char *original;  /* as it came, without <> */
    const char *key; /* lower case */
    const char *domain;
    const char *org;       /* organisation that this copy belongs to */
    const char *domain_id; /* of an inbound mail; NULL */
    int same_as;           /* index of the same address earlier in the list, else -1 */
    bool approved;         /* rules about spam do not apply to this copy */
};

/* From then on the message holds no memory and takes none. */
enum mail_trouble { MAIL_FINE, MAIL_TOO_LARGE, MAIL_NO_ROOM };

struct mail {
    struct arena *arena;
    const struct orgconf *conf; /* NULL before the first recipient */
    char *tls;                  /* "TLSv1.3", "" = none */
    char *sender;               /* without <>; "" = null sender */
    const char *sender_domain;
    char sender_org[37]; /* outbound: whose mail this is; "" = decided later (null sender) */
    struct mail_recipient *recipients;
    int nrecipients, cap;
    int dns_asked, client_asked; /* questions that the checks have asked; those about the client */
    struct conn_answer *answers; /* what DNS said about the sender (check_dns.h) */
    struct conn_answer *unknown; /* what it did not say about the client */
    bool guessed;                /* it named a recipient that does not exist */
    bool too_many;               /* recipients: the row of that is made, the rest is put off */
    int received;                /* Received fields: hops */
    struct own_headers forged;
    /* As they came, UTF-8, cut: shown when no worker could read the message. */
    const char *subject, *from, *message_id;
    const char *subject_value; /* of the first Subject as it came, folded with LF; NULL: none */
    int fd;                    /* memfd, -1 before the first byte */
    int64_t declared;          /* SIZE= of MAIL, 0 = none */
    int64_t size;
    int64_t kept; /* bytes in fd, taken from intake_room.h */
    enum mail_trouble trouble;
    char *buffer; /* bytes not yet written to fd */
    size_t buffered;
};

struct conn {
    unsigned magic;
    struct arena *arena;
    char *client_ip, *client_name, *helo;
    bool outbound;
    int refused;                 /* recipients, since it came or had a message taken */
    struct conn_answer *answers; /* what DNS said about the client (check_dns.h) */
    struct mail *mail;           /* NULL outside of a mail transaction */
};

struct conn *conn_new(void);
/* Accepts NULL; checks the magic number. */
void conn_free(struct conn *c);

struct mail *mail_begin(struct conn *c);
void mail_end(struct conn *c);

/* Addresses: with or without <>. */
void mail_set_sender(struct mail *m, const char *address);
/* Returns the new entry. */
struct mail_recipient *mail_add_recipient(struct mail *m, const char *address);

/* The header as the milter protocol brings it: value with its leading space, folded with LF. */
void mail_add_header(struct mail *m, const char *name, const char *value);
void mail_end_of_header(struct mail *m);
void mail_add_body(struct mail *m, const void *p, size_t n);

/* Writes what is buffered and maps the original bytes, read-only; from then on nobody can change
 * them, not even the holder of the descriptor. Unmapped with the arena. NULL: no room. */
const unsigned char *mail_bytes(struct mail *m, size_t *n);

#endif
