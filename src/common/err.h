/*
 * Errors, in the three classes that are never mixed:
 *   our bug            -> bug(): the process aborts and its supervisor restarts it;
 *   broken environment -> ERR_ENV / ERR_UNCERTAIN: mail is deferred, pages say 503;
 *   input or request   -> ERR_INPUT, ERR_DENIED, ERR_NOTFOUND, ERR_CONFLICT.
 * Low layers fill a struct err and return -1. Only the edge (route entry, RPC server, stage
 * runner, CLI main) logs it, once.
 */
#ifndef SEKISHO_ERR_H
#define SEKISHO_ERR_H

enum err_class {
    ERR_NONE,
    ERR_INPUT,     /* the caller sent something wrong; text says what and what to do */
    ERR_ENV,       /* database, DNS, disk, clamd: try again later */
    ERR_UNCERTAIN, /* a commit whose answer was lost: repeat with the same key */
    ERR_DENIED,
    ERR_NOTFOUND,
    ERR_CONFLICT, /* somebody else was first */
};

struct err {
    enum err_class cls;
    char code[48];  /* stable, for programs: "domain-taken" */
    char text[256]; /* English, for logs and the CLI; pages translate by code */
};

/* Fills *e (which may be NULL) and returns -1, so that callers can `return err_set(...)`. */
int err_set(struct err *e, enum err_class cls, const char *code, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* Prints the reason and aborts: only for what cannot happen unless we made a mistake. */
void bug(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

#define BUG_IF(cond)                                                                               \
    do {                                                                                           \
        if (cond)                                                                                  \
            bug("%s:%d: %s", __FILE__, __LINE__, #cond);                                           \
    } while (0)

#endif
