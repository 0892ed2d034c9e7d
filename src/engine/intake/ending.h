/*
 * One message between its last byte and our answer, on its way through intake_eom.c and intake_scan.c.
 */
#ifndef SEKISHO_ENDING_H
#define SEKISHO_ENDING_H

#include <stdint.h>

#include "../act/dispose.h"
#include "../msg/msg.h"

struct conn;
struct gate;
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
    const char **signatures; /* values of DKIM-Signature fields */
    int nsignatures;
    /* the refusal, when a step failed */
    int code;
    const char *enhanced, *text;
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

#endif
