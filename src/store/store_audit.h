/*
 * The audit log: append-only, one hash chain per organisation (T-I6). Changes write their rows
 * inside their own statements; this is for what changes nothing (sign-in) and for reading.
 */
#ifndef SEKISHO_STORE_AUDIT_H
#define SEKISHO_STORE_AUDIT_H

#include "store.h"

/* The installation itself, for events that belong to no organisation. */
#define STORE_NO_ORG "00000000-0000-0000-0000-000000000000"

/* detail: JSON text or NULL. */
int store_audit_add(struct db *db, const struct scope *sc, struct arena *a, const char *org,
                    const struct store_actor *by, const char *event, const char *object,
                    const char *detail, struct err *e);

struct store_audit {
    int64_t seq, at;
    const char *org_id, *account_id, *actor, *surface, *client_ip, *event, *object, *detail;
    const char *prev, *hash; /* hex */
};
struct store_audit_filter {
    const char *event, *actor; /* "" = any; actor: part of the name */
    int64_t since;
    int64_t before_seq; /* rows with a smaller number; 0 = from the newest */
    int64_t after_seq;  /* the page before: rows with a larger number, nearest first; 0 = unused */
    int limit;
};
/* Newest first. */
int store_audit_list(struct db *db, const struct scope *sc, struct arena *a,
                     const struct store_audit_filter *f, struct store_audit **rows, int *n,
                     bool *more, struct err *e);
int store_audit_get(struct db *db, const struct scope *sc, struct arena *a, int64_t seq,
                    struct store_audit *out, struct err *e);

/* Computes the chain again. *bad: number of the first row that is wrong (altered, inserted,
 * missing, out of order), 0 when all rows are right; *why: what is wrong. rows: how many were
 * checked. */
struct store_audit_check {
    int64_t rows, bad;
    const char *why;
};
int store_audit_verify(struct db *db, struct arena *a, const char *org,
                       struct store_audit_check *out, struct err *e);

#endif
