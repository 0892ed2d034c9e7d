#include "clamd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "../../common/err.h"
#include "../../common/when.h"

#define CHUNK (256 * 1024)
#define ANSWER_MAX 1024
#define FAILURES_TO_OPEN 3
#define OPEN_MS 2000 /* then one message tries */

struct clamd {
    char path[108];
    int deadline_ms;
    bool by_descriptor;
    pthread_mutex_t lock;
    int failures; /* in a row */
    int64_t open_until;
    bool probing;
};

struct clamd *
clamd_new(const char *path, int deadline_ms, bool by_descriptor)
{
    struct clamd *c = calloc(1, sizeof *c);

    BUG_IF(!c);
    (void)snprintf(c->path, sizeof c->path, "%s", path);
    c->deadline_ms = deadline_ms;
    c->by_descriptor = by_descriptor;
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

void
clamd_free(struct clamd **c)
{
    if (*c) {
        pthread_mutex_destroy(&(*c)->lock);
        free(*c);
        *c = NULL;
    }
}

/* ---------------------------------------------------------------- breaker */

static bool
breaker_open(const struct clamd *c)
{
    return c->failures >= FAILURES_TO_OPEN && (c->probing || when_mono() < c->open_until);
}

bool
clamd_ready(struct clamd *c)
{
    bool open;

    pthread_mutex_lock(&c->lock);
    open = breaker_open(c);
    pthread_mutex_unlock(&c->lock);
    return !open;
}

static bool
breaker_admit(struct clamd *c)
{
    bool admitted;

    pthread_mutex_lock(&c->lock);
    admitted = !breaker_open(c);
    if (admitted && c->failures >= FAILURES_TO_OPEN)
        c->probing = true;
    pthread_mutex_unlock(&c->lock);
    return admitted;
}

static void
breaker_outcome(struct clamd *c, bool good)
{
    pthread_mutex_lock(&c->lock);
    c->probing = false;
    if (good) {
        c->failures = 0;
    } else {
        if (c->failures < FAILURES_TO_OPEN)
            c->failures++;
        c->open_until = when_mono() + OPEN_MS;
    }
    pthread_mutex_unlock(&c->lock);
}

struct clamd_meaning
clamd_meaning(const char *signature)
{
    if (strncmp(signature, "Heuristics.Limits.", 18) == 0)
        return (struct clamd_meaning){"unscannable", "virus-scan-limit"};
    if (strncmp(signature, "Heuristics.Encrypted", 20) == 0)
        return (struct clamd_meaning){"unscannable", "encrypted"};
    /* Heuristics.Phishing.Email.SpoofedDomain, Email.Phishing.X-1, Html.Phishing.Bank-2 */
    if (strstr(signature, "Phishing."))
        return (struct clamd_meaning){"phishing", "phishing-found"};
    return (struct clamd_meaning){"malware", signature};
}

/* ---------------------------------------------------------------- conversation */

static void
give_up(struct clamd_session *s, const char *reason)
{
    if (!s->reason[0])
        (void)snprintf(s->reason, sizeof s->reason, "%s", reason);
    if (s->fd >= 0)
        close(s->fd);
    s->fd = -1;
}

/* Waits until the socket is ready; a look without waiting is always granted. */
static int
wait_for(struct clamd_session *s, short events)
{
    struct pollfd p = {.fd = s->fd, .events = events};
    int64_t left;
    int n;

    do {
        left = s->deadline - when_mono();
        n = poll(&p, 1, left > 0 ? (int)left : 0);
    } while (n < 0 && errno == EINTR);
    return n > 0 ? 0 : -1;
}

/* A clamd that answers while we still send has refused the stream (size limit): its answer is read
 * by clamd_finish(). */
static int
send_all(struct clamd_session *s, const void *p, size_t n)
{
    const char *at = p;

    while (n > 0) {
        ssize_t k = send(s->fd, at, n, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (k < 0 && (errno == EAGAIN || errno == EINTR)) {
            if (wait_for(s, POLLOUT) < 0) {
                give_up(s, "late: does not take the message");
                return -1;
            }
            continue;
        }
        if (k < 0)
            return -1;
        at += k;
        n -= (size_t)k;
    }
    return 0;
}

static int
open_socket(struct clamd_session *s)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};

    (void)snprintf(sa.sun_path, sizeof sa.sun_path, "%s", s->clamd->path);
    s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (s->fd < 0 || connect(s->fd, (struct sockaddr *)&sa, sizeof sa) < 0) {
        char why[80];
        (void)snprintf(why, sizeof why, "connect: %s", strerror(errno));
        give_up(s, why); /* EAGAIN too: its backlog is full */
        return -1;
    }
    return 0;
}

/* The command with its NUL, then one byte that carries the descriptor. */
static void
pass(struct clamd_session *s, int fd)
{
    static const char command[] = "zFILDES";
    union {
        struct cmsghdr head;
        char space[CMSG_SPACE(sizeof(int))];
    } control = {0};
    char byte = 0;
    struct iovec one = {&byte, 1};
    struct msghdr m = {.msg_iov = &one,
                       .msg_iovlen = 1,
                       .msg_control = control.space,
                       .msg_controllen = sizeof control.space};
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    ssize_t k;

    s->passed = true;
    if (send_all(s, command, sizeof command) < 0)
        return;
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(c), &fd, sizeof fd);
    do
        k = sendmsg(s->fd, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    while (k < 0 && (errno == EINTR || (errno == EAGAIN && wait_for(s, POLLOUT) == 0)));
    s->sent = k == 1;
    if (k < 0 && errno == EAGAIN)
        give_up(s, "late: does not take the message");
}

static void
stream(struct clamd_session *s, const void *p, size_t n)
{
    static const char command[] = "zINSTREAM"; /* sent with its NUL */
    const char *at = p;
    uint32_t size;

    if (send_all(s, command, sizeof command) < 0)
        return;
    while (n > 0) {
        size_t k = n < CHUNK ? n : CHUNK;
        size = htonl((uint32_t)k);
        if (send_all(s, &size, sizeof size) < 0 || send_all(s, at, k) < 0)
            return;
        at += k;
        n -= k;
    }
    size = 0;
    s->sent = send_all(s, &size, sizeof size) == 0;
}

void
clamd_begin(struct clamd *c, struct clamd_session *s, const void *p, size_t n, int fd)
{
    *s = (struct clamd_session){.clamd = c, .fd = -1, .deadline = when_mono() + c->deadline_ms};
    s->admitted = breaker_admit(c);
    if (!s->admitted) {
        give_up(s, "down");
        return;
    }
    if (open_socket(s) < 0)
        return;
    if (c->by_descriptor && fd >= 0)
        pass(s, fd);
    else
        stream(s, p, n);
}

static void
error_answer(struct clamd_answer *out, const char *reason)
{
    memset(out, 0, sizeof *out);
    out->result = CLAMD_ERROR;
    (void)snprintf(out->reason, sizeof out->reason, "%s", reason);
}

static bool
ends_with(const char *p, size_t n, const char *tail)
{
    size_t t = strlen(tail);

    return n >= t && memcmp(p + n - t, tail, t) == 0;
}

/* "stream: ", or "fd[10]: " with any number. 0: neither. */
static size_t
prefix_of(const char *p, size_t n, bool passed)
{
    static const char sent[] = "stream: ";
    size_t i = 3;

    if (!passed)
        return n > sizeof sent - 1 && memcmp(p, sent, sizeof sent - 1) == 0 ? sizeof sent - 1 : 0;
    if (n < 8 || memcmp(p, "fd[", 3) != 0)
        return 0;
    while (i < n && i < 12 && p[i] >= '0' && p[i] <= '9')
        i++;
    return i > 3 && n > i + 3 && memcmp(p + i, "]: ", 3) == 0 ? i + 3 : 0;
}

void
clamd_parse(const char *p, size_t n, bool passed, struct clamd_answer *out)
{
    static const char found[] = " FOUND", unofficial[] = ".UNOFFICIAL";
    size_t skip, len;

    error_answer(out, "unreadable answer");
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)p[i] < 0x20 || (unsigned char)p[i] > 0x7e)
            return;
    if (n >= 6 && ends_with(p, n, " ERROR")) {
        if (n == 35 && memcmp(p, "INSTREAM size limit exceeded. ERROR", 35) == 0)
            out->result = CLAMD_TOO_LARGE;
        (void)snprintf(out->reason, sizeof out->reason, "%.*s", (int)(n < 79 ? n : 79), p);
        return;
    }
    if (!(skip = prefix_of(p, n, passed)))
        return;
    p += skip;
    n -= skip;
    if (n == 2 && memcmp(p, "OK", 2) == 0) {
        memset(out, 0, sizeof *out);
        out->result = CLAMD_CLEAN;
        return;
    }
    if (n <= sizeof found - 1 || !ends_with(p, n, found))
        return;
    len = n - (sizeof found - 1);
    if (len > sizeof unofficial - 1 && ends_with(p, len, unofficial))
        len -= sizeof unofficial - 1; /* said of every signature that is not from clamd's makers */
    if (len > CLAMD_SIGNATURE_MAX)
        len = CLAMD_SIGNATURE_MAX;
    memset(out, 0, sizeof *out);
    out->result = CLAMD_FOUND;
    memcpy(out->signature, p, len);
}

/* An answer ends with NUL, then clamd closes. Anything else is unreadable. */
static void
read_answer(struct clamd_session *s, struct clamd_answer *out)
{
    char text[ANSWER_MAX];
    size_t n = 0;

    for (;;) {
        ssize_t k = recv(s->fd, text + n, sizeof text - n, MSG_DONTWAIT);
        if (k < 0 && (errno == EAGAIN || errno == EINTR)) {
            if (wait_for(s, POLLIN) < 0) {
                error_answer(out, "late");
                return;
            }
            continue;
        }
        if (k == 0 || (k < 0 && errno == ECONNRESET && n > 0))
            break; /* a reset after the answer: clamd had not read all it refused */
        if (k < 0) {
            error_answer(out, "connection lost");
            return;
        }
        n += (size_t)k;
        if (n == sizeof text) {
            error_answer(out, "endless answer");
            return;
        }
    }
    if (n == 0 || text[n - 1] != '\0')
        error_answer(out, n ? "half an answer" : "no answer");
    else if (strlen(text) != n - 1)
        error_answer(out, "more than one answer");
    else
        clamd_parse(text, n - 1, s->passed, out);
}

void
clamd_finish(struct clamd_session *s, struct clamd_answer *out)
{
    if (s->fd >= 0) {
        read_answer(s, out);
        if (!s->sent && (out->result == CLAMD_CLEAN || out->result == CLAMD_FOUND))
            error_answer(out, "answered before it had the message");
        close(s->fd);
        s->fd = -1;
    } else {
        error_answer(out, s->reason[0] ? s->reason : "not asked");
    }
    if (s->admitted)
        breaker_outcome(s->clamd, out->result != CLAMD_ERROR);
    s->admitted = false;
}
