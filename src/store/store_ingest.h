/*
 * The commit point of a message: everything about it in one transaction, before the milter answers.
 */
#ifndef SEKISHO_STORE_INGEST_H
#define SEKISHO_STORE_INGEST_H

#include "store.h"

struct store_ingest_recipient {
    const char *recipient_id, *address, *domain, *original;
    const char *state;       /* passed, held, rejected, dropped */
    const char *disposition; /* deliver, quarantine ... */
    const char *kind, *rule;
};

/* One message for one organisation. Texts are UTF-8 without NUL. */
struct store_ingest {
    const char *org_id, *message_id;
    int64_t received_at;
    const char *node, *direction, *queue_id;
    const char *client_ip, *client_name, *helo, *tls;
    const char *envelope_sender, *sender_domain, *header_from, *header_from_name, *header_id,
        *subject;
    int64_t bytes;
    unsigned char sha256[32];
    const char *verdict;
    double score, threshold;
    const char *reasons, *scan; /* JSON text */
    int64_t scan_us;
    const struct store_ingest_recipient *recipients;
    int nrecipients;
    const char *note; /* JSON of one more event, {"kind": "...", "detail": {...}}, or NULL */
    const unsigned char *raw; /* the original bytes; NULL when nothing is held */
    size_t raw_len;
    unsigned char key[32]; /* of the organisation: store_body_key() */
};

/* Writes all of them or none. Sealed while it is written, one piece at a time, so the memory is
 * STORE_BODY_MEMORY for any number of messages. One round trip when there is one message whose
 * sealed form is one piece. */
int store_ingest(struct db *db, struct arena *a, const struct store_ingest *list, int n,
                 struct err *e);

/* After ERR_UNCERTAIN: 1 when the message was committed, 0 when not, -1 when nobody knows. */
int store_ingest_known(struct db *db, struct arena *a, const char *message_id, struct err *e);

#endif
