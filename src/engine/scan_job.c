#include "scan_job.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/jsonx.h"
#include "../common/when.h"
#include "authn/dns_known.h"
#include "scan_begun.h"

#define MAGIC 0x53434a31u
#define PIECE (48 * 1024) /* well below the socket's buffer */
#define SEALS (F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)

enum packet_type { PACKET_JOB, PACKET_PIECE, PACKET_DIED };

/* Both ends are copies of one binary, so this may be a struct. */
struct packet {
    uint32_t magic, type;
    uint64_t id;
    /* Of a reply: all its bytes, and where this piece stands. Of a job: the bytes of the description in front of what
     * else is told (0: that is in a memfd, or there is nothing), and which descriptors come behind the message. */
    uint64_t total, at;
    char data[PIECE];
};
#define HEAD offsetof(struct packet, data)

/* The longest members of a reply by far, and plain text: they go behind the JSON, after a NUL each, because to read them
 * as JSON costs more than all the rest. Empty is the same as not there. */
static const char *const beside[] = {"facts", "features", "auth"};
#define BESIDE (sizeof beside / sizeof *beside)

/* The data are not cleared: 48 KiB a packet, most of which is never sent. */
static void
label(struct packet *p, enum packet_type type, uint64_t id)
{
    p->magic = MAGIC;
    p->type = type;
    p->id = id;
    p->total = p->at = 0;
}

/* With a job come one to three descriptors: the message, what else is told, and where opened files are written. */
#define FDS 3
#define WITH_MORE 1
#define WITH_OPENED 2
#define MORE_BYTES (DNS_ANSWERS_BYTES + SCAN_JOB_LISTS)
union passing {
    char space[CMSG_SPACE(FDS * sizeof(int))];
    struct cmsghdr align;
};

static ssize_t
send_packet(int fd, const struct packet *p, size_t data_len, const int *fds, size_t nfds, int flags)
{
    union passing control = {0};
    struct iovec iov = {.iov_base = (void *)(uintptr_t)p, .iov_len = HEAD + data_len};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    struct cmsghdr *c;
    ssize_t n;

    if (nfds > 0) {
        m.msg_control = control.space;
        m.msg_controllen = CMSG_SPACE(nfds * sizeof *fds);
        c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(nfds * sizeof *fds);
        memcpy(CMSG_DATA(c), fds, nfds * sizeof *fds);
    }
    do
        n = sendmsg(fd, &m, MSG_NOSIGNAL | flags);
    while (n < 0 && errno == EINTR);
    return n;
}

/* ---------------------------------------------------------------- caller */

int
scan_job_empty_memfd(struct err *e)
{
    int fd = memfd_create("opened", MFD_CLOEXEC | MFD_ALLOW_SEALING);

    return fd < 0 ? err_set(e, ERR_ENV, "memfd", "memfd: %s", strerror(errno)) : fd;
}

int
scan_job_memfd(const void *raw, size_t n, struct err *e)
{
    int fd = memfd_create("mail", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    const char *p = raw;

    while (fd >= 0 && n > 0) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            break;
        p += k;
        n -= (size_t)k;
    }
    if (fd < 0 || n > 0 || fcntl(fd, F_ADD_SEALS, SEALS) < 0) {
        int saved = errno;
        if (fd >= 0)
            close(fd);
        return err_set(e, ERR_ENV, "memfd", "memfd: %s", strerror(saved));
    }
    return fd;
}

static void
put(struct arena *a, struct buf *b, const char *value)
{
    buf_str(b, value ? jsonx_utf8(a, value, strnlen(value, 1000)) : "");
    buf_add(b, "", 1);
}

/* Texts with a NUL behind each, the recipients last. Nothing of a preview. */
static struct buf *
describe(struct arena *a, const struct scan_job *job, int recipients)
{
    struct buf *b = buf_new(a, 0);
    const struct envelope *env = job->env;

    buf_char(b, (char)('0' + job->kind));
    if (!env)
        return b;
    put(a, b, env->client_ip);
    put(a, b, env->client_name);
    put(a, b, env->helo);
    put(a, b, env->tls);
    put(a, b, env->sender);
    put(a, b, env->direction);
    for (int i = 0; i < recipients && i < SCAN_JOB_RECIPIENTS; i++) {
        const char *to = env->recipients[i];
        buf_str(b, jsonx_utf8(a, to, strlen(to)));
        buf_add(b, "", 1);
    }
    return b;
}

static void
drain(int fd)
{
    char waste[64];

    while (recv(fd, waste, sizeof waste, MSG_DONTWAIT) >= 0 || errno == EINTR)
        ;
}

/* What may be too long for a packet: answers of DNS, lists of the organisations. NULL: there are none. */
static const char *
more_text(struct arena *a, const struct scan_job *job, size_t *n)
{
    const json_t *lists = job->env && job->kind == SCAN_JOB_SCAN ? job->env->lists : NULL;
    json_t *j;

    *n = 0;
    if (json_array_size(job->answers) == 0 && json_object_size(lists) == 0)
        return NULL;
    j = jsonx_own(a, json_object());
    if (json_array_size(job->answers))
        json_object_set(j, "answers", (json_t *)job->answers);
    if (json_object_size(lists))
        json_object_set(j, "lists", (json_t *)lists);
    return jsonx_dump(a, j, n);
}

/* -1: no room for it (then the worker asks again, and gets less). */
static int
more_memfd(const char *text, size_t n)
{
    struct err e;

    return n > 0 && n <= MORE_BYTES ? scan_job_memfd(text, n, &e) : -1;
}

/* The descriptors of a job, and in p which they are. */
static size_t
list_fds(struct packet *p, const struct scan_job *job, int more, int fds[FDS])
{
    size_t n = 0;

    fds[n++] = job->mem_fd;
    if (more >= 0) {
        fds[n++] = more;
        p->at |= WITH_MORE;
    }
    if (job->opened_fd > 0) {
        fds[n++] = job->opened_fd;
        p->at |= WITH_OPENED;
    }
    return n;
}

int
scan_job_send(int fd, const struct scan_job *job, struct err *e)
{
    struct arena *a = arena_new();
    struct packet p;
    size_t n, nmore, nfds;
    struct buf *about = describe(a, job, job->env ? job->env->nrecipients : 0);
    const char *more = more_text(a, job, &nmore);
    int fds[FDS], more_fd = -1, rc = 0;

    label(&p, PACKET_JOB, job->id);
    drain(fd);
    /* Only very long recipients can do that; see SCAN_JOB_RECIPIENTS. */
    if (about->len > sizeof p.data)
        about = describe(a, job, 0);
    n = about->len;
    if (n > sizeof p.data)
        rc = err_set(e, ERR_ENV, "scan-send", "envelope too long");
    if (rc == 0) {
        memcpy(p.data, about->data, n);
        if (nmore > 0 && nmore <= sizeof p.data - n) { /* what is short costs no memfd */
            p.total = n;
            memcpy(p.data + n, more, nmore);
            n += nmore;
        } else {
            more_fd = more_memfd(more, nmore);
        }
        nfds = list_fds(&p, job, more_fd, fds);
        if (send_packet(fd, &p, n, fds, nfds, MSG_DONTWAIT) < 0)
            rc = err_set(e, ERR_ENV, "scan-send", "sendmsg: %s", strerror(errno));
    }
    if (more_fd >= 0)
        close(more_fd);
    arena_free(&a);
    return rc;
}

struct reply {
    char *data;
    size_t total, have;
    bool started;
};

/* Pieces come in order; anything else is a worker that must not be believed. */
static int
take_piece(struct arena *a, struct reply *r, const struct packet *p, size_t n)
{
    if (!r->started) {
        if (p->total > SCAN_JOB_REPLY_MAX)
            return -1;
        r->total = p->total;
        r->data = arena_alloc(a, r->total);
        r->started = true;
    }
    if (p->total != r->total || p->at != r->have || n > r->total - r->have)
        return -1;
    memcpy(r->data + r->have, p->data, n);
    r->have += n;
    return r->have == r->total;
}

static int
wait_readable(int fd, int64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    int64_t left;
    int n;

    do {
        left = deadline - when_mono();
        n = poll(&p, 1, left > 0 ? (int)left : 0);
    } while (n < 0 && errno == EINTR);
    return n;
}

/* The JSON, and what came beside it; a NUL cannot be in JSON. */
static int
read_reply(struct arena *a, const struct reply *r, json_t **reply)
{
    const char *end = r->data + r->total, *nul = memchr(r->data, '\0', r->total), *p;

    if (jsonx_load(a, r->data, (size_t)((nul ? nul : end) - r->data), SCAN_JOB_REPLY_MAX, reply,
                   NULL) < 0)
        return -1;
    for (size_t i = 0; nul && i < BESIDE; i++) {
        p = nul + 1;
        nul = memchr(p, '\0', (size_t)(end - p));
        if (!nul != (i == BESIDE - 1))
            return -1;
        size_t n = (size_t)((nul ? nul : end) - p);
        if (n > 0 && json_object_set_new(*reply, beside[i], json_stringn(p, n)))
            return -1; /* not UTF-8, or the JSON is no object */
    }
    return 0;
}

enum scan_job_news
scan_job_wait(int fd, uint64_t id, int64_t deadline, struct arena *a, json_t **reply, int64_t *seen)
{
    int64_t ignored;
    struct reply r = {0};
    struct packet p;
    ssize_t n;
    int rc;

    if (!seen)
        seen = &ignored;
    *seen = when_mono();
    for (;;) {
        if (wait_readable(fd, deadline) <= 0)
            return SCAN_JOB_LATE;
        n = recv(fd, &p, sizeof p, MSG_DONTWAIT);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n <= 0)
            return SCAN_JOB_BROKEN;
        if ((size_t)n < HEAD || p.magic != MAGIC)
            return SCAN_JOB_BROKEN;
        if (p.type == PACKET_DIED && p.id == id)
            return SCAN_JOB_DIED;
        if (p.type != PACKET_PIECE || p.id != id)
            continue;
        rc = take_piece(a, &r, &p, (size_t)n - HEAD);
        if (rc < 0 || (rc > 0 && r.total == 0))
            return SCAN_JOB_BROKEN;
        if (rc > 0)
            return read_reply(a, &r, reply) < 0 ? SCAN_JOB_BROKEN : SCAN_JOB_DONE;
    }
}

void
scan_job_wait_death(int fd)
{
    int64_t deadline = when_mono() + SCAN_JOB_KILL_MS;
    struct packet p;

    while (wait_readable(fd, deadline) > 0) {
        ssize_t n = recv(fd, &p, sizeof p, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR) ||
            (n >= (ssize_t)HEAD && p.magic == MAGIC && p.type == PACKET_DIED))
            return;
    }
}

/* ---------------------------------------------------------------- worker */

struct mapping {
    void *p;
    size_t n;
};

static void
unmap(void *arg)
{
    struct mapping *m = arg;

    (void)munmap(m->p, m->n);
}

/* As many bytes cost less to copy than to map and unmap. */
#define COPIED ((off_t)64 * 1024)

static int
copy_sealed(int fd, struct arena *a, const unsigned char **bytes, size_t n)
{
    unsigned char *p = arena_alloc(a, n);
    size_t have = 0;

    *bytes = p;
    while (have < n) {
        ssize_t k = pread(fd, p + have, n - have, (off_t)have);
        if (k < 0 && errno == EINTR)
            continue;
        if (k <= 0)
            return -1;
        have += (size_t)k;
    }
    return 0;
}

/* Only sealed memory is mapped: a file that shrinks under us would be a SIGBUS. */
static int
map_sealed(int fd, struct arena *a, const unsigned char **bytes, size_t *len)
{
    struct mapping *m = arena_alloc(a, sizeof *m);
    int seals = fcntl(fd, F_GET_SEALS);
    off_t size = lseek(fd, 0, SEEK_END); /* the sandbox has no fstat: it takes paths, too */

    if (seals < 0 || (seals & (F_SEAL_WRITE | F_SEAL_SHRINK)) != (F_SEAL_WRITE | F_SEAL_SHRINK) ||
        size < 0)
        return -1;
    *bytes = (const unsigned char *)"";
    *len = (size_t)size;
    if (size == 0)
        return 0;
    if (size <= COPIED)
        return copy_sealed(fd, a, bytes, *len);
    m->n = (size_t)size;
    m->p = mmap(NULL, m->n, PROT_READ, MAP_PRIVATE, fd, 0);
    if (m->p == MAP_FAILED)
        return -1;
    arena_defer(a, unmap, m);
    *bytes = m->p;
    return 0;
}

int
scan_job_map(int fd, struct arena *a, const unsigned char **p, size_t *n)
{
    return fcntl(fd, F_ADD_SEALS, SEALS) < 0 ? -1 : map_sealed(fd, a, p, n);
}

static int
read_more(const char *text, size_t n, struct arena *a, struct scan_job *job, struct envelope *env,
          struct err *e)
{
    json_t *j;

    if (jsonx_load(a, text, n, MORE_BYTES, &j, e) < 0)
        return -1;
    job->answers = json_object_get(j, "answers");
    env->lists = json_object_get(j, "lists");
    return 0;
}

/* The next text; "" when there is no more. */
static const char *
take_text(const char **p, const char *end)
{
    const char *s = *p, *nul = memchr(s, '\0', (size_t)(end - s));

    if (!nul)
        return "";
    *p = nul + 1;
    return s;
}

static int
read_description(struct arena *a, const char *text, size_t n, struct scan_job *job,
                 struct envelope *env)
{
    const char *p = arena_memdup(a, text, n), *end = p + n, **all;

    if (n == 0 || *p < '0' || *p > '0' + SCAN_JOB_FEATURES || (n > 1 && end[-1]))
        return -1;
    job->kind = (enum scan_job_kind)(*p++ - '0');
    env->client_ip = take_text(&p, end);
    env->client_name = take_text(&p, end);
    env->helo = take_text(&p, end);
    env->tls = take_text(&p, end);
    env->sender = take_text(&p, end);
    env->direction = take_text(&p, end);
    all = arena_calloc(a, SCAN_JOB_RECIPIENTS, sizeof *all);
    while (p < end && env->nrecipients < SCAN_JOB_RECIPIENTS)
        all[env->nrecipients++] = take_text(&p, end);
    env->recipients = all;
    job->env = env;
    return 0;
}

/* Each in its place: message, more, opened. Those that did not come are -1. */
static void
passed_fds(struct msghdr *m, uint64_t which, int fds[FDS])
{
    struct cmsghdr *c = CMSG_FIRSTHDR(m);
    int n = 0, came[FDS], k = 0;

    if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS)
        n = (int)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    if (n > FDS)
        n = FDS; /* what did not fit was never made: MSG_CTRUNC */
    if (n > 0)
        memcpy(came, CMSG_DATA(c), (size_t)n * sizeof *came);
    fds[0] = k < n ? came[k++] : -1;
    fds[1] = k < n && (which & WITH_MORE) ? came[k++] : -1;
    fds[2] = k < n && (which & WITH_OPENED) ? came[k++] : -1;
    while (k < n)
        close(came[k++]);
}

static int
read_job(struct arena *a, const struct packet *p, size_t n, const int fds[FDS],
         struct scan_job *job, struct err *e)
{
    struct envelope *env = arena_alloc(a, sizeof *env);
    size_t all = n - HEAD, own = p->total && p->total < all ? (size_t)p->total : all;
    const unsigned char *more = (const unsigned char *)p->data + own;
    size_t nmore = all - own;

    if (map_sealed(fds[0], a, &job->raw, &job->raw_len) < 0 ||
        read_description(a, p->data, own, job, env) < 0 ||
        (fds[1] >= 0 && map_sealed(fds[1], a, &more, &nmore) < 0))
        return -1;
    return nmore > 0 ? read_more((const char *)more, nmore, a, job, env, e) : 0;
}

int
scan_job_recv(int fd, struct scan_begun *begun, struct arena *a, struct scan_job *job,
              struct err *e)
{
    struct packet p;
    union passing control;
    struct iovec iov = {.iov_base = &p, .iov_len = sizeof p};
    struct msghdr m = {.msg_iov = &iov,
                       .msg_iovlen = 1,
                       .msg_control = control.space,
                       .msg_controllen = sizeof control.space};
    int fds[FDS], rc = -1;
    ssize_t n;

    do
        n = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n == 0 || (n < 0 && errno != EAGAIN))
        return 0;
    memset(job, 0, sizeof *job);
    job->mem_fd = -1;
    if (n < 0)
        return err_set(e, ERR_INPUT, "scan-job", "not a job");
    passed_fds(&m, n >= (ssize_t)HEAD && p.magic == MAGIC ? p.at : 0, fds);
    if (n >= (ssize_t)HEAD && p.magic == MAGIC && p.type == PACKET_JOB && fds[0] >= 0) {
        job->id = p.id;
        if (begun) /* before anything of the message is looked at */
            atomic_store(&begun->id, p.id);
        rc = read_job(a, &p, (size_t)n, fds, job, e);
    }
    if (rc == 0 && fds[2] > 0) {
        job->opened_fd = fds[2];
        fds[2] = -1;
    }
    for (int i = 0; i < FDS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    return rc < 0 ? err_set(e, ERR_INPUT, "scan-job", "not a job") : 1;
}

static int
add_piece(const char *p, size_t n, void *b)
{
    buf_add(b, p, n);
    return 0;
}

/* *total: of it. Without a reply there is nothing, which the caller takes for a broken worker. */
static char *
write_reply(struct arena *a, json_t *reply, size_t *total)
{
    json_t *texts[BESIDE];
    struct buf *b = buf_new(a, 0);
    bool any = false;

    *total = 0;
    if (!reply)
        return NULL;
    for (size_t i = 0; i < BESIDE; i++) {
        texts[i] = json_incref(json_object_get(reply, beside[i]));
        any |= texts[i] != NULL;
        json_object_del(reply, beside[i]);
    }
    if (json_dump_callback(reply, add_piece, b, JSON_COMPACT))
        bug("reply cannot be written");
    for (size_t i = 0; any && i < BESIDE; i++) {
        buf_add(b, "", 1);
        buf_add(b, json_string_value(texts[i]), json_string_length(texts[i]));
        if (texts[i])
            json_object_set_new(reply, beside[i], texts[i]);
    }
    *total = b->len;
    return b->data;
}

int
scan_job_reply(int fd, uint64_t id, json_t *reply)
{
    struct arena *a = arena_new();
    struct packet p;
    size_t total, n;
    const char *text = write_reply(a, reply, &total);
    int rc = 0;

    if (total > SCAN_JOB_REPLY_MAX)
        total = 0;
    label(&p, PACKET_PIECE, id);
    p.total = total;
    do {
        n = total - p.at < PIECE ? total - p.at : PIECE;
        if (n > 0)
            memcpy(p.data, text + p.at, n);
        if (send_packet(fd, &p, n, NULL, 0, 0) < 0)
            rc = -1;
        p.at += n;
    } while (rc == 0 && p.at < total);
    arena_free(&a);
    return rc;
}

bool
scan_job_send_died(int fd, uint64_t id)
{
    struct packet p;

    label(&p, PACKET_DIED, id);

    return send_packet(fd, &p, 0, NULL, 0, MSG_DONTWAIT) >= 0 || errno != EAGAIN;
}
