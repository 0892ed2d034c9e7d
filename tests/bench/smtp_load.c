/*
 * Sends real mails through an SMTP server with C connections, and is the next hop that gets them.
 *
 *   smtp_load -p PORT -s SINK_PORT -l LIST -n MESSAGES -c CONNECTIONS -t RECIPIENT [-r PER_SECOND]
 *             [-o LEDGER] [-k SECONDS] [-m]
 *
 * LIST has one file name a line; the list is used again from the start when it is shorter. One
 * connection per message, as mail servers do. Each message gets a header "X-Load-Id: N RUN" in front, so
 * that no two messages of two runs have the same bytes (they would be resends).
 * With -m also "Message-ID: <N@load.example>" (for mails made without one). Only loopback is spoken to. Prints one JSON object. With -o, one line per message:
 * "id<TAB>last SMTP code<TAB>copies the sink got". With -k, keeps the sink open until nothing has
 * come for that many seconds (default 3). -r paces all connections together; a 4xx answer is tried
 * again every second while paced, as a mail server would (later), and counted.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

struct mail {
    char *data; /* dot-stuffed, CRLF, with the final dot */
    size_t len;
};

static struct mail *mails;
static int nmails;
static int port, sink_port, total, connections = 10, keep_seconds = 3;
static double per_second;
static bool message_ids;
static const char *recipient, *ledger;
static atomic_int next_id, accepted, refused, deferred, broken;
static _Atomic int64_t last_sink_us;
static atomic_int sink_count;
static int *codes, *copies;
static double *latency_ms;
static int64_t start_us;

static int64_t
now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
die(const char *what)
{
    fprintf(stderr, "smtp_load: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* ------------------------------------------------------------------ mails */

static bool
load_mail(const char *file, struct mail *m)
{
    FILE *f = fopen(file, "rb");
    if (!f)
        return false;
    fseek(f, 0, SEEK_END);
    long n = ftell(f);
    rewind(f);
    char *raw = malloc((size_t)n + 1), *out = malloc((size_t)n * 3 + 16);
    if (!raw || !out || fread(raw, 1, (size_t)n, f) != (size_t)n)
        die(file);
    fclose(f);
    size_t o = 0;
    bool bol = true;
    long i = 0;
    if (n > 5 && memcmp(raw, "From ", 5) == 0) /* mbox line */
        while (i < n && raw[i++] != '\n')
            ;
    for (; i < n; i++) {
        if (raw[i] == '\r' || raw[i] == '\0')
            continue;
        if (bol && raw[i] == '.')
            out[o++] = '.';
        bol = raw[i] == '\n';
        if (bol)
            out[o++] = '\r';
        out[o++] = raw[i];
    }
    if (!bol) {
        out[o++] = '\r';
        out[o++] = '\n';
    }
    memcpy(out + o, ".\r\n", 3);
    free(raw);
    *m = (struct mail){out, o + 3};
    return true;
}

static void
load_list(const char *file)
{
    FILE *f = fopen(file, "r");
    char line[4096];
    if (!f)
        die(file);
    mails = calloc((size_t)total + 1, sizeof *mails);
    while (nmails < total && fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        if (load_mail(line, &mails[nmails]))
            nmails++;
    }
    fclose(f);
    if (!nmails)
        die("no mail in the list");
}

/* ------------------------------------------------------------------ small SMTP helpers */

struct line_reader {
    int fd;
    char buf[65536];
    size_t len, pos;
};

/* Next line without its CRLF, or NULL. */
static char *
read_line(struct line_reader *r)
{
    for (;;) {
        char *nl = memchr(r->buf + r->pos, '\n', r->len - r->pos);
        if (nl) {
            char *line = r->buf + r->pos;
            *nl = '\0';
            if (nl > line && nl[-1] == '\r')
                nl[-1] = '\0';
            r->pos = (size_t)(nl - r->buf) + 1;
            return line;
        }
        memmove(r->buf, r->buf + r->pos, r->len - r->pos);
        r->len -= r->pos;
        r->pos = 0;
        if (r->len == sizeof r->buf)
            r->len = 0; /* a longer line: its beginning is not needed */
        ssize_t n = read(r->fd, r->buf + r->len, sizeof r->buf - r->len);
        if (n <= 0)
            return NULL;
        r->len += (size_t)n;
    }
}

static int
reply(struct line_reader *r)
{
    char *line;
    do {
        line = read_line(r);
    } while (line && strlen(line) > 3 && line[3] == '-');
    return line ? atoi(line) : -1;
}

static bool
put(int fd, const char *p, size_t n)
{
    while (n) {
        ssize_t w = send(fd, p, n, MSG_NOSIGNAL);
        if (w <= 0)
            return false;
        p += w;
        n -= (size_t)w;
    }
    return true;
}

static int
command(struct line_reader *r, const char *text)
{
    return put(r->fd, text, strlen(text)) ? reply(r) : -1;
}

static int
dial(int to)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)to),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a)) {
        close(fd);
        return -1;
    }
    struct timeval t = {300, 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    return fd;
}

/* ------------------------------------------------------------------ sending */

/* The code of the last answer; -1 when the connection broke before an answer to the final dot. */
static int
send_one(int id)
{
    static _Thread_local struct line_reader r;
    char text[512];
    const struct mail *m = &mails[id % nmails];
    int code;

    r = (struct line_reader){.fd = dial(port)};
    if (r.fd < 0)
        return -1;
    if ((code = reply(&r)) != 220 || (code = command(&r, "EHLO load.example\r\n")) != 250)
        goto out;
    if ((code = command(&r, "MAIL FROM:<sender@load.example>\r\n")) != 250)
        goto out;
    snprintf(text, sizeof text, "RCPT TO:<%s>\r\n", recipient);
    if ((code = command(&r, text)) != 250 || (code = command(&r, "DATA\r\n")) != 354)
        goto out;
    snprintf(text, sizeof text, "X-Load-Id: %d %lld\r\n", id, (long long)start_us);
    if (message_ids)
        snprintf(text, sizeof text, "X-Load-Id: %d %lld\r\nMessage-ID: <%d@load.example>\r\n", id,
                 (long long)start_us, id);
    code = put(r.fd, text, strlen(text)) && put(r.fd, m->data, m->len) ? reply(&r) : -1;
    if (code > 0)
        put(r.fd, "QUIT\r\n", 6);
out:
    close(r.fd);
    return code;
}

static void
nap_us(int64_t us)
{
    if (us > 0)
        usleep((useconds_t)us);
}

static void *
sender(void *arg)
{
    (void)arg;
    for (;;) {
        int id = atomic_fetch_add(&next_id, 1);
        if (id >= total)
            return NULL;
        if (per_second > 0)
            nap_us(start_us + (int64_t)(id / per_second * 1e6) - now_us());
        int64_t t = now_us();
        int code = send_one(id);
        /* Paced load plays a real mail server: whatever was not answered 2xx or 5xx goes again. */
        for (int try = 0; per_second > 0 && (code < 0 || code / 100 == 4) && try < 600; try++) {
            atomic_fetch_add(code < 0 ? &broken : &deferred, 1);
            nap_us(1000000);
            code = send_one(id);
        }
        latency_ms[id] = (double)(now_us() - t) / 1000;
        codes[id] = code;
        if (code / 100 == 2)
            atomic_fetch_add(&accepted, 1);
        else if (code / 100 == 5)
            atomic_fetch_add(&refused, 1);
        else
            atomic_fetch_add(code < 0 ? &broken : &deferred, 1);
    }
}

/* ------------------------------------------------------------------ the next hop */

static void *
sink_session(void *arg)
{
    struct line_reader *r = arg;
    char *line;
    int id = -1;
    bool data = false, header = false;

    put(r->fd, "220 sink.example\r\n", 18);
    while ((line = read_line(r))) {
        if (data && strcmp(line, ".") == 0) {
            data = false;
            if (id >= 0 && id < total)
                __atomic_fetch_add(&copies[id], 1, __ATOMIC_RELAXED);
            atomic_fetch_add(&sink_count, 1);
            last_sink_us = now_us();
            put(r->fd, "250 2.0.0 kept\r\n", 16);
        } else if (data) {
            if (header && strncasecmp(line, "X-Load-Id:", 10) == 0)
                id = atoi(line + 10);
            if (!*line)
                header = false;
        } else if (strncasecmp(line, "DATA", 4) == 0) {
            data = header = true;
            id = -1;
            put(r->fd, "354 go\r\n", 8);
        } else if (strncasecmp(line, "EHLO", 4) == 0) { /* as next hops do */
            put(r->fd, "250-sink.example\r\n250-PIPELINING\r\n250 8BITMIME\r\n", 48);
        } else if (strncasecmp(line, "QUIT", 4) == 0) {
            put(r->fd, "221 bye\r\n", 9);
            break;
        } else {
            put(r->fd, "250 ok\r\n", 8);
        }
    }
    close(r->fd);
    free(r);
    return NULL;
}

static void *
sink(void *arg)
{
    int listener = *(int *)arg;
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            continue;
        struct line_reader *r = calloc(1, sizeof *r);
        pthread_t t;
        r->fd = fd;
        if (pthread_create(&t, NULL, sink_session, r) == 0)
            pthread_detach(t);
        else
            close(fd), free(r);
    }
    return NULL;
}

static int
sink_listen(void)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_port = htons((uint16_t)sink_port),
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, 256))
        die("sink port");
    return fd;
}

/* ------------------------------------------------------------------ report */

static int
by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void
report(double sent_seconds)
{
    int twice = 0, lost = 0;
    if (ledger) {
        FILE *f = fopen(ledger, "w");
        if (!f)
            die(ledger);
        for (int i = 0; i < total; i++)
            fprintf(f, "%d\t%d\t%d\n", i, codes[i], copies[i]);
        fclose(f);
    }
    for (int i = 0; i < total; i++) {
        twice += copies[i] > 1;
        lost += codes[i] / 100 == 2 && copies[i] == 0;
    }
    qsort(latency_ms, (size_t)total, sizeof *latency_ms, by_value);
    double delivered = last_sink_us ? (double)(last_sink_us - start_us) / 1e6 : 0;
    printf("{\"sent\":%d,\"accepted\":%d,\"refused\":%d,\"deferred\":%d,\"broken\":%d,"
           "\"seconds\":%.3f,\"accepted_per_second\":%.1f,\"at_sink\":%d,\"sink_seconds\":%.3f,"
           "\"delivered_per_second\":%.1f,\"twice\":%d,\"not_at_sink\":%d,"
           "\"p50_ms\":%.1f,\"p95_ms\":%.1f}\n",
           total, accepted, refused, deferred, broken, sent_seconds, accepted / sent_seconds,
           sink_count, delivered, delivered > 0 ? sink_count / delivered : 0, twice, lost,
           latency_ms[total / 2], latency_ms[total * 95 / 100]);
}

int
main(int argc, char **argv)
{
    const char *list = NULL;
    int opt;
    while ((opt = getopt(argc, argv, "p:s:l:n:c:t:r:o:k:m")) != -1) {
        switch (opt) {
        case 'p': port = atoi(optarg); break;
        case 's': sink_port = atoi(optarg); break;
        case 'l': list = optarg; break;
        case 'n': total = atoi(optarg); break;
        case 'c': connections = atoi(optarg); break;
        case 't': recipient = optarg; break;
        case 'r': per_second = atof(optarg); break;
        case 'o': ledger = optarg; break;
        case 'k': keep_seconds = atoi(optarg); break;
        case 'm': message_ids = true; break;
        default: return 2;
        }
    }
    if (!port || !list || total < 1 || !recipient || connections < 1) {
        fprintf(stderr, "usage: smtp_load -p PORT -s SINK_PORT -l LIST -n MESSAGES -t RECIPIENT\n");
        return 2;
    }
    load_list(list);
    codes = calloc((size_t)total, sizeof *codes);
    copies = calloc((size_t)total, sizeof *copies);
    latency_ms = calloc((size_t)total, sizeof *latency_ms);
    pthread_t tid, *senders = calloc((size_t)connections, sizeof *senders);
    int listener = sink_port ? sink_listen() : -1;
    if (sink_port)
        pthread_create(&tid, NULL, sink, &listener);
    start_us = now_us();
    for (int i = 0; i < connections; i++)
        pthread_create(&senders[i], NULL, sender, NULL);
    for (int i = 0; i < connections; i++)
        pthread_join(senders[i], NULL);
    double sent = (double)(now_us() - start_us) / 1e6;
    int64_t quiet_since = now_us();
    int seen = -1;
    while (sink_port && sink_count < accepted && now_us() - quiet_since < keep_seconds * 1000000LL) {
        if (sink_count != seen) {
            seen = sink_count;
            quiet_since = now_us();
        }
        usleep(20000);
    }
    report(sent);
    return 0;
}
