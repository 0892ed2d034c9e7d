/*
 * Mails to people by kind (usermail_kinds.def): the job "usermail" takes a row of the queue, makes the
 * letter's head from it, and lets the kind fill in subject and text.
 *
 * A kind is text, not work: what it tells was put into params by who queued it, so that a mail that is
 * built again after a crash says the same. It may read the database for what cannot be in params.
 */
#ifndef SEKISHO_USERMAIL_H
#define SEKISHO_USERMAIL_H

#include <jansson.h>
#include <stdint.h>

#include "../../common/i18n.h"
#include "letter.h"

struct db;
struct store_user_mail;

struct usermail {
    struct arena *a;
    struct db *db;
    const unsigned char
        *master_key; /* 32 bytes; NULL in tests of texts, and when it is only shown */
    bool shown;      /* on a page: links are words */
    const struct store_user_mail *row;
    const struct catalog *cat; /* the recipient's language: T() and TN() */
    const char *org;           /* name */
    const char *tz;            /* of the recipient, or the organisation's */
    const json_t *params;
    int64_t now;
    struct letter *letter;
};

/* Texts of kinds; need `m` in scope. */
#define T(s) i18n_tr(m->cat, (s))
#define TN(one, many, n) i18n_trn(m->cat, (one), (many), (unsigned long)(n))
#define TF(text, ...) i18n_fmt(m->a, (text), __VA_ARGS__, NULL)

/* 0: the letter is filled in; -1: *e. ERR_INPUT (params are wrong, nobody will ever be able to send it) ends
 * the mail as "failed"; anything else is tried again. ERR_NOTFOUND: there is nothing to tell any more (what it
 * is about is gone); it ends as "expired". */
#define KIND(id) int usermail_##id(struct usermail *m, struct err *e);
#include "usermail_kinds.def"
#undef KIND

/* What usermail_make() needs besides the row. */
struct usermail_from {
    struct db *db;
    const unsigned char *master_key;
    const char *host; /* ours: Message-ID, and From when the organisation has no domain */
    const char *base; /* usermail_base() */
    int64_t now;
};

/* portal_url of the settings, or what it is when nobody has set it. Never from a request (T-W4). */
const char *usermail_base(struct arena *a);
const char *usermail_admin_base(struct arena *a); /* the same of admin_url */
/* The message, CRLF, *n bytes. sender: address of From (no envelope: that is the null sender). NULL and *e
 * as above; ERR_INPUT "mail-kind" for a kind that this program does not know. */
char *usermail_make(struct arena *a, const struct usermail_from *from,
                    const struct store_user_mail *row, size_t *n, struct err *e);

/* The two bodies as they would be sent, without links that work: row's kind, recipient, lang, params, org_name, tz, date_style and help
 * count. -1 and *e as above. */
int usermail_show(struct arena *a, const struct store_user_mail *row, int64_t now,
                  const char **text, const char **html, struct err *e);

#endif
