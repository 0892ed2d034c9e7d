/*
 * The milter protocol, and nothing else: callbacks fill struct conn and ask intake_rules and
 * intake_eom. No callback accepts a message before its end (T-S3).
 */
#ifndef SEKISHO_INTAKE_MILTER_H
#define SEKISHO_INTAKE_MILTER_H

struct err;
struct gate;

/* Opens the socket with its owner and mode (as root, before confine()). -1: ERR_ENV. */
int intake_open(struct gate *g, const char *path, struct err *e);
/* Serves until SIGTERM, then waits at most wait_ms for messages that are being judged. 0, or -1
 * when libmilter gave up. */
int intake_serve(struct gate *g, int wait_ms);

#endif
