/*
 * The scan worker in its sandbox: it can open neither file nor socket nor program, still reads
 * every charset, dies of a message that crashes or hangs it, and does not grow. Under
 * AddressSanitizer there is no sandbox (it needs files itself): those tests are skipped.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/confine.h"
#include "common/err.h"
#include "common/jsonx.h"
#include "common/settings.h"
#include "common/when.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"
#include "engine/role.h"
#include "engine/scan_job.h"

#if defined(__SANITIZE_ADDRESS__)
#define NEEDS_SANDBOX() skip()
#else
#define NEEDS_SANDBOX() (void)0
#endif

static int caller = -1;
static pid_t pid;
static uint64_t id;

static void
start(void)
{
    int ends[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
    pid = fork();
    if (pid == 0) {
        struct role_ctx c = {.scan_fd = ends[1], .control_fd = -1, .listen_fd = -1};
        close(ends[0]);
        c.user = geteuid() == 0 ? getenv("TEST_SCAN_USER") : NULL;
        _exit(role_scan(&c));
    }
    close(ends[1]);
    caller = ends[0];
}

static int
stop(void)
{
    int status = 0;
    close(caller);
    waitpid(pid, &status, 0);
    caller = -1;
    return status;
}

static enum scan_job_news
ask(struct arena *a, enum scan_job_kind kind, const char *raw, size_t n, int ms, json_t **reply)
{
    static const struct envelope env = {"", "", "", "", "", NULL, 0, "in", NULL};
    struct err e;
    int fd = scan_job_memfd(raw, n, &e);
    struct scan_job job = {.id = ++id, .kind = kind, .mem_fd = fd, .env = &env};
    assert_int_equal(scan_job_send(caller, &job, &e), 0);
    close(fd);
    return scan_job_wait(caller, id, when_mono() + ms, a, reply, NULL);
}

static const char *
subject_of(struct arena *a, const char *raw)
{
    struct msg *m;
    struct err e;
    json_t *j;
    assert_int_equal(ask(a, SCAN_JOB_SCAN, raw, strlen(raw), 20000, &j), SCAN_JOB_DONE);
    assert_int_equal(msg_unpack(a, j, &m, &e), 0);
    return m->subject;
}

static void
scan_and_preview(void **state)
{
    struct arena *a = arena_new();
    static const char raw[] = "From: a@b\nSubject: x\n\nhello http://x.example/\n";
    struct msg *m;
    struct err e;
    json_t *j;
    (void)state;
    start();
    assert_int_equal(ask(a, SCAN_JOB_SCAN, raw, sizeof raw - 1, 20000, &j), SCAN_JOB_DONE);
    assert_int_equal(msg_unpack(a, j, &m, &e), 0);
    assert_string_equal(m->subject, "x");
    assert_int_equal(m->nurls, 1);
    assert_int_equal(ask(a, SCAN_JOB_PREVIEW, raw, sizeof raw - 1, 20000, &j), SCAN_JOB_DONE);
    assert_int_equal(json_array_size(json_object_get(j, "links")), 1);
    assert_int_equal(ask(a, SCAN_JOB_SCAN, "", 0, 20000, &j), SCAN_JOB_DONE);
    assert_int_equal(stop(), 0);
    arena_free(&a);
}

/* More to say than an answer holds: still an answer, else the message would be put off for ever. */
static void
very_much_to_say(void **state)
{
    struct arena *a = arena_new();
    struct buf *b = buf_new(a, 0), *name = buf_new(a, 0);
    struct msg *m;
    struct err e;
    json_t *j;
    (void)state;
    for (int i = 0; i < 990; i++)
        buf_str(name, "%01"); /* six bytes each as JSON */
    buf_str(b, "From: a@b\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n");
    for (int i = 0; i < 900; i++)
        buf_printf(b, "--b\nContent-Disposition: attachment; filename*=utf-8''%s%d.js\n\n#@~^\n",
                   buf_cstr(name), i);
    buf_str(b, "--b--\n");
    start();
    assert_int_equal(ask(a, SCAN_JOB_SCAN, b->data, b->len, 60000, &j), SCAN_JOB_DONE);
    assert_int_equal(msg_unpack(a, j, &m, &e), 0);
    assert_string_equal(policy_verdict(m), "malware");
    assert_string_equal(m->exceptions[0].code, "too-many-parts");
    assert_int_equal(stop(), 0);
    arena_free(&a);
}

/* iconv loads a module per charset: impossible inside, so all must be there already. */
static void
charsets_inside(void **state)
{
    static const struct {
        const char *word, *text;
    } cases[] = {
        {"=?iso-2022-jp?B?GyRCRnxLXDhsGyhC?=", "日本語"},
        {"=?ISO-2022-JP?B?GyRCRnxLXDhsGyhC?=", "日本語"},
        {"=?shift_jis?B?k/qWe4zq?=", "日本語"},
        {"=?Shift-JIS?B?k/qWe4zq?=", "日本語"},
        {"=?x-sjis?B?k/qWe4zq?=", "日本語"},
        {"=?windows-31j?B?k/qWe4zq?=", "日本語"},
        {"=?cp932?B?k/qWe4zq?=", "日本語"},
        {"=?euc-jp?B?xvzL3Ljs?=", "日本語"},
        {"=?gb2312?B?1tC5+g==?=", "中国"},
        {"=?gbk?B?1tC5+g==?=", "中国"},
        {"=?gb18030?B?1tC5+g==?=", "中国"},
        {"=?big5?B?pKSk5Q==?=", "中文"},
        {"=?big5-hkscs?B?pKSk5Q==?=", "中文"},
        {"=?euc-kr?B?x9Gx2w==?=", "한글"},
        {"=?ks_c_5601-1987?B?x9Gx2w==?=", "한글"},
        {"=?koi8-r?B?8NLJ18XU?=", "Привет"},
        {"=?koi8-u?B?8NLJ18XU?=", "Привет"},
        {"=?windows-1251?B?z/Do4uXy?=", "Привет"},
        {"=?cp1251?B?z/Do4uXy?=", "Привет"},
        {"=?iso-8859-5?B?v+DY0tXi?=", "Привет"},
        {"=?iso-8859-1?Q?=E4?=", "ä"},
        {"=?iso-8859-2?Q?=B1?=", "ą"},
        {"=?iso-8859-15?Q?=A4?=", "€"},
        {"=?windows-1252?Q?=80?=", "€"},
        {"=?windows-1250?Q?=B9?=", "ą"},
        {"=?windows-1256?Q?=E3?=", "م"},
        {"=?iso-8859-8?Q?=F9?=", "ש"},
        {"=?windows-1255?Q?=F9?=", "ש"},
        {"=?iso-8859-7?Q?=E1?=", "α"},
        {"=?iso-8859-9?Q?=FD?=", "ı"},
        {"=?tis-620?Q?=A1?=", "ก"},
        {"=?utf-8?Q?=E6=97=A5?=", "日"},
        {"=?utf-7?Q?+AOQ-?=", "ä"},
        {"=?us-ascii?Q?plain?=", "plain"},
        {"=?iso-2022-jp?B?GyRCLSEbKEI=?=", "①"},
        {"=?shift_jis?B?h0A=?=", "①"},
        {"=?utf-8*ja?Q?=E6=97=A5?=", "日"},
    };
    struct arena *a = arena_new();
    (void)state;
    start();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *raw = arena_printf(a, "From: a@b\nSubject: %s\n\nhi\n", cases[i].word);
        const char *got = subject_of(a, raw);
        if (strcmp(got, cases[i].text) != 0)
            fail_msg("%s is read as %s", cases[i].word, got);
    }
    /* An unknown one costs nothing but the word. */
    subject_of(a, "From: a@b\nSubject: =?nonsense?Q?=E4?=\n\nhi\n");
    stop();
    arena_free(&a);
}

/* ------------------------------------------------------------------ faults */

static void
a_message_that_crashes(void **state)
{
    static const char raw[] = "From: a@b\nX-Sekisho-Test-Crash: abort\n\nhi\n";
    struct arena *a = arena_new();
    json_t *j;
    int status;
    (void)state;
    start();
    assert_int_not_equal(ask(a, SCAN_JOB_SCAN, raw, sizeof raw - 1, 500, &j), SCAN_JOB_DONE);
    status = stop();
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    arena_free(&a);
}

static void
a_message_that_hangs(void **state)
{
    static const char raw[] = "From: a@b\nX-Sekisho-Test-Crash: hang\n\nhi\n";
    struct arena *a = arena_new();
    json_t *j;
    int status;
    (void)state;
    start();
    assert_int_equal(ask(a, SCAN_JOB_SCAN, raw, sizeof raw - 1, 200, &j), SCAN_JOB_LATE);
    status = stop(); /* nobody kills it: its own clock does, scan_seconds + 5 */
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGALRM);
    arena_free(&a);
}

static long
resident_kb(void)
{
    char path[64], line[256];
    long pages = 0;
    snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
    FILE *f = fopen(path, "re");
    if (f && fgets(line, sizeof line, f))
        sscanf(line, "%*d %ld", &pages);
    if (f)
        fclose(f);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void
memory_stays_flat(void **state)
{
    struct arena *a = arena_new();
#if defined(__SANITIZE_ADDRESS__)
    size_t n = 256 * 1024; /* the worker's clock is not slower for it */
#else
    size_t n = 3 * 1024 * 1024;
#endif
    char *raw = arena_alloc(a, n + 1);
    int head = snprintf(raw, 200, "From: a@b\nContent-Type: text/html; charset=iso-2022-jp\n\n");
    (void)state;
    for (size_t i = (size_t)head; i < n; i++)
        raw[i] = "<p>some text <a href=http://x.example/>y</a>\n"[i % 45];
    start();
    long after_first = 0;
    for (int i = 0; i < 40; i++) {
        struct arena *one = arena_new();
        json_t *j;
        assert_int_equal(ask(one, i % 2 ? SCAN_JOB_PREVIEW : SCAN_JOB_SCAN, raw, n, 60000, &j),
                         SCAN_JOB_DONE);
        arena_free(&one);
        if (i == 5)
            after_first = resident_kb();
    }
    long last = resident_kb();
    stop();
#if !defined(__SANITIZE_ADDRESS__)
    assert_in_range(last, 0, after_first + 8 * 1024);
#endif
    print_message("# resident: %ld KiB after 6 messages, %ld KiB after 40\n", after_first, last);
    arena_free(&a);
}

/* ------------------------------------------------------------------ the walls */

/* What a process that was confined may do: 0 = could, 1 = was refused, 2 = was killed. */
static int
probe(void (*what)(void))
{
    int status;
    pid_t p = fork();
    if (p == 0) {
        struct err e;
        if (confine(CONFINE_SCAN, NULL, &e) < 0)
            _exit(77);
        errno = 0;
        what();
        _exit(0);
    }
    waitpid(p, &status, 0);
    if (WIFSIGNALED(status))
        return WTERMSIG(status) == SIGSYS ? 2 : 3;
    return WEXITSTATUS(status);
}

#define TRY(name, call)       \
    static void name(void)    \
    {                         \
        if ((long)(call) < 0) \
            _exit(1);         \
    }
TRY(open_file, open("/etc/passwd", O_RDONLY))
TRY(open_new, open("/tmp/sekisho-probe", O_RDWR | O_CREAT, 0600))
TRY(open_proc, open("/proc/self/mem", O_RDWR))
TRY(open_dir, open("/", O_RDONLY | O_DIRECTORY))
TRY(open_path, open("/", O_PATH))
TRY(remove_file, unlink("/tmp/x"))
TRY(rename_file, rename("/tmp/x", "/tmp/y"))
TRY(inet_socket, socket(AF_INET, SOCK_STREAM, 0))
TRY(unix_socket, socket(AF_UNIX, SOCK_STREAM, 0))
TRY(netlink_socket, socket(AF_NETLINK, SOCK_RAW, 0))
TRY(run_program, execl("/bin/true", "true", NULL))
TRY(new_process, fork())
TRY(watch_other, ptrace(PTRACE_ATTACH, 1, NULL, NULL))
TRY(signal_other, kill(getppid(), 0))
TRY(change_user, setuid(1))
TRY(code_memory,
    mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
                                                                                              : 0)

static void
make_code(void)
{
    void *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED)
        _exit(78);
    if (mprotect(p, 4096, PROT_READ | PROT_EXEC) < 0)
        _exit(1);
}

static void
too_much_memory(void)
{
    if (mmap(NULL, 2ul << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
        MAP_FAILED)
        _exit(1);
}

static void
allowed_work(void)
{
    int fd = memfd_create("x", MFD_CLOEXEC);
    void *p = malloc(1 << 20);
    if (fd < 0 || !p || write(fd, p, 10) != 10)
        _exit(1);
}

static void
walls(void **state)
{
    static const struct {
        const char *name;
        void (*what)(void);
    } refused[] = {
        {"open a file", open_file},         {"make a file", open_new},
        {"open /proc", open_proc},          {"open a folder", open_dir},
        {"open a path", open_path},         {"remove a file", remove_file},
        {"rename a file", rename_file},     {"internet socket", inet_socket},
        {"unix socket", unix_socket},       {"netlink socket", netlink_socket},
        {"run a program", run_program},     {"make a process", new_process},
        {"watch a process", watch_other},   {"signal a process", signal_other},
        {"change the user", change_user},   {"map code", code_memory},
        {"turn data into code", make_code}, {"2 GiB of memory", too_much_memory},
    };
    (void)state;
    NEEDS_SANDBOX();
    assert_int_equal(probe(allowed_work), 0);
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        int got = probe(refused[i].what);
        if (got != 1 && got != 2)
            fail_msg("%s: %d", refused[i].name, got);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_and_preview),       cmocka_unit_test(charsets_inside),
        cmocka_unit_test(a_message_that_crashes), cmocka_unit_test(a_message_that_hangs),
        cmocka_unit_test(memory_stays_flat),      cmocka_unit_test(walls),
        cmocka_unit_test(very_much_to_say),
    };
    struct err e;
    FILE *f = tmpfile();
    char conf[64];
    signal(SIGPIPE, SIG_IGN);
    setenv("SEKISHO_PROFILE", "test", 1);
    fputs("scan_seconds = 1\n", f);
    fflush(f);
    snprintf(conf, sizeof conf, "/proc/self/fd/%d", fileno(f));
    if (settings_load(conf, &e) < 0) {
        fprintf(stderr, "%s\n", e.text);
        return 1;
    }
    int failed = cmocka_run_group_tests_name("role_scan", tests, NULL, NULL);
    fclose(f);
    return failed;
}
