/*
 * One message between its last byte and our answer, on its way through intake_eom.c and intake_scan.c.
 */
#ifndef SEKISHO_ENDING_H
#define SEKISHO_ENDING_H

#include <stdint.h>

#include "../act/dispose.h"
#include "../msg/msg.h"

struct auth_rule;
struct auth_ruling;
struct conn;
struct gate;
struct look;
struct mail;
struct milter_out;

struct ending {
    struct gate *g;
    struct milter_out *out;
    struct conn *c;
    struct mail *m;
    int64_t deadline; /* of everything, monotonic ms */
    struct envelope env;
    struct judged j;
    int avoid; /* slot of the worker that died of it; -1: none */
    struct msg *msg;
    json_t *passwords; /* in it, perhaps (intake_passwords.h); NULL before the scan */
    struct look *look; /* what lists say of its links; NULL: nobody could read it */
    const char **signatures; /* values of DKIM-Signature fields */
    int nsignatures;
    const struct auth_rule **rules; /* one per recipient; NULL: not authenticated */
    const struct auth_ruling **rulings;
    /* the refusal, when a step failed */
    int code;
    const char *enhanced, *text;
    const char *reason; /* of the row in blocked traffic; NULL: none */
};

/* For a step that failed: returns -1. */
static inline int
ending_refuse(struct ending *x, int code, const char *enhanced, const char *text)
{
    x->code = code;
    x->enhanced = enhanced;
    x->text = text;
    return -1;
}
/* The same, with a row in blocked traffic for each recipient. */
static inline int
ending_block(struct ending *x, int code, const char *enhanced, const char *text, const char *reason)
{
    x->reason = reason;
    return ending_refuse(x, code, enhanced, text);
}

#endif
