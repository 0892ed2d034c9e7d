/*
 * clamd over its Unix socket: the message is sent (zINSTREAM), or only its descriptor is passed (zFILDES). Everything but a complete, well-formed answer is
 * an error, and an error means "not scanned": the caller defers the mail, it is never clean (F-8,
 * F-9). A circuit breaker keeps a dead or hanging clamd from costing each message its time-out:
 * after a few failures in a row nobody asks for a while, then one message at a time tries.
 *
 * All functions may be called from any thread.
 */
#ifndef SEKISHO_CLAMD_H
#define SEKISHO_CLAMD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clamd;

enum clamd_result {
    CLAMD_ERROR, /* not scanned: down, late, garbage */
    CLAMD_CLEAN,
    CLAMD_FOUND,    /* answer->signature */
    CLAMD_TOO_LARGE /* clamd's own StreamMaxLength: it will never scan this message */
};

#define CLAMD_SIGNATURE_MAX 200

struct clamd_answer {
    enum clamd_result result;
    char signature[CLAMD_SIGNATURE_MAX + 1]; /* printable ASCII */
    char reason[80];                         /* of an error, for the log */
};

/* path of the socket; deadline per message. by_descriptor: messages are passed, not sent; clamd must run on this
 * machine, and its MaxFileSize must allow for our largest message (with AlertExceedsMax, or it says OK to a larger
 * one). */
struct clamd *clamd_new(const char *path, int deadline_ms, bool by_descriptor);
/* As the settings say; NULL: they say that clamd is not used. */
struct clamd *clamd_configured(void);
void clamd_free(struct clamd **c);

/* One conversation, so that the caller can do something else between sending and answer. */
struct clamd_session {
    struct clamd *clamd;
    int fd;
    int64_t deadline; /* monotonic ms */
    bool admitted;    /* the breaker let us through and waits for the outcome */
    bool passed;      /* as a descriptor: the answer has another beginning */
    bool sent;        /* all of it: an OK to half a message is no OK */
    char reason[80];
};

/* false at once when the breaker is open. */
bool clamd_ready(struct clamd *c);
/* Connects and sends all bytes, or passes fd, a file with the same bytes (-1: there is none). Failures show in
 * clamd_finish(), which must always follow. */
void clamd_begin(struct clamd *c, struct clamd_session *s, const void *p, size_t n, int fd);
void clamd_finish(struct clamd_session *s, struct clamd_answer *out);

/* Reads "stream: OK", "stream: NAME FOUND", "... ERROR" (n bytes, without the NUL); passed: "fd[10]: OK". For tests
 * and the fuzzer. */
void clamd_parse(const char *p, size_t n, bool passed, struct clamd_answer *out);

/* What a signature makes of a message: its kind, and the code of the reason. "unscannable" when the
 * name only says that clamd could not look; the code of malware is the name itself. */
struct clamd_meaning {
    const char *kind, *code;
};
struct clamd_meaning clamd_meaning(const char *signature);

#endif
