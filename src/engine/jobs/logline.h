/*
 * One line of Postfix's log. Addresses come from senders and reply texts from other servers, so
 * both are hostile: fields are read in their fixed order from the left, an address ends where its
 * quoting says, and nothing behind "status=... (" is looked at for fields.
 */
#ifndef SEKISHO_LOGLINE_H
#define SEKISHO_LOGLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOGLINE_MAX 4096 /* longer lines are cut by the follower */
#define LOGLINE_REPLY_MAX 500

enum logline_kind {
    LOGLINE_OTHER,
    LOGLINE_DELIVERY, /* one recipient: status sent, deferred, bounced, expired ... */
    LOGLINE_QUEUED,   /* qmgr took it: proof that Postfix accepted it */
    LOGLINE_EXPIRED,  /* qmgr gave up: all recipients that are left */
    LOGLINE_REMOVED,
    LOGLINE_RELEASE, /* cleanup of the re-injection port saw our release id */
    LOGLINE_NOTICE,  /* Postfix made a notice for the sender: notice_id */
    LOGLINE_REJECT,  /* smtpd refused a recipient, or a sender (then to is ""), by itself */
};

/* Text members are "" when the line has none; valid UTF-8 is not promised. */
struct logline {
    enum logline_kind kind;
    char stamp[16];   /* "Nov 24 09:15:02" */
    char service[32]; /* of "postfix/inbound/smtpd": inbound */
    char program[32];
    char queue_id[32];
    char notice_id[32];
    char release_id[37];
    char to[330], orig_to[330];
    char relay[256], dsn[16], status[32];
    char reply[LOGLINE_REPLY_MAX + 1];
    int nrcpt;
    /* LOGLINE_REJECT; also to, dsn, and reply: the text without what it repeats of the sender */
    char client_name[256], client_ip[64], helo[256], from[330];
    int code;
};

/* n bytes without the line end. Always fills *out; false when it is LOGLINE_OTHER. */
bool logline_parse(const char *p, size_t n, struct logline *out);

/* The stamp has no year, no zone and whole seconds: local time, in the year that brings it nearest
 * to now, and as late in its second as now allows, so that it never sorts before its cause. */
int64_t logline_time(const char *stamp, int64_t now_ms);

#endif
