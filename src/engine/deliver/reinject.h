/*
 * Hands a message to the re-injection socket of our own Postfix: original envelope, original bytes,
 * with fields of ours in front. One conversation after the other over one connection.
 */
#ifndef SEKISHO_REINJECT_H
#define SEKISHO_REINJECT_H

#include <stddef.h>

struct arena;
struct reinject;

enum reinject_outcome {
    REINJECT_DONE,    /* 250 to the message: Postfix has it */
    REINJECT_LATER,   /* refused for now, or nothing was answered: Postfix does not have it */
    REINJECT_REFUSED, /* 5xx: it never will */
    REINJECT_UNKNOWN  /* the connection broke after the message was sent, before the answer */
};

struct reinject_mail {
    const char *sender, *recipient; /* without <>; "" = null sender */
    const char *header;             /* "X-Sekisho-Release: ..." without line end */
    const char *fields;             /* more of them below it, each with its CRLF; NULL: none */
    const unsigned char *raw;
    size_t n;
};

struct reinject_answer {
    enum reinject_outcome outcome;
    char queue_id[32]; /* of REINJECT_DONE; "" when the answer named none */
    char text[300];    /* the server's last line, or what went wrong; printable ASCII */
};

struct reinject *reinject_new(const char *socket, int timeout_ms);
void reinject_free(struct reinject **r);

/* Never sends bare CR or LF (T-S2): where the original has them, they become spaces, as Postfix
 * does. a: for such a copy. */
void reinject_send(struct reinject *r, struct arena *a, const struct reinject_mail *m,
                   struct reinject_answer *out);

/* What is sent of raw, for who signs it: raw itself, or a copy in which bare CR and LF are spaces
 * and the last line has its end. */
const unsigned char *reinject_lines(struct arena *a, const unsigned char *raw, size_t n,
                                    size_t *out_n);

#endif
