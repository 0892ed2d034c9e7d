/*
 * sekisho learn ...: what people call spam, and what not. Messages are parsed in a locked-in worker;
 * only hashed features come out of it.
 */
#include "cli.h"
#include "cli_mails.h"
#include "cli_worker.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"
#include "common/token.h"
#include "engine/scan_job.h"
#include "engine/stats/model.h"
#include "engine/stats/pack.h"
#include "engine/stats/train.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINE 8192
#define SAMPLES_MAX 200000
#define SOURCES_MAX 64
#define SOURCE_NAME 64

struct learning {
    struct cli *c;
    struct cli_worker worker;
    struct arena *a; /* of what is kept */
    int unreadable;
    /* model */
    bool spam;
    uint32_t source;
    struct train_sample *samples;
    size_t n, room;
};

/* ------------------------------------------------------------------ features of a message */

/* false: no worker could read it. */
static bool
features_of(struct learning *l, struct arena *a, const char *p, size_t n, unsigned char digest[32],
            const unsigned char **packed, size_t *packed_len)
{
    static const struct envelope nobody = {
        .client_ip = "", .client_name = "", .helo = "", .tls = "", .sender = "", .direction = "in"};
    struct scan_job job = {.kind = SCAN_JOB_FEATURES, .env = &nobody};
    const char *code, *text;
    json_t *reply;
    struct err e;
    job.mem_fd = scan_job_memfd(p, n, &e);
    if (job.mem_fd < 0)
        return false;
    reply = cli_worker_ask(&l->worker, a, &job, &code);
    close(job.mem_fd);
    token_sha256(p, n, digest);
    text = reply ? jsonx_str(reply, "features") : NULL;
    *packed = text ? token_unbase64url(a, text, packed_len) : NULL;
    return *packed;
}

static void
unreadable(struct learning *l, const char *name)
{
    fprintf(stderr, "sekisho: %s: cannot be parsed; left out\n", cli_safe(l->c, name));
    l->unreadable++;
}

/* ------------------------------------------------------------------ learn model */

static int
add_sample(void *ctx, const char *name, const char *p, size_t n)
{
    struct learning *l = ctx;
    struct arena *a = arena_new();
    const unsigned char *packed;
    size_t len;
    struct train_sample s = {.spam = l->spam, .source = l->source}, t = s;
    if (l->n == SAMPLES_MAX) {
        arena_free(&a);
        return err_set(&l->c->err, ERR_INPUT, "samples", "more than %d messages; take fewer",
                       SAMPLES_MAX);
    }
    if (!features_of(l, a, p, n, s.digest, &packed, &len) || !stats_unpack(a, packed, len, &t)) {
        unreadable(l, name);
    } else {
        s.n = t.n;
        memcpy(s.count, t.count, sizeof s.count);
        s.index = arena_memdup(l->a, t.index, t.n * sizeof *t.index);
        if (l->n == l->room) {
            l->room = l->room ? l->room * 2 : 1024;
            l->samples = realloc(l->samples, l->room * sizeof *l->samples);
            BUG_IF(!l->samples);
        }
        l->samples[l->n++] = s;
    }
    arena_free(&a);
    return 0;
}

static int
bad_line(struct cli *c, const char *list, int line)
{
    return err_set(&c->err, ERR_INPUT, "list",
                   "%s: line %d: not spam or ham, a tab, and a path (and a tab and its source)",
                   list, line);
}

/* Numbers in the order in which names come. */
static int
source_number(char names[][SOURCE_NAME], int *n, const char *name)
{
    for (int i = 0; i < *n; i++)
        if (strncmp(names[i], name, SOURCE_NAME - 1) == 0)
            return i;
    if (*n == SOURCES_MAX)
        return -1;
    snprintf(names[*n], SOURCE_NAME, "%s", name);
    return (*n)++;
}

static int
read_line(struct learning *l, struct cli_mails *m, const char *list, int number, char *line,
          char names[][SOURCE_NAME], int *nsources)
{
    char *rest = line, *label = strsep(&rest, "\t\r\n"), *path = strsep(&rest, "\t\r\n"),
         *source = strsep(&rest, "\t\r\n");
    int k;
    if (!*label)
        return 0;
    l->spam = strcmp(label, "spam") == 0;
    if ((!l->spam && strcmp(label, "ham") != 0) || !path || !*path)
        return bad_line(l->c, list, number);
    if ((k = source_number(names, nsources, source ? source : "")) < 0)
        return err_set(&l->c->err, ERR_INPUT, "list", "%s: more than %d sources", list,
                       SOURCES_MAX);
    l->source = (uint32_t)k;
    return cli_mails(m, path);
}

static int
read_list(struct learning *l, struct cli_mails *m, const char *list)
{
    char names[SOURCES_MAX][SOURCE_NAME], line[LINE];
    FILE *f = strcmp(list, "-") == 0 ? stdin : fopen(list, "r");
    int number = 0, nsources = 0, rc = 0;
    if (!f)
        return err_set(&l->c->err, ERR_INPUT, "list", "%s: %s", list, strerror(errno));
    while (rc == 0 && fgets(line, sizeof line, f))
        rc = read_line(l, m, list, ++number, line, names, &nsources);
    if (f != stdin)
        fclose(f);
    return rc;
}

/* Complete or not at all: a new file takes the old one's place. */
static int
write_file(struct cli *c, const char *path, const unsigned char *p, size_t n)
{
    char *fresh = arena_printf(c->a, "%s.new", path);
    FILE *f = fopen(fresh, "wb");
    bool ok = f && fwrite(p, 1, n, f) == n && fflush(f) == 0 && fsync(fileno(f)) == 0;
    if (f && fclose(f))
        ok = false;
    if (ok && rename(fresh, path) == 0)
        return 0;
    int saved = errno;
    unlink(fresh);
    return err_set(&c->err, ERR_ENV, "model-file", "%s: %s", path, strerror(saved));
}

static int
train(struct learning *l, const char *out)
{
    struct cli *c = l->c;
    struct stats_model m = {0};
    size_t bytes, spam = 0;
    for (size_t i = 0; i < l->n; i++)
        spam += l->samples[i].spam;
    if (train_model(l->a, l->samples, l->n, &m, &c->err))
        return -1;
    const unsigned char *text = stats_model_write(l->a, &m, &bytes);
    if (write_file(c, out, text, bytes))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{s:I, s:I, s:i, s:I}", "spam", (json_int_t)spam, "ham",
                              (json_int_t)(l->n - spam), "left_out", l->unreadable, "bytes",
                              (json_int_t)bytes));
    else
        printf("learned %zu spam and %zu legitimate messages, %d left out; %s has %zu bytes\n",
               spam, l->n - spam, l->unreadable, cli_safe(c, out), bytes);
    return 0;
}

int
cmd_learn_model(struct cli *c)
{
    const char *list = cli_opt(c, "--list"), *out = cli_word(c);
    struct learning l = {.c = c};
    struct cli_mails m = {.c = c, .ctx = &l, .each = add_sample};
    int rc;
    if (cli_end(c, !out ? "FILE" : !list ? "--list" : NULL))
        return -1;
    l.a = arena_new();
    cli_worker_begin(&l.worker, c);
    rc = read_list(&l, &m, list);
    cli_worker_end(&l.worker);
    if (rc == 0 && m.failed)
        rc = err_set(&c->err, ERR_INPUT, "file", "%d files could not be read; nothing was written",
                     m.failed);
    if (rc == 0)
        rc = train(&l, out);
    free(l.samples);
    arena_free(&l.a);
    return rc;
}
