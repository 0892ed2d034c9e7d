/*
 * The text of a notice: a message of our own, in the organisation's language. What it tells comes from
 * hostile mail, so it is plain text only, and every value is cut and on its own line.
 */
#ifndef SEKISHO_NOTICE_MAIL_H
#define SEKISHO_NOTICE_MAIL_H

#include <stddef.h>
#include <stdint.h>

struct arena;
struct catalog;
struct err;

struct notice_mail {
    const struct catalog *cat;
    const char *host;      /* ours */
    const char *id;        /* of this notice, a UUID */
    const char *to;        /* address */
    const char *org;       /* name */
    const char *admin_url; /* "" */
    int64_t now;           /* ms */
    int64_t n;             /* messages that were stopped */
    const char
        *samples; /* JSON array: at, what (code of auth_cases), action, domain, ip, sender, from,
                            * recipient, subject; the newest first */
};

/* Header and body with CRLF, *n bytes. NULL and *e as letter_finish(). */
char *notice_mail(struct arena *a, const struct notice_mail *m, size_t *n, struct err *e);

#endif
