/* The callbacks of the milter: they fill struct conn and ask intake_rules and intake_eom. */
#ifndef SEKISHO_INTAKE_MILTER_H
#define SEKISHO_INTAKE_MILTER_H

struct gate;

/* Serves until SIGTERM, then waits at most wait_ms for messages that are being judged. */
void intake_serve(struct gate *g, int listen_fd, int wait_ms);

#endif
