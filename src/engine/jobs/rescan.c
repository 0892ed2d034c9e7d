#include "rescan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../store/db.h"
#include "../../store/store_release.h"
#include "../authn/dns_unbound.h"
#include "../intake/clamd.h"
#include "../intake/intake_lists.h"
#include "../orgconf/orgconf.h"
#include "../orgconf/orgconf_reputation.h"
#include "../reputation/feeds.h"
#include "../reputation/look.h"
#include "../role.h"
#include "../role_kill.h"
#include "../scan_job.h"

#define DNS_MS 5000
#define LATE_MOST 5 /* scans that did not end in time: then it is the message's fault */

struct rescan {
    const struct role_ctx *ctx;
    struct db *db;
    void (*fake)(const struct store_release *r, struct rescan_outcome *out);
    /* Made at the first message: most installations deliver little of what they hold. */
    struct orgconf_cache *orgconf;
    struct clamd *clamd;
    struct dns_unbound *resolver;
    struct feeds *feeds;
    uint64_t next_id;
};

/* One message on its way. */
struct look_at {
    struct rescan *x;
    struct arena *a;
    const struct store_release *r;
    const struct store_release_facts *f;
    const struct orgconf *conf;
    const unsigned char *raw;
    size_t n;
    int fd;
    struct msg *msg; /* NULL: the worker died of it, as when it came */
    struct rescan_outcome *out;
};

struct rescan *
rescan_new(const struct role_ctx *ctx, struct db *db)
{
    struct rescan *x = calloc(1, sizeof *x);

    BUG_IF(!x);
    x->ctx = ctx;
    x->db = db;
    return x;
}

struct rescan *
rescan_fake(void (*look)(const struct store_release *r, struct rescan_outcome *out))
{
    struct rescan *x = rescan_new(NULL, NULL);

    x->fake = look;
    return x;
}

static int
prepare(struct rescan *x, struct err *e)
{
    const char *engine = settings_database("sekisho_engine");

    if (x->orgconf)
        return 0;
    if (!x->resolver &&
        !(x->resolver = dns_unbound_new(settings_text(SET_resolver), settings_int(SET_dnssec), e)))
        return -1;
    x->clamd = clamd_configured();
    x->feeds = feeds_new(settings_path("feeds"));
    token_random(&x->next_id,
                 sizeof x->next_id); /* those of an earlier process must not come again */
    x->next_id >>= 8;
    x->orgconf = orgconf_cache_new(db_open(engine, 1, ORGCONF_LOAD_MS),
                                   db_open(engine, 1, ORGCONF_LOAD_MS), ORGCONF_OLD_MS);
    return 0;
}

static int
later(struct look_at *l, const char *reason)
{
    l->out->result = RESCAN_LATER;
    l->out->reason = reason;
    return 1;
}

/* ---------------------------------------------------------------- the worker */

static enum scan_job_news
ask(struct look_at *l, struct scan_job *job, json_t **reply)
{
    const struct role_ctx *c = l->x->ctx;
    enum scan_job_news news;
    int64_t seen = 0;
    struct err e;

    job->id = ++l->x->next_id;
    if (scan_job_send(c->scan_fd, job, &e) < 0)
        return SCAN_JOB_BROKEN;
    news = scan_job_wait(c->scan_fd, job->id, when_mono() + settings_int(SET_scan_seconds) * 1000,
                         l->a, reply, &seen);
    if (news == SCAN_JOB_LATE) {
        role_kill_worker(c->control_fd, c->slot, job->id, seen);
        scan_job_wait_death(c->scan_fd);
    }
    return news;
}

/* The second death is the message's fault. Who delivers what could not be scanned when it came knows that. */
static int
died(struct look_at *l)
{
    if (strcmp(l->f->kind, "unscannable") == 0)
        return 0;
    l->out->result = RESCAN_TURNED;
    l->out->kind = "unscannable";
    l->out->why = jsonx_own(l->a, json_pack("{ss ss}", "code", "worker-died", "evidence", ""));
    return 1;
}

/* 0: l->msg (or died); 1: l->out. */
static int
parse(struct look_at *l, struct scan_job *job, json_t **reply)
{
    enum scan_job_news news = ask(l, job, reply);
    struct err e;

    if (news == SCAN_JOB_DIED)
        news = ask(l, job, reply);
    if (news == SCAN_JOB_DIED || (news == SCAN_JOB_LATE && l->r->tries > LATE_MOST))
        return died(l);
    if (news != SCAN_JOB_DONE)
        return later(l, "the scan was not finished");
    return msg_unpack(l->a, *reply, &l->msg, &e) < 0 ? later(l, "the scan was not finished") : 0;
}

/* ---------------------------------------------------------------- clamd */

static int
virus(struct look_at *l, const struct clamd_answer *answer)
{
    struct clamd_meaning meaning;
    const char *name;

    if (answer->result == CLAMD_ERROR)
        return later(l, "the virus scanner does not answer");
    if (answer->result != CLAMD_FOUND)
        return 0; /* too large for it: that was known when it was held, or it would not be kept */
    name = arena_strdup(l->a, answer->signature);
    meaning = clamd_meaning(name);
    if (strcmp(meaning.kind, "malware") != 0)
        return 0;
    l->out->result = RESCAN_TURNED;
    l->out->kind = "malware";
    l->out->why = jsonx_own(l->a, json_pack("{ss ss}", "code", meaning.code, "evidence", name));
    return 1;
}

static int
ask_clamd(struct look_at *l, const unsigned char *p, size_t n, int fd)
{
    struct clamd_session session;
    struct clamd_answer answer;

    if (!clamd_ready(l->x->clamd))
        return later(l, "the virus scanner does not answer");
    clamd_begin(l->x->clamd, &session, p, n, fd);
    clamd_finish(&session, &answer);
    return virus(l, &answer);
}

/* What the worker could open with a password. */
static int
ask_about_opened(struct look_at *l, int opened_fd)
{
    const unsigned char *p;
    size_t n;

    if (opened_fd <= 0)
        return 0;
    if (scan_job_map(opened_fd, l->a, &p, &n) < 0)
        return later(l, "the scan was not finished");
    return n ? ask_clamd(l, p, n, opened_fd) : 0;
}

/* ---------------------------------------------------------------- lists */

static void
ask_reputation(struct look_at *l)
{
    const struct rep_rules *rules = orgconf_reputation(l->conf->reputation, l->r->org_id);
    struct look look;

    look_begin(&look, l->a, l->msg, feeds_get(l->x->feeds, l->a));
    look_questions(&look, &rules, 1, LOOK_QUESTIONS);
    if (look.nqueries > 0)
        dns_unbound_ask(l->x->resolver, l->a, look.queries, look.nqueries, when_mono() + DNS_MS);
    look_judge(&look, l->msg,
               &(struct look_about){.rules = rules,
                                    .org = "",
                                    .client_ip = l->f->client_ip,
                                    .sender = l->r->sender,
                                    .now = when_now()});
}

/* Was it among what was found when the mail came? */
static bool
known(const struct look_at *l, const struct msg_finding *f)
{
    json_t *old;
    size_t i;

    json_array_foreach(l->f->findings, i, old)
    {
        const char *kind = jsonx_str(old, "kind"), *code = jsonx_str(old, "code"),
                   *evidence = jsonx_str(old, "evidence");
        if (kind && code && evidence && strcmp(kind, f->kind) == 0 && strcmp(code, f->code) == 0 &&
            strcmp(evidence, f->evidence) == 0)
            return true;
    }
    return false;
}

/* Malware by anybody; phishing by the lists only, which change by themselves. */
static bool
turned(const struct look_at *l, const struct msg_finding *f)
{
    bool ours = !f->org || !*f->org || strcmp(f->org, l->r->org_id) == 0;

    if (!ours || known(l, f))
        return false;
    if (strcmp(f->kind, "malware") == 0)
        return true;
    return strcmp(f->kind, "phishing") == 0 && strcmp(f->scanner, "reputation") == 0 &&
           strcmp(l->f->kind, "phishing") != 0 && strcmp(l->f->kind, "impersonation") != 0;
}

static void
judge(struct look_at *l)
{
    const struct msg_finding *worst = NULL;

    for (int i = 0; i < l->msg->nfindings; i++) {
        const struct msg_finding *f = &l->msg->findings[i];
        if (turned(l, f) && (!worst || strcmp(f->kind, "malware") == 0))
            worst = f;
    }
    if (!worst)
        return;
    l->out->result = RESCAN_TURNED;
    l->out->kind = worst->kind;
    l->out->why =
        jsonx_own(l->a, json_pack("{ss ss}", "code", worst->code, "evidence", worst->evidence));
}

/* ---------------------------------------------------------------- all */

static void
look(struct look_at *l)
{
    const char *recipients[] = {l->r->recipient};
    const char *orgs[] = {l->r->org_id};
    struct envelope env = {.client_ip = l->f->client_ip,
                           .client_name = l->f->client_name,
                           .helo = l->f->helo,
                           .tls = l->f->tls,
                           .sender = l->r->sender,
                           .recipients = recipients,
                           .nrecipients = 1,
                           .direction = l->r->outbound ? "out" : "in",
                           .lists = intake_lists_of(l->a, l->conf, orgs, 1, l->r->outbound)};
    struct scan_job job = {.kind = SCAN_JOB_SCAN, .mem_fd = l->fd, .env = &env};
    json_t *reply = NULL;
    struct err e;
    int rc = 0;

    if (l->x->clamd && (job.opened_fd = scan_job_empty_memfd(&e)) < 0) {
        (void)later(l, "no memory for the scan");
        return;
    }
    if (l->x->clamd)
        rc = ask_clamd(l, l->raw, l->n, l->fd);
    if (rc == 0)
        rc = parse(l, &job, &reply);
    if (rc == 0 && l->msg)
        rc = ask_about_opened(l, job.opened_fd);
    if (job.opened_fd > 0)
        close(job.opened_fd);
    if (rc || !l->msg)
        return;
    ask_reputation(l);
    judge(l);
}

int
rescan_look(struct rescan *x, struct arena *a, const struct store_release *r,
            const unsigned char *raw, size_t n, struct rescan_outcome *out, struct err *e)
{
    struct store_release_facts f;
    struct look_at l = {.x = x, .a = a, .r = r, .f = &f, .raw = raw, .n = n, .out = out};

    *out = (struct rescan_outcome){.result = RESCAN_FINE, .kind = "", .reason = ""};
    if (x->fake) {
        x->fake(r, out);
        return 0;
    }
    if (store_release_facts(x->db, a, r, &f, e) < 0)
        return -1;
    if (strcmp(f.kind, "malware") == 0) /* whoever delivers it has been told, and it was no user */
        return 0;
    if (prepare(x, e) < 0 || !(l.conf = orgconf_get(x->orgconf, a, false, e))) {
        evlog(EVLOG_ERROR, "rescan.settings", "code", e->code, "reason", e->text, NULL);
        (void)later(&l, "the settings cannot be read");
        return 0;
    }
    l.fd = scan_job_memfd(raw, n, e);
    if (l.fd < 0) {
        (void)later(&l, "no memory for the scan");
        return 0;
    }
    look(&l);
    close(l.fd);
    return 0;
}
