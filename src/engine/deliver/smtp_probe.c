#include "smtp_probe.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/when.h"
#include "../authn/dns_unbound.h"

#define ADDRESSES_MAX 8
#define READ_MAX 8192 /* of one reply */

/* ---------------------------------------------------------------- replies */

static void
keep(char out[SMTP_PROBE_TEXT + 1], const char *line, size_t n)
{
    size_t i;

    for (i = 0; i < n && i < SMTP_PROBE_TEXT; i++)
        out[i] = line[i] >= ' ' && line[i] <= '~' ? line[i] : '?';
    out[i] = '\0';
}

/* "250-SIZE 1000": 250. -1: no reply line. */
static int
code_of(const char *line, size_t n)
{
    if (n < 3 || line[0] < '2' || line[0] > '5' || !isdigit((unsigned char)line[1]) ||
        !isdigit((unsigned char)line[2]) || (n > 3 && line[3] != ' ' && line[3] != '-'))
        return -1;
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0';
}

int
smtp_probe_reply(const char *p, size_t n, char reply[SMTP_PROBE_TEXT + 1], bool *tls, size_t *used)
{
    const char *line = p, *end = p + n, *lf;
    int first = 0;

    while ((lf = memchr(line, '\n', (size_t)(end - line)))) {
        size_t len = (size_t)(lf - line);
        int code;
        len -= len > 0 && line[len - 1] == '\r';
        code = code_of(line, len);
        if (!first)
            keep(reply, line, len);
        if (code < 0 || (first && code != first))
            return -1;
        first = code;
        if (len == 12 && strncasecmp(line + 4, "STARTTLS", 8) == 0)
            *tls = true;
        if (len == 3 || line[3] == ' ') {
            *used = (size_t)(lf + 1 - p);
            return code;
        }
        line = lf + 1;
    }
    return 0;
}

/* ---------------------------------------------------------------- connecting */

union address {
    struct sockaddr sa;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static void
set_address(union address *to, int family, const void *bytes, int port)
{
    memset(to, 0, sizeof *to);
    to->sa.sa_family = (sa_family_t)family;
    if (family == AF_INET) {
        memcpy(&to->v4.sin_addr, bytes, 4);
        to->v4.sin_port = htons((uint16_t)port);
    } else {
        memcpy(&to->v6.sin6_addr, bytes, 16);
        to->v6.sin6_port = htons((uint16_t)port);
    }
}

/* Addresses of a name, both families. */
static int
resolve(struct arena *a, const char *host, int port, const char *servers, bool dnssec,
        int64_t deadline, union address *to)
{
    struct dns_query q[] = {{.name = host, .type = DNS_A}, {.name = host, .type = DNS_AAAA}};
    struct dns_unbound *u;
    struct err e;
    int n = 0;

    if (!dns_is_name(host) || !(u = dns_unbound_new(servers, dnssec, &e)))
        return 0;
    dns_unbound_ask(u, a, q, 2, deadline);
    for (int k = 0; k < 2; k++)
        for (int i = 0; i < q[k].answer.n && n < ADDRESSES_MAX; i++)
            if (q[k].answer.records[i].len == (k ? 16 : 4))
                set_address(&to[n++], k ? AF_INET6 : AF_INET, q[k].answer.records[i].data, port);
    dns_unbound_free(&u);
    return n;
}

static int
addresses(struct arena *a, const char *host, int port, const char *servers, bool dnssec,
          int64_t deadline, union address *to)
{
    unsigned char bytes[16];

    for (int k = 0; k < 2; k++) {
        int family = k ? AF_INET6 : AF_INET;
        if (inet_pton(family, host, bytes) == 1) {
            set_address(to, family, bytes, port);
            return 1;
        }
    }
    return resolve(a, host, port, servers, dnssec, deadline, to);
}

/* false: not by then. */
static bool
wait_for(int fd, short events, int64_t deadline)
{
    int64_t left;

    while ((left = deadline - when_mono()) > 0) {
        struct pollfd p = {.fd = fd, .events = events};
        int n = poll(&p, 1, left > 60000 ? 60000 : (int)left);
        if (n > 0)
            return true;
        if (n < 0 && errno != EINTR)
            return false;
    }
    return false;
}

/* -1 and errno. */
static int
connect_to(const union address *to, int64_t deadline)
{
    socklen_t len = to->sa.sa_family == AF_INET ? sizeof to->v4 : sizeof to->v6;
    int fd = socket(to->sa.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), error = 0;
    socklen_t n = sizeof error;

    if (fd < 0)
        return -1;
    if (connect(fd, &to->sa, len) == 0)
        return fd;
    if (errno != EINPROGRESS)
        error = errno;
    else if (!wait_for(fd, POLLOUT, deadline))
        error = ETIMEDOUT;
    else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n) < 0)
        error = errno;
    if (error == 0)
        return fd;
    close(fd);
    errno = error;
    return -1;
}

/* ---------------------------------------------------------------- talking */

/* The code of the next reply, 0 when it does not come, -1 when it is none. */
static int
read_reply(int fd, int64_t deadline, struct smtp_probe *out)
{
    char buffer[READ_MAX];
    size_t n = 0, used;
    int code;

    for (;;) {
        ssize_t got;
        if (!wait_for(fd, POLLIN, deadline))
            return 0;
        got = recv(fd, buffer + n, sizeof buffer - n, 0);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got <= 0) {
            keep(out->reply, buffer, n);
            return -1;
        }
        n += (size_t)got;
        code = smtp_probe_reply(buffer, n, out->reply, &out->tls, &used);
        if (code != 0)
            return code;
        if (n == sizeof buffer)
            return -1;
    }
}

static const char *
verdict(int code)
{
    return code == 0                    ? "late"
           : code < 0                   ? "not-smtp"
           : code >= 400                ? "turned-away"
           : code == 220 || code == 250 ? "ok"
                                        : "not-smtp";
}

static void
talk(struct arena *a, int fd, const char *helo, int64_t deadline, struct smtp_probe *out)
{
    const char *ehlo = arena_printf(a, "EHLO %s\r\n", helo);

    out->result = verdict(read_reply(fd, deadline, out));
    out->tls = false; /* what a greeting says is no offer */
    if (strcmp(out->result, "ok") != 0)
        return;
    if (send(fd, ehlo, strlen(ehlo), MSG_NOSIGNAL) < 0) {
        out->result = "not-smtp";
        return;
    }
    out->result = verdict(read_reply(fd, deadline, out));
    (void)send(fd, "QUIT\r\n", 6, MSG_NOSIGNAL);
}

void
smtp_probe(struct arena *a, const char *host, int port, const char *helo, const char *servers,
           bool dnssec, int64_t deadline, struct smtp_probe *out)
{
    union address to[ADDRESSES_MAX];
    int n = addresses(a, host, port, servers, dnssec, deadline, to), fd = -1;
    int64_t began = when_mono();

    *out = (struct smtp_probe){.result = n ? "refused" : "name"};
    for (int i = 0; i < n && fd < 0; i++) {
        /* A dead address leaves time for the others. */
        fd = connect_to(&to[i], i + 1 < n ? when_mono() + (deadline - when_mono()) / 2 : deadline);
        if (fd < 0)
            out->result = errno == ETIMEDOUT ? "late" : "refused";
    }
    if (fd < 0)
        return;
    talk(a, fd, helo, deadline, out);
    close(fd);
    out->ms = (int)(when_mono() - began);
}
