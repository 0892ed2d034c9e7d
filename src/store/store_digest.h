/* Digests: rules, what people chose for their mailboxes, the job's work (0025-digest.sql). */
#ifndef SEKISHO_STORE_DIGEST_H
#define SEKISHO_STORE_DIGEST_H

#include "store.h"
#include "store_user_mail.h"

/* ---- the job. *n: how much was found; 0 = nothing to do. */

int store_digest_plan_rule(struct db *db, struct arena *a, int *n, struct err *e);
int store_digest_plan_own(struct db *db, struct arena *a, int limit, int *n, struct err *e);
int store_digest_plan_instant(struct db *db, struct arena *a, int *n, struct err *e);
int store_digest_fill(struct db *db, struct arena *a, int limit, int *n, struct err *e);
/* Rows that nothing needs any more. */
int store_digest_forget(struct db *db, struct arena *a, struct err *e);
/* held[i]: the recipient's copy ids[i] is still held. */
int store_digest_still_held(struct db *db, struct arena *a, const char *org, const char *const *ids,
                            int n, bool *held, struct err *e);

/* Release requests that the account with that address may decide about, oldest first, max at most; *all: how many wait. None for who
 * decides about nothing. */
struct store_digest_request {
    const char *request_id, *by_name, *mailbox, *sender, *subject;
    int64_t asked_at;
};
int store_digest_requests(struct db *db, struct arena *a, const char *org, const char *address,
                          int max, struct store_digest_request **rows, int *n, int64_t *all,
                          struct err *e);

/* What a digest of one of the account's mailboxes would be made of, with examples instead of messages: recipient, kind, lang, params, tz,
 * date_style, help of *out, the rest is empty. ERR_NOTFOUND: not a mailbox of that account. */
int store_digest_sample(struct db *db, struct arena *a, const char *org, const char *account,
                        const char *mailbox, struct store_user_mail *out, struct err *e);

/* Ends digests and notices of the mailbox that this one went to, or (act false) only asks. *address NULL: there is no such
 * digest, or the organisation does not let people. *done: they had ended before. */
int store_digest_off(struct db *db, struct arena *a, const char *org, const char *digest,
                     const char *client_ip, bool act, const char **address, const char **lang,
                     bool *done, struct err *e);

/* ---- rules */

#define STORE_DIGEST_TIMES 12 /* of a day */

struct store_digest_rule {
    const char *rule_id, *name;
    bool enabled;
    int priority;               /* 1 to 1000, the smallest counts */
    const char *const *targets; /* domains and addresses; none: everybody */
    int ntargets;
    int days;                              /* bits, Monday is 1; 127: every day */
    int times[STORE_DIGEST_TIMES], ntimes; /* minutes */
    const char *tz;
    const char *format;                 /* html, text */
    bool deliver, allow, block, remove; /* actions of a line */
    int64_t next_at;                    /* 0: not enabled */
    const char *version;
    int64_t sent; /* within a week */
};
/* By priority. rule_id NULL: all of org (NULL: those that the scope sees). */
int store_digest_rules(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       const char *rule_id, struct store_digest_rule **rows, int *n, struct err *e);
/* ERR_CONFLICT "digest_rule_twice" (name), "too_many"; ERR_INPUT "digest_zone". */
int store_digest_rule_add(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org,
                          const struct store_digest_rule *x, struct err *e);
/* rule_id and version of x; STORE_CHANGED. */
int store_digest_rule_change(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *org,
                             const struct store_digest_rule *x, struct err *e);
/* ERR_NOTFOUND. */
int store_digest_rule_delete(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *org, const char *rule_id,
                             struct err *e);
/* A digest of examples. *queued: false when there was one within this minute. */
int store_digest_test(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                      const char *address, const char *rule_id, bool *queued, struct err *e);

struct store_digest_setting {
    bool users_may, instant;
    const char *links; /* act, signin */
    int link_days;
    const char *version; /* "": nothing is set */
};
int store_digest_setting(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                         struct store_digest_setting *out, struct err *e);
/* version: see STORE_CHANGED. */
int store_digest_setting_put(struct db *db, const struct scope *sc, struct arena *a,
                             const struct store_actor *by, const char *org,
                             const struct store_digest_setting *x, struct err *e);

struct store_digest_text {
    const char *lang, *subject, *intro;
};
int store_digest_texts(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                       struct store_digest_text **rows, int *n, struct err *e);
int store_digest_text_put(struct db *db, const struct scope *sc, struct arena *a,
                          const struct store_actor *by, const char *org,
                          const struct store_digest_text *x, struct err *e);

/* ---- people */

struct store_digest_own {
    const char *address;
    bool chosen; /* somebody chose something for it */
    bool enabled, together, instant;
    int days, times[STORE_DIGEST_TIMES], ntimes; /* ntimes 0: as the rule has it */
    const char *tz;                              /* "" */
    const char *const *kinds;                    /* none: all */
    int nkinds;
    const char *format, *lang; /* "": as the rule, as the account */
    int quiet_from, quiet_to;  /* minutes, -1: none */
    const char *rule;          /* its name, "": none */
    int rule_days, rule_times[STORE_DIGEST_TIMES], nrule_times;
    const char *rule_tz;
    int64_t next_at, last_at; /* 0: none */
};
/* The mailboxes of the account. */
int store_digest_own(struct db *db, const struct scope *sc, struct arena *a,
                     struct store_digest_own **rows, int *n, struct err *e);
int store_digest_own_put(struct db *db, const struct scope *sc, struct arena *a,
                         const struct store_actor *by, const struct store_digest_own *x,
                         struct err *e);
/* *result: "planned", "soon" (there was one within the hour), "empty". */
int store_digest_ask(struct db *db, const struct scope *sc, struct arena *a, const char *address,
                     const char **result, struct err *e);

#endif
