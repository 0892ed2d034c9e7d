/*
 * SMTP replies of the gate, made by one function (T-S4). Postfix before its 2026 fixes reads past
 * the end of a milter reply that has an enhanced status code and no text, so a reply always has
 * three digits, an enhanced code of the same class, and text that is neither empty nor more than
 * one line of printable ASCII without '%'.
 */
#ifndef SEKISHO_INTAKE_REPLY_H
#define SEKISHO_INTAKE_REPLY_H

struct reply {
    char code[4];      /* "451" */
    char enhanced[12]; /* "4.3.0" */
    char text[201];
};

/* code 400..599, else 451 is used; enhanced "c.s.d" whose class is the code's, else c.0.0. text may
 * be anything: what does not belong there is replaced, an empty one becomes a general sentence. */
void reply_make(struct reply *out, int code, const char *enhanced, const char *text);

#endif
