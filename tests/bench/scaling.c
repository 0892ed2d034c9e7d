/*
 * T-M2: how the time of a scan grows with the size of what was made to be slow. Each case at 1, 2 and 4 times its
 * size; CPU time, the best of some runs. A mean above 2.3 for a doubling would be a step that is not linear. And the
 * memory that the scan of the largest takes beside the message, in a process of its own: at most 64 MiB.
 * Prints a table; exit code 1 when a case is above (make bench-scaling; never part of the tests).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"

#define RUNS 5
#define MOST 2.3
#define MOST_MB 64
#define NOISE_MS 3.0 /* below it a ratio says nothing */

static void
repeat(struct buf *b, const char *s, int n)
{
    for (int i = 0; i < n; i++)
        buf_str(b, s);
}

static const char top[] = "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\n";
#define HTML "Content-Type: text/html; charset=utf-8\r\n\r\n"
#define PLAIN "Content-Type: text/plain; charset=utf-8\r\n\r\n"

/* head, n times again, tail: most cases are of that form. */
struct repeated {
    const char *name, *head, *again, *tail;
    int n;
};
static const struct repeated simple[] = {
    {"messages in messages", "", "Content-Type: message/rfc822\r\n\r\n", "Subject: y\r\n\r\nz\r\n",
     20000},
    {"header fields", "", "X-Y: z\r\n", "\r\nbody\r\n", 125000},
    {"fields of one line", "", "A:\r\n", "\r\nbody\r\n", 250000},
    {"folded lines", "X: a\r\n", " b\r\n", "\r\nbody\r\n", 125000},
    {"parts", "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\nx\r\n", "--b--\r\n",
     25000},
    {"delimiters", "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n", "--b--\r\n",
     50000},
    {"delimiters that are none", "Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--bb\r\n",
     "--b--\r\n", 100000},
    {"parameters", "Content-Type: text/plain", "; a=b", "\r\n\r\nx\r\n", 50000},
    {"continued parameters", "Content-Type: application/x", "; name*1=b", "\r\n\r\nx\r\n", 50000},
    {"open brackets", "Content-Type: text/plain; ", "(", "\r\n\r\nx\r\n", 250000},
    {"open brackets in From", "To: ", "(", "\r\n\r\nx\r\n", 250000},
    {"encoded words begun", "X-S: ", "=?", "\r\n\r\nx\r\n", 125000},
    {"encoded words", "X-S: ", "=?utf-8?q?a?= ", "\r\n\r\nx\r\n", 25000},
    {"addresses", "To: a@example.com", ", b@example.com", "\r\n\r\nx\r\n", 60000},
    {"groups", "To: ", "g:", "\r\n\r\nx\r\n", 100000},
    {"quotes", "Content-Type: text/plain; a=", "\"\\\"", "\r\n\r\nx\r\n", 100000},
    {"one long line", PLAIN, "abcdefghijklmnop", "\r\n", 125000},
    {"words", PLAIN, "word ", "\r\n", 250000},
    {"dashes", PLAIN, "--x\r\n", "\r\n", 40000},
    {"uuencoded files", PLAIN, "begin 644 a\r\n#86)C\r\n", "\r\n", 50000},
    {"addresses of pages", PLAIN, "http://a.example/b ", "\r\n", 50000},
    {"addresses without end", PLAIN, "http://", "\r\n", 150000},
    {"dots", PLAIN, "a.", "\r\n", 250000},
    {"www.", PLAIN, "www.", "\r\n", 250000},
    {"elements", HTML, "<div>", "\r\n", 200000},
    {"elements with text", HTML, "<b>a</b>", "\r\n", 100000},
    {"elements that are hidden", HTML, "<p style='display:none'>", "x\r\n", 50000},
    {"angle brackets", HTML, "<", "\r\n", 500000},
    {"comments begun", HTML, "<!--", "\r\n", 250000},
    {"declarations begun", HTML, "<!", "\r\n", 500000},
    {"attributes", HTML "<a ", "b=c ", ">x</a>\r\n", 100000},
    {"attributes without end", HTML, "<a b='", "\r\n", 100000},
    {"entities", HTML, "&amp;", "\r\n", 200000},
    {"entities without end", HTML, "&#x", "\r\n", 300000},
    {"rules of style", HTML "<style>", ".a{color:#fff}", "</style><p class=a>x</p>\r\n", 50000},
    {"classes", HTML "<style>.a{display:none}</style>", "<p class='a b c'>x</p>", "\r\n", 30000},
    {"lists in lists", HTML, "<li><ul>", "\r\n", 60000},
    {"paragraphs that are closed across", HTML, "<p><b>", "\r\n", 80000},
    {"end tags of nothing", HTML "<i><b><u><s>", "</x>", "\r\n", 120000},
    {"wrapped links", HTML, "<a href='http://a/?u=http://b/httphttp%3ahttp%3ahttp%3a'>", "\r\n",
     8000},
    {"spaced letters", PLAIN, "a b ", "\r\n", 120000},
    {"letters of another alphabet", PLAIN, "x\xd0\xb0 ", "\r\n", 120000},
    {"forced direction", PLAIN, "\xe2\x80\xaex", "\r\n", 120000},
    {"links", HTML, "<a href=http://a.example/>x</a>", "\r\n", 20000},
    {"links without end", HTML, "<a href=http://a.example/>x", "\r\n", 20000},
    {"scripts begun", HTML, "<script>", "\r\n", 100000},
    {"tables in tables", HTML, "<table><tr><td>", "\r\n", 50000},
    {"zero-width characters", PLAIN, "a\xe2\x80\x8b", "\r\n", 200000},
    {"combining marks", PLAIN "a", "\xcc\x81", "\r\n", 300000},
    {"right-to-left marks", PLAIN, "\xe2\x80\xae", "\r\n", 300000},
    {"ideographs", PLAIN, "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", "\r\n", 100000},
    {"escapes of ISO-2022-JP", "Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n",
     "\x1b$B\x1b(B", "\r\n", 150000},
    {"UTF-7", "Content-Type: text/plain; charset=utf-7\r\n\r\n", "+AGE-", "\r\n", 150000},
};

/* ---------------------------------------------------------------- cases of another form */

static void
nested_multiparts(struct buf *b, int n)
{
    /* numbers of one width: twice the levels are twice the bytes, and no level looks more like the others than the one before */
    for (int i = 0; i < n; i++)
        buf_printf(b, "Content-Type: multipart/mixed; boundary=b%06d\r\n\r\n--b%06d\r\n", i, i);
    buf_str(b, "\r\nx\r\n");
}

static void
base64(struct buf *b, int n)
{
    buf_str(b, "Content-Type: application/x; name=a\r\nContent-Transfer-Encoding: base64\r\n\r\n");
    repeat(b,
           "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\r\n",
           n);
}

static void
encoded_messages(struct buf *b, int n)
{
    /* each level encodes the ones inside again: few levels, much text */
    struct arena *a = arena_new();
    struct buf *inner = buf_new(a, 0);
    buf_str(inner, "Subject: y\r\n\r\n");
    repeat(inner, "text text text\r\n", n);
    for (int level = 0; level < 8; level++) {
        char *text = g_base64_encode((const unsigned char *)inner->data, inner->len);
        buf_clear(inner);
        buf_str(inner, "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n");
        buf_str(inner, text);
        buf_str(inner, "\r\n");
        g_free(text);
    }
    buf_add(b, inner->data, inner->len);
    arena_free(&a);
}

static const struct made {
    const char *name;
    void (*make)(struct buf *b, int n);
    int n;
} made[] = {
    {"multiparts in multiparts", nested_multiparts, 10000},
    {"base64", base64, 25000},
    {"messages encoded in messages", encoded_messages, 5000},
};

/* ---------------------------------------------------------------- measuring */

static double
cpu_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double
best(const struct buf *b)
{
    double least = 1e9;
    for (int i = 0; i < RUNS; i++) {
        struct arena *a = arena_new();
        double start = cpu_ms(), took;
        (void)msg_scan(a, (const unsigned char *)b->data, b->len, NULL);
        took = cpu_ms() - start;
        arena_free(&a);
        least = took < least ? took : least;
        if (took > 1000)
            break;
    }
    return least;
}

static bool
report(const char *name, const double ms[3], size_t bytes, long mb)
{
    double one = ms[1] / ms[0], two = ms[2] / ms[1];
    bool bad = (sqrt(one * two) > MOST && ms[2] > NOISE_MS) || mb > MOST_MB;
    printf("%-32s %8.1f kB  %8.2f %8.2f %8.2f ms   %4.2f %4.2f  %4ld MB%s\n", name,
           (double)bytes / 1e3, ms[0], ms[1], ms[2], one, two, mb, bad ? "  TOO MUCH" : "");
    fflush(stdout);
    return !bad;
}

static struct buf *
simple_mail(struct arena *a, const struct repeated *r, int times)
{
    struct buf *b = buf_new(a, 0);
    buf_str(b, top);
    buf_str(b, r->head);
    repeat(b, r->again, r->n * times);
    buf_str(b, r->tail);
    return b;
}

static struct buf *
made_mail(struct arena *a, const struct made *m, int times)
{
    struct buf *b = buf_new(a, 0);
    buf_str(b, top);
    m->make(b, m->n * times);
    return b;
}

#define SIMPLE (sizeof simple / sizeof *simple)
#define CASES (SIMPLE + sizeof made / sizeof *made)

static struct buf *
mail_of(struct arena *a, size_t i, int times)
{
    return i < SIMPLE ? simple_mail(a, &simple[i], times) : made_mail(a, &made[i - SIMPLE], times);
}

static long
resident_kb(void)
{
    long all = 0, here = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%ld %ld", &all, &here) != 2)
        here = 0;
    if (f)
        fclose(f);
    return here * (sysconf(_SC_PAGESIZE) / 1024);
}

/* What one scan takes at its peak, in MiB: a child, since a process does not forget its own peak. */
static long
memory_of(size_t i)
{
    int ends[2], status;
    long mb = -1;
    if (pipe(ends))
        return mb;
    pid_t p = fork();
    if (p == 0) {
        struct arena *a = arena_new();
        struct buf *b = mail_of(a, i, 4);
        struct rusage use;
        long before = resident_kb();
        (void)msg_scan(a, (const unsigned char *)b->data, b->len, NULL);
        getrusage(RUSAGE_SELF, &use);
        mb = (use.ru_maxrss - before) / 1024;
        _exit(write(ends[1], &mb, sizeof mb) != sizeof mb);
    }
    close(ends[1]);
    if (read(ends[0], &mb, sizeof mb) != sizeof mb)
        mb = -1;
    close(ends[0]);
    (void)waitpid(p, &status, 0);
    return mb;
}

int
main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    bool good = true;

    g_mime_init();
    charset_preload();
    scanners_prepare();
    printf("%-32s %11s  %s\n", "case", "size x1", "CPU at x1, x2, x4       growth  memory at x4");
    for (size_t i = 0; i < CASES; i++) {
        const char *name = i < SIMPLE ? simple[i].name : made[i - SIMPLE].name;
        double ms[3];
        size_t bytes = 0;
        if (!strstr(name, only))
            continue;
        for (int t = 0; t < 3; t++) {
            struct arena *a = arena_new();
            struct buf *b = mail_of(a, i, 1 << t);
            bytes = t ? bytes : b->len;
            ms[t] = best(b);
            arena_free(&a);
        }
        good &= report(name, ms, bytes, memory_of(i));
    }
    return good ? 0 : 1;
}
