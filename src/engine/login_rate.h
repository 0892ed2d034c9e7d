/*
 * How often a password or a code may be tried (T-W10): per account and hour, per client address,
 * and per site of IPv6. No permanent lock: whoever waits gets in.
 */
#ifndef SEKISHO_LOGIN_RATE_H
#define SEKISHO_LOGIN_RATE_H

#include <stdbool.h>

struct arena;
struct db;
struct err;

/* *wait: 0 = go on, else seconds. */
int login_rate_client(struct db *db, struct arena *a, const char *client_ip, int *wait,
                      struct err *e);
/* kind: what is tried, "account" for passwords: each kind has a bucket of its own. */
int login_rate_account(struct db *db, struct arena *a, const char *kind, const char *who, int *wait,
                       struct err *e);
/* Is a try that was refused by these limits to be written to the audit log? Of one client at most 60 in an hour, so that nobody
 * fills it. */
bool login_rate_note(struct db *db, struct arena *a, const char *client_ip);

#endif
