/*
 * sekisho learn ...: what people call spam, and what not. Messages are parsed in a locked-in worker;
 * only hashed features come out of it.
 */
#include "cli.h"
#include "cli_mails.h"
#include "cli_org.h"
#include "cli_worker.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"
#include "common/token.h"
#include "engine/scan_job.h"
#include "engine/stats/model.h"
#include "engine/stats/pack.h"
#include "engine/stats/train.h"
#include "store/store_learn.h"

#include <errno.h>
#include <glib.h>
#include <jansson.h>
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
    bool spam;
    /* samples of an organisation */
    const char *org;
    json_t *batch;
    int64_t taught;
    /* model */
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

/* ------------------------------------------------------------------ learn */

static int
send_batch(struct learning *l)
{
    struct arena *a = arena_new();
    struct store_actor by = cli_by(l->c);
    size_t n = json_array_size(l->batch);
    int rc = 0;
    if (n > 0)
        rc = store_learn_add(cli_db(l->c), a, l->org, &by, jsonx_dump(a, l->batch, NULL),
                             cli_actor(l->c), &l->c->err);
    l->taught += rc == 0 ? (int64_t)n : 0;
    json_array_clear(l->batch);
    arena_free(&a);
    return rc;
}

static json_t *
base64(const unsigned char *p, size_t n)
{
    char *text = g_base64_encode(p, n);
    json_t *j = json_string(text);
    g_free(text);
    return j;
}

static int
add_taught(void *ctx, const char *name, const char *p, size_t n)
{
    struct learning *l = ctx;
    struct arena *a = arena_new();
    const unsigned char *packed;
    unsigned char digest[32];
    size_t len;
    if (features_of(l, a, p, n, digest, &packed, &len))
        json_array_append_new(l->batch, json_pack("{s:b, s:o, s:o}", "spam", l->spam, "digest",
                                                  base64(digest, sizeof digest), "features",
                                                  base64(packed, len)));
    else
        unreadable(l, name);
    arena_free(&a);
    return json_array_size(l->batch) >= STORE_LEARN_BATCH ? send_batch(l) : 0;
}

static int
taught(struct learning *l, const struct cli_mails *m)
{
    struct cli *c = l->c;
    if (c->json)
        cli_json(c,
                 json_pack("{s:b, s:I, s:i, s:i}", "spam", l->spam, "learned",
                           (json_int_t)l->taught, "left_out", l->unreadable, "unread", m->failed));
    else
        printf("learned %lld messages as %s; it counts within a few seconds\n",
               (long long)l->taught, l->spam ? "spam" : "legitimate mail");
    if (m->failed)
        return err_set(&c->err, ERR_INPUT, "file", "%d files could not be read", m->failed);
    return 0;
}

int
cmd_learn(struct cli *c)
{
    struct learning l = {.c = c};
    struct cli_mails m = {.c = c, .ctx = &l, .each = add_taught};
    bool spam = cli_flag(c, "--spam"), ham = cli_flag(c, "--ham");
    const char *org = cli_opt(c, "--org"), *file = cli_word(c);
    int rc = 0;
    if (spam == ham)
        return err_set(&c->err, ERR_INPUT, "usage", "say one of --spam and --ham");
    if (!file)
        return cli_end(c, "FILE");
    if (cli_org(c, org, &l.org))
        return -1;
    l.spam = spam;
    l.batch = json_array();
    cli_worker_begin(&l.worker, c);
    for (; rc == 0 && file; file = cli_word(c))
        rc = cli_mails(&m, file);
    cli_worker_end(&l.worker);
    if (rc == 0)
        rc = send_batch(&l);
    json_decref(l.batch);
    return rc ? -1 : cli_end(c, NULL) ? -1 : taught(&l, &m);
}

/* ------------------------------------------------------------------ learn list, agree, undo */

static void
show(struct cli *c, const struct store_learn *s)
{
    if (c->json)
        cli_json(c, json_pack("{s:s, s:s, s:s, s:b, s:b, s:s, s:s, s:s}", "id", s->sample_id, "at",
                              cli_time(c, s->added_at), "by", s->by_name, "spam", s->spam, "agreed",
                              s->trusted, "origin", s->origin, "subject", s->subject, "message",
                              s->message_id));
    else
        printf("%s  %s  %-4s  %s%s  %s\n", s->sample_id, cli_time(c, s->added_at),
               s->spam ? "spam" : "ham", cli_safe(c, s->by_name), s->trusted ? " (agreed)" : "",
               cli_safe(c, s->subject));
}

int
cmd_learn_list(struct cli *c)
{
    const char *name = cli_opt(c, "--org"), *org;
    struct store_cursor from = {0};
    struct store_learn *rows;
    bool more = true;
    int n;
    if (cli_end(c, NULL) || cli_org(c, name, &org))
        return -1;
    while (more) {
        if (store_learn_list(cli_db(c), NULL, c->a, org, &from, 100, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++)
            show(c, &rows[i]);
        if (n > 0) {
            from.at = rows[n - 1].added_at;
            snprintf(from.id, sizeof from.id, "%s", rows[n - 1].sample_id);
        }
    }
    return 0;
}

#define IDS_MAX 1000

static int
ids(struct cli *c, const char *out[IDS_MAX])
{
    int n = 0;
    while (n < IDS_MAX && (out[n] = cli_word(c))) {
        if (!token_is_uuid(out[n]))
            return err_set(&c->err, ERR_INPUT, "id", "\"%.80s\" is no id of sekisho learn list",
                           out[n]);
        n++;
    }
    return n;
}

static int
said(struct cli *c, int done, const char *what)
{
    if (c->json)
        cli_json(c, json_pack("{s:i}", what, done));
    else
        printf("%s: %d\n", what, done);
    return 0;
}

int
cmd_learn_agree(struct cli *c)
{
    const char *name = cli_opt(c, "--org"), *org, *list[IDS_MAX];
    struct store_actor by = cli_by(c);
    int n = ids(c, list), done;
    if (n < 0 || cli_end(c, n ? NULL : "ID") || cli_org(c, name, &org) ||
        store_learn_agree(cli_db(c), NULL, c->a, org, &by, list, n, &done, &c->err))
        return -1;
    return said(c, done, "agreed");
}

int
cmd_learn_undo(struct cli *c)
{
    const char *name = cli_opt(c, "--org"), *person = cli_opt(c, "--by"), *org, *list[IDS_MAX];
    struct store_actor by = cli_by(c);
    int n = ids(c, list), done, rc;
    if (n < 0 || cli_end(c, n || person ? NULL : "ID") || cli_org(c, name, &org))
        return -1;
    if (person)
        rc = store_learn_undo_person(cli_db(c), NULL, c->a, org, &by, person, &done, &c->err);
    else
        rc = store_learn_undo(cli_db(c), NULL, c->a, org, &by, list, n, &done, &c->err);
    return rc ? -1 : said(c, done, "undone");
}
