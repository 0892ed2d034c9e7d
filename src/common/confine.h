/*
 * What a process gives up before it touches anything hostile. One table of roles in confine.c:
 * uid, rlimits, landlock, seccomp, no_new_privs, dumpable.
 */
#ifndef SEKISHO_CONFINE_H
#define SEKISHO_CONFINE_H

struct err;

enum confine_role {
    CONFINE_SCAN,   /* one inherited socket, memfds; no open, no socket, no fork, no exec */
    CONFINE_ENGINE, /* gate, rpc: no_new_privs, not dumpable, core size 0 */
    CONFINE_JOBS,   /* the same, and may hand mail to Postfix (group postdrop) */
};

/* CONFINE_SCAN cannot load anything any more: gconv modules of iconv, ICU and libmagic data, and
 * whatever a library opens at its first use, must have been loaded before (role_scan.c does it by
 * scanning a sample). A forbidden call kills the process; opening fails with EACCES.
 *
 * Switches to the user (as root only; NULL keeps it), then closes the doors, for good. */
int confine(enum confine_role role, const char *user, struct err *e);

#endif
