/*
 * ARC (RFC 8617): what earlier receivers, each in a seal of its own, say they saw before they changed
 * the message. Whether to believe them is not decided here.
 *
 * The structure of all sets is checked before any key is asked for, and the newest seals before the
 * older ones, so a broken chain costs little. Stricter than the RFC: a message signature that leaves a
 * part of the body unsigned (l=) fails (as in dkim_verify.h).
 */
#ifndef SEKISHO_ARC_H
#define SEKISHO_ARC_H

#include <stdbool.h>

#include "auth_canon.h"
#include "auth_sig.h"

struct arena;
struct auth_keys;

#define ARC_QUESTIONS 10 /* keys that one chain may need; more is ARC_TEMPERROR */

enum arc_status {
    ARC_NONE,
    ARC_PASS,
    ARC_FAIL,
    ARC_TEMPERROR, /* not known now: RFC 8617 has no word for it, and "fail" would be one for ever */
};

struct arc_set {
    const struct auth_field *results; /* ARC-Authentication-Results */
    struct auth_sig message, seal;
    bool has_message, has_seal;
};

/* A chain that was read. */
struct arc {
    int n;                /* sets: 1 .. n are there when code is NULL */
    struct arc_set *sets; /* sets[0] is i=1 */
    const char *code;     /* why the chain is broken before anything is verified */
};

struct arc_verdict {
    enum arc_status status;
    int sets;
    const char *code;   /* why not pass; NULL. Those of auth_sig.h and auth_key.h, and "set-twice",
                       * "set-missing", "sets-limit", "seal-headers" (fields a seal must not have or
                       * cover), "cv", "cv-fail", "body-hash", "signature", "seal", "length-uncovered",
                       * "fields-limit", "key-mismatch" */
    int at;             /* the instance that code is about; 0: the chain */
    const char *domain; /* d= of the newest seal; "" */
    int nwords;         /* with ARC_PASS: one for each set (arc_word.h), filled by auth_check() */
    const struct arc_word *words;
};

/* Structure only; *out in the arena. */
void arc_read(struct arena *a, const struct auth_message *m, struct arc *out);
/* Asks for all keys that arc_verify() will want. */
void arc_ask(const struct arc *c, struct auth_keys *keys);
void arc_verify(struct arena *a, const struct auth_message *m, const struct arc *c,
                struct auth_keys *keys, struct arc_verdict *out);

const char *arc_status_name(enum arc_status s); /* "none", "pass", "fail", "temperror" */

#endif
