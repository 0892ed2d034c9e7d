/*
 * Does a mail server answer? Connects, reads the greeting, says EHLO and QUIT; sends no mail (A08).
 * What the server says is hostile: little of it is read, and only printable ASCII kept.
 */
#ifndef SEKISHO_SMTP_PROBE_H
#define SEKISHO_SMTP_PROBE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define SMTP_PROBE_TEXT 200

struct smtp_probe {
    /* "ok", "name" (not in DNS), "refused" (no connection), "late", "not-smtp", "turned-away" (it
     * answers with 4xx or 5xx) */
    const char *result;
    char reply[SMTP_PROBE_TEXT + 1]; /* the line that decided, "" */
    bool tls;                        /* STARTTLS is offered */
    int ms;                          /* of the conversation */
};

/* host: a name or an address, without brackets. deadline: monotonic ms, of everything. servers,
 * dnssec: as dns_unbound_new(). */
void smtp_probe(struct arena *a, const char *host, int port, const char *helo, const char *servers,
                bool dnssec, int64_t deadline, struct smtp_probe *out);

/* One reply of the n bytes at p: its code, the first line in reply, and whether a line of it is
 * "STARTTLS". 0: not complete yet; -1: this is not SMTP. *used: its length. */
int smtp_probe_reply(const char *p, size_t n, char reply[SMTP_PROBE_TEXT + 1], bool *tls,
                     size_t *used);

#endif
