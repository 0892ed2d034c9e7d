/* F-9, T-A9: a clamd that hangs, lies, stutters or dies is never "clean", and never costs more than the
 * deadline; a dead one is left alone for a while (breaker), then tried by one message. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/when.h"
#include "engine/intake/clamd.h"

#define DEADLINE_MS 300
#define BIG (8 * 1024 * 1024)

struct behaviour {
    const char *name;
    const char *answer; /* bytes sent after the message, NULL: none */
    size_t len;
    bool early;   /* answers without reading, then closes */
    bool unread;  /* reads nothing and waits */
    bool hang;    /* reads all, waits */
    int delay_ms; /* before each byte */
    bool endless;
    bool big; /* send a large message */
    enum clamd_result want;
};

#define SAY(text) .answer = text, .len = sizeof(text)
#define SAY_CUT(text) .answer = text, .len = sizeof(text) - 1

static const struct behaviour behaviours[] = {
    {"clean", SAY("stream: OK"), .want = CLAMD_CLEAN},
    {"found", SAY("stream: Eicar-Test-Signature FOUND"), .want = CLAMD_FOUND},
    {"stutters in time", SAY("stream: OK"), .delay_ms = 5, .want = CLAMD_CLEAN},
    {"size limit", SAY("INSTREAM size limit exceeded. ERROR"), .want = CLAMD_TOO_LARGE},
    {"size limit while sending", SAY("INSTREAM size limit exceeded. ERROR"), .early = true,
     .big = true, .want = CLAMD_TOO_LARGE},
    {"closes at once", .early = true, .want = CLAMD_ERROR},
    {"closes after the message", .want = CLAMD_ERROR},
    {"hangs", .hang = true, .want = CLAMD_ERROR},
    {"does not read", .unread = true, .big = true, .want = CLAMD_ERROR},
    {"late", SAY("stream: OK"), .delay_ms = 50, .want = CLAMD_ERROR},
    {"half an answer", SAY_CUT("stream: O"), .want = CLAMD_ERROR},
    {"whole answer without its end", SAY_CUT("stream: OK"), .want = CLAMD_ERROR},
    {"garbage", SAY("\x80\x01 stream: OK"), .want = CLAMD_ERROR},
    {"other words", SAY("stream: Okay"), .want = CLAMD_ERROR},
    {"only OK", SAY("OK"), .want = CLAMD_ERROR},
    {"two answers", SAY("stream: OK\0stream: X FOUND"), .want = CLAMD_ERROR},
    {"nameless find", SAY("stream:  FOUND"), .want = CLAMD_ERROR},
    {"its own trouble", SAY("stream: Can't allocate memory ERROR"), .want = CLAMD_ERROR},
    {"OK before it had the message", SAY("stream: OK"), .early = true, .big = true,
     .want = CLAMD_ERROR},
    {"endless", .endless = true, .want = CLAMD_ERROR},
    {"empty answer", SAY(""), .want = CLAMD_ERROR},
};

struct fake {
    char path[64];
    int listen_fd;
    const struct behaviour *b;
    pthread_t thread;
    size_t got;  /* message bytes */
    bool passed; /* it gets descriptors */
};

static bool
read_exactly(int fd, void *p, size_t n)
{
    return recv(fd, p, n, MSG_WAITALL) == (ssize_t)n;
}

static void
read_message(struct fake *f, int fd)
{
    char command[10], piece[65536];
    uint32_t size;

    if (!read_exactly(fd, command, sizeof command) || memcmp(command, "zINSTREAM", 10) != 0)
        return;
    while (read_exactly(fd, &size, sizeof size) && size != 0)
        for (size = ntohl(size); size > 0;) {
            ssize_t k = recv(fd, piece, size < sizeof piece ? size : sizeof piece, 0);
            if (k <= 0)
                return;
            size -= (uint32_t)k;
            f->got += (size_t)k;
        }
}

/* The command, and the file that comes with the byte behind it. */
static void
read_descriptor(struct fake *f, int fd)
{
    char command[8], byte, space[CMSG_SPACE(sizeof(int))];
    struct iovec one = {&byte, 1};
    struct msghdr m = {
        .msg_iov = &one, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct stat st;
    int file;

    if (!read_exactly(fd, command, sizeof command) || memcmp(command, "zFILDES", 8) != 0 ||
        recvmsg(fd, &m, 0) != 1 || !CMSG_FIRSTHDR(&m))
        return;
    memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof file);
    if (fstat(file, &st) == 0)
        f->got = (size_t)st.st_size;
    close(file);
}

static void
answer(const struct behaviour *b, bool passed, int fd)
{
    bool other = passed && b->answer && b->len > 8 && memcmp(b->answer, "stream: ", 8) == 0;

    for (size_t i = 0; b->answer && i < b->len; i++) {
        usleep((useconds_t)b->delay_ms * 1000);
        if (send(fd, other && i < 8 ? &"fd[10]: "[i] : b->answer + i, 1, MSG_NOSIGNAL) != 1)
            return;
    }
    for (int i = 0; b->endless && i < 100000; i++)
        if (send(fd, "stream: OK", 10, MSG_NOSIGNAL) != 10)
            return;
}

static void *
serve_one(void *arg)
{
    struct fake *f = arg;
    int fd = accept(f->listen_fd, NULL, NULL);
    char c;

    if (fd < 0)
        return NULL;
    if (!f->b->early && !f->b->unread)
        (f->passed ? read_descriptor : read_message)(f, fd);
    if (f->b->hang)
        (void)recv(fd, &c, 1, 0); /* until the client goes */
    else if (f->b->unread)
        usleep(2 * DEADLINE_MS * 1000);
    else
        answer(f->b, f->passed, fd);
    close(fd);
    return NULL;
}

static void
fake_open(struct fake *f)
{
    struct sockaddr_un sa = {.sun_family = AF_UNIX};

    (void)snprintf(f->path, sizeof f->path, "/tmp/sekisho-test-clamd.%d", (int)getpid());
    (void)unlink(f->path);
    (void)snprintf(sa.sun_path, sizeof sa.sun_path, "%s", f->path);
    f->listen_fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(f->listen_fd, (struct sockaddr *)&sa, sizeof sa), 0);
    assert_int_equal(listen(f->listen_fd, 8), 0);
}

static void
ask(struct clamd *c, size_t n, struct clamd_answer *out)
{
    static char text[BIG];
    struct clamd_session s;
    int fd = memfd_create("message", MFD_CLOEXEC);

    assert_int_equal(ftruncate(fd, (off_t)n), 0);
    clamd_begin(c, &s, text, n, fd);
    clamd_finish(&s, out);
    close(fd);
}

static void
all_behaviours(bool passed)
{
    struct fake f = {.passed = passed};
    struct clamd_answer a;

    fake_open(&f);
    for (size_t i = 0; i < sizeof behaviours / sizeof *behaviours; i++) {
        struct clamd *c = clamd_new(f.path, DEADLINE_MS, passed);
        int64_t start = when_mono();
        size_t n = behaviours[i].big ? BIG : 5000;
        if (passed && strcmp(behaviours[i].name, "OK before it had the message") == 0) {
            clamd_free(&c);
            continue; /* it has the message with the question */
        }
        f.b = &behaviours[i];
        f.got = 0;
        assert_int_equal(pthread_create(&f.thread, NULL, serve_one, &f), 0);
        ask(c, n, &a);
        if (a.result != f.b->want)
            print_message("# %s: got %d (%s)\n", f.b->name, a.result, a.reason);
        assert_int_equal(a.result, f.b->want);
        assert_true(when_mono() - start < DEADLINE_MS + 250);
        if (a.result == CLAMD_FOUND)
            assert_string_equal(a.signature, "Eicar-Test-Signature");
        if (a.result == CLAMD_ERROR)
            assert_true(a.reason[0] != '\0');
        pthread_join(f.thread, NULL);
        if (a.result == CLAMD_CLEAN)
            assert_int_equal(f.got, n);
        clamd_free(&c);
    }
    close(f.listen_fd);
    unlink(f.path);
}

static void
every_behaviour(void **state)
{
    (void)state;
    all_behaviours(false);
}

static void
every_behaviour_by_descriptor(void **state)
{
    (void)state;
    all_behaviours(true);
}

/* An answer to one kind of question is none to the other. */
static void
answers_are_of_their_question(void **state)
{
    static const struct {
        const char *text;
        bool passed;
        enum clamd_result want;
    } cases[] = {
        {"fd[10]: OK", true, CLAMD_CLEAN},
        {"fd[7]: X FOUND", true, CLAMD_FOUND},
        {"fd[10]: OK", false, CLAMD_ERROR},
        {"stream: OK", true, CLAMD_ERROR},
        {"fd[]: OK", true, CLAMD_ERROR},
        {"fd[-1]: OK", true, CLAMD_ERROR},
        {"fd[1]:OK", true, CLAMD_ERROR},
        {"fd[99999999999]: OK", true, CLAMD_ERROR},
        {"fd[10]:  FOUND", true, CLAMD_ERROR},
        {"fd[10]: ", true, CLAMD_ERROR},
        {"No file descriptor received. ERROR", true, CLAMD_ERROR},
    };
    struct clamd_answer a;

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        clamd_parse(cases[i].text, strlen(cases[i].text), cases[i].passed, &a);
        if (a.result != cases[i].want)
            fail_msg("%s: %d", cases[i].text, a.result);
    }
}

static void
breaker(void **state)
{
    struct fake f = {0};
    struct clamd_answer a;
    struct clamd *c;
    struct clamd_session probe;

    (void)state;
    fake_open(&f);
    close(f.listen_fd); /* nobody listens */
    c = clamd_new(f.path, DEADLINE_MS, false);
    for (int i = 0; i < 3; i++) {
        assert_true(clamd_ready(c));
        ask(c, 100, &a);
        assert_int_equal(a.result, CLAMD_ERROR);
    }
    assert_false(clamd_ready(c));
    ask(c, 100, &a);
    assert_string_equal(a.reason, "down"); /* was not even tried */

    usleep(2100000); /* half open: one may try, others still may not */
    unlink(f.path);
    fake_open(&f);
    f.b = &behaviours[0];
    assert_int_equal(pthread_create(&f.thread, NULL, serve_one, &f), 0);
    assert_true(clamd_ready(c));
    clamd_begin(c, &probe, "x", 1, -1);
    assert_false(clamd_ready(c));
    clamd_finish(&probe, &a);
    assert_int_equal(a.result, CLAMD_CLEAN);
    assert_true(clamd_ready(c));
    pthread_join(f.thread, NULL);
    clamd_free(&c);
    close(f.listen_fd);
    unlink(f.path);
}

/* The names of ClamAV's own databases and heuristics. */
static void
what_signatures_mean(void **state)
{
    static const struct {
        const char *name, *kind, *code;
    } cases[] = {
        {"Heuristics.Phishing.Email.SpoofedDomain", "phishing", "phishing-found"},
        {"Heuristics.Phishing.Email.SSL-Spoof", "phishing", "phishing-found"},
        {"Html.Phishing.Bank-1", "phishing", "phishing-found"},
        {"Email.Phishing.VOF1-6297006-0", "phishing", "phishing-found"},
        {"Heuristics.Limits.Exceeded.MaxFileSize", "unscannable", "virus-scan-limit"},
        {"Heuristics.Encrypted.Zip", "unscannable", "encrypted"},
        {"Eicar-Test-Signature", "malware", "Eicar-Test-Signature"},
        {"Heuristics.OLE2.ContainsMacros.VBA", "malware", "Heuristics.OLE2.ContainsMacros.VBA"},
        {"", "malware", ""},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct clamd_meaning m = clamd_meaning(cases[i].name);
        assert_string_equal(m.kind, cases[i].kind);
        assert_string_equal(m.code, cases[i].code);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_behaviour),
        {"F-9 T-A9 a clamd that gets descriptors", every_behaviour_by_descriptor, NULL, NULL, NULL},
        {"F-9 an answer to another question is none", answers_are_of_their_question, NULL, NULL,
         NULL},
        cmocka_unit_test(breaker),
        cmocka_unit_test(what_signatures_mean),
    };

    return cmocka_run_group_tests_name("clamd", tests, NULL, NULL);
}
