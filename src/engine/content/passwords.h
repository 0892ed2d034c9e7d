/*
 * File password analysis (9.4 of the specification): passwords are tried on a file that is encrypted, until one opens it.
 * In this order: what has opened a file of this message, what the mail says behind a word like "password", what the
 * sender's mails before said (envelope.lists "recent_passwords"), the organisations' lists by priority (envelope.lists
 * "passwords"), then other words of the mail.
 *
 *     struct password_walk w;
 *     passwords_begin(&w, c, f, PASSWORDS_CHEAP);
 *     while ((p = passwords_next(&w)) && !fits(p))
 *         ;
 *     if (p) passwords_opened(&w); else passwords_failed(&w, name);
 *
 * All tries in a message have PASSWORDS_CPU_MS together. No password is ever written into findings or logs.
 */
#ifndef SEKISHO_PASSWORDS_H
#define SEKISHO_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct content;
struct content_file;
struct passwords;

#define PASSWORDS_CPU_MS 2000
#define PASSWORDS_RECENT 30 /* of earlier mails that are tried */
#define PASSWORDS_LIST 100  /* of each organisation's list */

enum passwords_cost {
    PASSWORDS_CHEAP, /* a try takes microseconds: all candidates */
    PASSWORDS_DEAR   /* tens of milliseconds: few of the words that just stand in the mail */
};

struct password_walk {
    struct content *c;
    const struct content_file *f;
    struct passwords *set;
    enum passwords_cost cost;
    int at, weak, tried;
    int64_t since; /* CPU time at which the try in hand began, -1: none */
};

void passwords_begin(struct password_walk *w, struct content *c, const struct content_file *f,
                     enum passwords_cost cost);
/* The next to try; NULL: there is no more, or no time. Lives as long as the message. */
const char *passwords_next(struct password_walk *w);
/* The last one was right: f's part is marked, a note says where the password came from. */
void passwords_opened(struct password_walk *w);
/* f was encrypted and opened by a password that everybody knows (none, or the one of its program). */
void passwords_not_needed(struct content *c, const struct content_file *f);
/* None was right: content_locked() for a file inside f (name; "" = f as a whole), and how many were tried. */
bool passwords_failed(struct password_walk *w, const char *name);

#endif
