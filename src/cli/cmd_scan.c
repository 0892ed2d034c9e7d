/*
 * `sekisho scan`: what the engine sees in a file, one JSON object a line (its keys never change
 * names). The file is parsed in a worker of its own that is locked in as the engine's are; a file
 * that kills it is "unscannable", and the next file gets a new worker.
 */
#include "cli_org.h"
#include "cli_worker.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/jsonx.h"
#include "common/settings.h"
#include "common/token.h"
#include "common/when.h"
#include "engine/authn/auth_check.h"
#include "engine/authn/dns_known.h"
#include "engine/authn/dns_unbound.h"
#include "engine/intake/clamd.h"
#include "engine/intake/intake_lists.h"
#include "engine/msg/msg.h"
#include "engine/orgconf/orgconf.h"
#include "engine/orgconf/orgconf_reputation.h"
#include "engine/orgconf/orgconf_spam.h"
#include "engine/policy/policy.h"
#include "engine/policy/sender_agrees.h"
#include "engine/reputation/feeds.h"
#include "engine/reputation/look.h"
#include "engine/role.h"
#include "engine/scan/scan.h"
#include "engine/scan_job.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RECIPIENTS 1000

struct scan {
    struct cli *c;
    struct envelope env;
    const char *recipients[RECIPIENTS];
    struct clamd *clamd;
    struct feeds *feeds;
    struct dns_unbound *resolver; /* NULL: every answer is "not known now" */
    struct orgconf_cache *conf;   /* with --org */
    struct policy_for who;
    struct cli_worker worker;
};

struct looked_at {
    struct msg *msg;
    struct auth_outcome *auth; /* NULL: not checked */
};

/* ------------------------------------------------------------------ the worker */

/* What is printed of a file that no worker could read. */
static struct msg *
unscannable(struct arena *a, const char *raw, size_t n, const char *code)
{
    struct msg *m = msg_new(a);
    m->bytes = (int64_t)n;
    token_sha256(raw, n, m->sha256);
    msg_add_finding(m,
                    (struct msg_finding){.scanner = "worker", .code = code, .kind = "unscannable"});
    return m;
}

/* Rounds between the worker and DNS, as the gate does them (dns_known.h). */
static int
look_at(struct scan *s, struct arena *a, int mem_fd, struct looked_at *out, const char **code)
{
    struct scan_job job = {.kind = SCAN_JOB_SCAN, .mem_fd = mem_fd, .env = &s->env};
    json_t *reply = cli_worker_ask(&s->worker, a, &job, code);
    struct dns_fetch f;
    struct err e;
    if (!reply || msg_unpack(a, reply, &out->msg, &e))
        return -1;
    if (strcmp(s->env.direction, "out") == 0)
        return 0;
    dns_fetch_begin(&f, a, s->resolver, when_mono() + DNS_SECONDS * 1000);
    job.kind = SCAN_JOB_AUTH;
    while (dns_fetch_more(&f, json_object_get(reply, "missing"))) {
        job.answers = f.answers;
        if (!(reply = cli_worker_ask(&s->worker, a, &job, code)))
            return -1;
    }
    if (auth_outcome_unpack(a, jsonx_str(reply, "auth"), &out->auth, &e))
        return -1;
    sender_agrees(out->msg, out->auth);
    return 0;
}

static struct looked_at
scan_bytes(struct scan *s, struct arena *a, const char *raw, size_t n)
{
    struct looked_at out = {0};
    const char *code = "worker-missing";
    struct err e;
    int mem = scan_job_memfd(raw, n, &e);
    if (mem < 0 || look_at(s, a, mem, &out, &code))
        out = (struct looked_at){.msg = unscannable(a, raw, n, code)};
    if (mem >= 0)
        close(mem);
    return out;
}

/* ------------------------------------------------------------------ one file */

static int
read_file(struct arena *a, const char *file, struct buf **out)
{
    FILE *f = strcmp(file, "-") == 0 ? stdin : fopen(file, "rb");
    char chunk[65536];
    size_t n, most = (size_t)settings_int(SET_message_size);
    if (!f)
        return -1;
    *out = buf_new(a, most + 1);
    while ((*out)->len <= most && (n = fread(chunk, 1, sizeof chunk, f)) > 0)
        buf_add(*out, chunk, n);
    int bad = ferror(f);
    if (f != stdin)
        fclose(f);
    errno = bad ? EIO : 0;
    return bad ? -1 : 0;
}

static void
ask_clamd(struct scan *s, struct msg *m, const char *raw, size_t n)
{
    struct clamd_session session;
    struct clamd_answer answer = {.result = CLAMD_ERROR};
    if (!s->clamd)
        return;
    clamd_begin(s->clamd, &session, raw, n, -1);
    clamd_finish(&session, &answer);
    if (answer.result == CLAMD_FOUND)
        msg_add_finding(m, (struct msg_finding){.scanner = "clamd",
                                                .code = arena_strdup(m->arena, answer.signature),
                                                .kind = "malware"});
    else if (answer.result != CLAMD_CLEAN)
        msg_add_finding(m, (struct msg_finding){.scanner = "clamd",
                                                .code = "not-scanned",
                                                .kind = "unscannable",
                                                .evidence = arena_strdup(m->arena, answer.reason)});
}

/* What the feeds say, at the default level. DNS lists are an organisation's, and not asked here. */
static void
ask_feeds(struct scan *s, struct msg *m)
{
    static const struct rep_rules rules = {.org = "", .level = RISK_CATCH_DEFAULT};
    const struct look_about w = {.rules = &rules,
                                 .org = "",
                                 .client_ip = s->env.client_ip,
                                 .sender = s->env.sender,
                                 .now = when_now()};
    const struct feed_set *feeds = feeds_get(s->feeds, m->arena);
    struct look l;
    if (!feeds->n && !risk_acts(rules.level, 1))
        return; /* then there is nothing that could be said */
    look_begin(&l, m->arena, m, feeds);
    look_judge(&l, m, &w);
}

/* What nobody checked (a file that cannot be scanned, outbound mail) has no results. */
static json_t *
auth_json(struct arena *a, const struct auth_outcome *o)
{
    static const struct auth_outcome none = {0};
    return auth_outcome_json(a, o ? o : &none);
}

static json_t *
line_json(const char *file, const struct looked_at *l, const struct policy_for *who,
          const struct decision *d)
{
    const struct msg *m = l->msg;
    json_t *j = json_object(), *facts = msg_to_json(m);
    double score = policy_score_for(m, who);
    json_object_set_new(j, "file", json_string(jsonx_utf8(m->arena, file, strlen(file))));
    json_object_update(j, facts);
    json_decref(facts);
    json_object_set_new(j, "auth", auth_json(m->arena, l->auth));
    json_object_set_new(j, "score", json_real(score));
    json_object_set_new(j, "threshold", json_real(policy_threshold(who)));
    json_object_set_new(j, "spam", json_boolean(strcmp(d->kind, "spam") == 0));
    json_object_set_new(j, "verdict", json_string(*d->kind ? d->kind : "clean"));
    json_object_set_new(j, "disposition", json_string(disposition_name(d->disposition)));
    json_object_set_new(j, "reason", json_string(d->reason));
    return j;
}

static int
scan_file(struct scan *s, const char *file)
{
    struct arena *a = arena_new();
    struct buf *raw;
    if (read_file(a, file, &raw)) {
        fprintf(stderr, "sekisho: %s: %s\n", file, strerror(errno));
        arena_free(&a);
        return -1;
    }
    struct looked_at l = {0};
    if (raw->len > (size_t)settings_int(SET_message_size))
        l.msg = unscannable(a, buf_cstr(raw), raw->len, "too-big");
    else
        l = scan_bytes(s, a, buf_cstr(raw), raw->len);
    struct msg *m = l.msg;
    ask_clamd(s, m, buf_cstr(raw), raw->len);
    ask_feeds(s, m);
    s->who.from_denied = l.auth && l.auth->dmarc.status == DMARC_FAIL;
    struct decision d = policy_decide(m, &s->who);
    if (s->c->json) {
        json_t *j = line_json(file, &l, &s->who, &d);
        char *text = json_dumps(j, JSON_COMPACT);
        puts(text);
        free(text);
        json_decref(j);
    } else {
        printf("%s: %s%s%s, %.1f of %.1f, %d parts, %d links, %lld us\n", cli_safe(s->c, file),
               *d.kind ? d.kind : "clean", *d.reason ? ": " : "", d.reason,
               policy_score_for(m, &s->who), policy_threshold(&s->who), m->nparts, m->nurls,
               (long long)m->microseconds);
    }
    fflush(stdout);
    arena_free(&a);
    return 0;
}

/* ------------------------------------------------------------------ options */

/* As the mail would be judged for that organisation. Without it, or without a database, files are scanned
 * all the same, by the rules that hold when nothing is set. */
static void
use_org(struct scan *s, const char *name)
{
    const struct orgconf_spam_org *spam;
    const struct orgconf *conf = NULL;

    if (cli_org(s->c, name, &s->who.org) == 0) {
        s->conf = orgconf_cache_new(cli_db(s->c), cli_db(s->c), ORGCONF_OLD_MS);
        conf = orgconf_get(s->conf, s->c->a, true, &s->c->err);
    }
    if (!conf) {
        fprintf(stderr, "sekisho: the settings of %s are not used: %s\n", cli_safe(s->c, name),
                s->c->err.text);
        s->c->err = (struct err){0};
        s->who.org = NULL;
        return;
    }
    spam = orgconf_spam(conf->spam, s->who.org);
    s->who.spam = &spam->rule;
    s->who.no_graymail |= orgconf_spam_exempt(spam, s->env.client_ip);
    if (strcmp(s->env.direction, "out") != 0)
        s->env.lists = intake_lists_of(s->c->a, conf, &s->who.org, 1, false);
}

static int
options(struct scan *s)
{
    struct cli *c = s->c;
    const char *v;
    s->env = (struct envelope){
        .client_ip = "", .client_name = "", .helo = "", .tls = "", .sender = "", .direction = "in"};
    if ((v = cli_opt(c, "--ip")))
        s->env.client_ip = v;
    if ((v = cli_opt(c, "--helo")))
        s->env.helo = v;
    if ((v = cli_opt(c, "--from")))
        s->env.sender = v;
    while (s->env.nrecipients < RECIPIENTS && (v = cli_opt(c, "--rcpt")))
        s->recipients[s->env.nrecipients++] = v;
    s->env.recipients = s->recipients;
    if ((v = cli_opt(c, "--direction"))) {
        if (strcmp(v, "in") != 0 && strcmp(v, "out") != 0)
            return err_set(&c->err, ERR_INPUT, "direction", "--direction is in or out");
        s->env.direction = v;
    }
    if ((v = cli_opt(c, "--now"))) {
        int64_t ms;
        if (when_parse(v, &ms))
            return err_set(&c->err, ERR_INPUT, "now",
                           "--now takes a time such as 2026-11-24T09:15:00Z");
        when_freeze(ms);
    }
    s->feeds = feeds_new(settings_path("feeds"));
    s->who.recipient = "";
    s->who.no_graymail = strcmp(s->env.direction, "out") == 0;
    if ((v = cli_opt(c, "--org")))
        use_org(s, v);
    v = cli_opt(c, "--resolver");
    if (!cli_flag(c, "--no-network") &&
        !(s->resolver = dns_unbound_new(v ? v : settings_text(SET_resolver),
                                        settings_int(SET_dnssec), &c->err)))
        return -1;
    if (s->resolver)
        dns_unbound_share(s->resolver);
    if ((v = cli_opt(c, "--clamd")))
        s->clamd = clamd_new(v, (int)settings_int(SET_clamd_seconds) * 1000, false);
    return 0;
}

int
cmd_scan(struct cli *c)
{
    struct scan s = {.c = c};
    const char *file;
    int files = 0, failed = 0;
    if (options(&s))
        return -1;
    cli_worker_begin(&s.worker, c);
    while ((file = cli_word(c))) {
        files++;
        failed += scan_file(&s, file) != 0;
    }
    cli_worker_end(&s.worker);
    clamd_free(&s.clamd);
    feeds_free(&s.feeds);
    dns_unbound_free(&s.resolver);
    if (cli_end(c, files ? NULL : "FILE"))
        return -1;
    if (failed)
        return err_set(&c->err, ERR_INPUT, "file", "%d of %d files could not be read", failed,
                       files);
    return 0;
}
