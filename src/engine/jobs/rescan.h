/*
 * Held mail is looked at once more before it is delivered (T-L6): with today's signatures, rules, feeds and lists
 * of suspicious objects. What turned out to be dangerous since it was held stays; what it was held for, and
 * whoever pressed Deliver knew, does not count again. Nothing is delivered when it cannot be looked at now.
 *
 * Used by the release job only, one message at a time. The message is parsed in a sandboxed worker of its own.
 */
#ifndef SEKISHO_RESCAN_H
#define SEKISHO_RESCAN_H

#include <jansson.h>
#include <stddef.h>

struct arena;
struct db;
struct err;
struct role_ctx;
struct store_release;
struct rescan;

enum rescan_result {
    RESCAN_FINE,
    RESCAN_TURNED, /* kind and why are set */
    RESCAN_LATER   /* reason is set: worker, clamd or settings do not answer */
};
struct rescan_outcome {
    enum rescan_result result;
    const char *kind;   /* malware, phishing, unscannable */
    json_t *why;        /* {"code": ..., "evidence": ...}, in the arena */
    const char *reason; /* for time line and log */
};

/* ctx: of the role, for its worker. db: the jobs' own. */
struct rescan *rescan_new(const struct role_ctx *ctx, struct db *db);
/* For tests: what look() says is the outcome. */
struct rescan *rescan_fake(void (*look)(const struct store_release *r, struct rescan_outcome *out));
/* raw: the original bytes. -1: the database did not answer. */
int rescan_look(struct rescan *x, struct arena *a, const struct store_release *r,
                const unsigned char *raw, size_t n, struct rescan_outcome *out, struct err *e);

#endif
