/*
 * From decisions to what is stored and what Postfix is told: one transaction for all organisations
 * of a message, committed before the answer.
 */
#ifndef SEKISHO_DISPOSE_H
#define SEKISHO_DISPOSE_H

#include <stddef.h>
#include <stdint.h>

#include "../policy/policy.h"
#include "../policy/sender_decide.h"

struct auth_outcome;
struct conn;
struct err;
struct gate;
struct msg;

/* What the sender's server is told about the whole message. */
enum answer {
    ANSWER_ACCEPT,  /* at least one recipient passes; the others are removed */
    ANSWER_DISCARD, /* none passes: all are held or dropped; 250 to the sender */
    ANSWER_REJECT,  /* refused for all */
};

struct judged {
    const struct msg *msg;
    const struct auth_outcome *auth; /* NULL: not checked */
    const unsigned char *raw;
    size_t raw_len;
    const char *features; /* what can be learned of it (msg.h: learn), checked; "" nothing */
    const struct envelope *env;
    struct decision *decisions;      /* one per recipient of the mail, in its order */
    struct policy_for *who;          /* likewise: what they go by */
    struct sender_decision *senders; /* likewise: what sender lists say */
    struct sender_proof proof;       /* is the sender who he says? */
    int deaths;                      /* workers that died of it */
    const char *queue_id;            /* "" when Postfix has none yet */
    char message_id[37]; /* out: our id, of the first copy that passes, else of the first */
};

enum answer dispose_answer(const struct conn *c, const struct judged *j);
/* Stores everything. 0 when it is committed; otherwise -1, and the mail must be refused with 4xx.
 * DISPOSE_NO_ROOM: intake_memory has no place for the sealing. */
#define DISPOSE_NO_ROOM "no-room"
int dispose_store(struct gate *g, struct conn *c, struct judged *j, struct err *e);

#endif
