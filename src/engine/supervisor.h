/*
 * The parent of all roles: makes their sockets, starts them, restarts what dies, stops all.
 * It reads nothing that comes from outside.
 */
#ifndef SEKISHO_SUPERVISOR_H
#define SEKISHO_SUPERVISOR_H

struct err;

/* Takes the lock of this installation (F-35), makes sockets and forks the roles; returns when the
 * engine was asked to stop and all roles have ended (at most 10 s later). argv is overwritten with
 * the names of the roles for ps. -1 and *e when it could not start: nothing is left behind. */
int supervisor_run(int argc, char **argv, struct err *e);

#endif
