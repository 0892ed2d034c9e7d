/*
 * Background work. Each job has its own thread and its own failures: a dead re-injection port does
 * not keep the log from being followed.
 */
#include <curl/curl.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "../common/arena.h"
#include "../common/confine.h"
#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/i18n_builtin.h"
#include "../common/settings.h"
#include "../common/when.h"
#include "../store/db.h"
#include "jobs/job.h"
#include "jobs/rescan.h"
#include "master_key.h"
#include "orgconf/orgconf_dkim.h"
#include "role.h"

#define DB_MS 30000 /* retention may take its time; a server that is down refuses at once */
#define LONGEST_WAIT_MS 30000 /* between tries of a job that fails */

struct job {
    const char *name;
    int (*run)(struct jobs *j, struct arena *a, struct err *e);
    int interval_ms;
    int failures; /* in a row */
    pthread_t thread;
    bool started;
};

static struct job table[] = {
#define JOB(id, ms) {.name = #id, .run = job_##id, .interval_ms = (ms)},
#include "jobs/jobs.def"
#undef JOB
};
#define NJOBS (sizeof table / sizeof *table)

static struct jobs shared;
static atomic_bool stopping;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t stop_asked;

bool
jobs_stopping(void)
{
    return atomic_load(&stopping);
}

/* Says once that a job fails, and once that it works again. */
static void
note_outcome(struct job *job, int rc, const struct err *e)
{
    if (rc < 0 && job->failures++ == 0)
        evlog(EVLOG_ERROR, "job.failed", "job", job->name, "code", e->code, "reason", e->text,
              NULL);
    if (rc >= 0 && job->failures > 0) {
        evlog(EVLOG_INFO, "job.works-again", "job", job->name, NULL);
        job->failures = 0;
    }
}

static void
wait_ms(int64_t ms)
{
    int64_t until = when_mono() + ms;
    struct timespec ts = {.tv_sec = until / 1000, .tv_nsec = until % 1000 * 1000000};

    pthread_mutex_lock(&lock);
    while (!jobs_stopping() && pthread_cond_timedwait(&stop_asked, &lock, &ts) == 0)
        ;
    pthread_mutex_unlock(&lock);
}

static int64_t
pause_after(const struct job *job, int rc)
{
    int64_t ms = job->interval_ms;

    if (rc > 0)
        return 0;
    if (rc < 0) {
        ms = ms > 1000 ? 1000 : ms;
        for (int i = 1; i < job->failures && ms < LONGEST_WAIT_MS; i++)
            ms *= 2;
        ms = ms < LONGEST_WAIT_MS ? ms : LONGEST_WAIT_MS;
    }
    return ms;
}

static void *
run_job(void *arg)
{
    struct job *job = arg;

    while (!jobs_stopping()) {
        struct arena *a = arena_new();
        struct err e = {0};
        int rc = job->run(&shared, a, &e);
        int64_t ms;
        arena_free(&a);
        note_outcome(job, rc, &e);
        ms = pause_after(job, rc);
        if (ms > 0)
            wait_ms(ms);
    }
    return NULL;
}

static int
start_all(void)
{
    pthread_condattr_t attr;

    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&stop_asked, &attr);
    for (size_t i = 0; i < NJOBS; i++) {
        if (pthread_create(&table[i].thread, NULL, run_job, &table[i]) != 0)
            return -1;
        table[i].started = true;
    }
    return 0;
}

static void
stop_all(void)
{
    pthread_mutex_lock(&lock);
    atomic_store(&stopping, true);
    pthread_cond_broadcast(&stop_asked);
    pthread_mutex_unlock(&lock);
    for (size_t i = 0; i < NJOBS; i++)
        if (table[i].started)
            pthread_join(table[i].thread, NULL);
}

int
role_jobs(struct role_ctx *c)
{
    struct err e = {0};
    sigset_t mask;
    int sig = 0;

    if (master_key_read(shared.master_key, &e) < 0 || confine(CONFINE_JOBS, c->user, &e) < 0) {
        evlog(EVLOG_ERROR, "jobs.start", "reason", e.text, NULL);
        return 1;
    }
    role_die_with_parent();
    i18n_builtin();
    sigemptyset(&mask);
    sigaddset(&mask, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &mask, NULL);
    (void)curl_global_init(CURL_GLOBAL_DEFAULT);
    role_node(shared.node, sizeof shared.node);
    shared.quiet_since = shared.mail_quiet_since = when_now();
    orgconf_dkim_open_with(shared.master_key);
    shared.db = db_open(settings_database("sekisho_jobs"), NJOBS, DB_MS);
    shared.rescan = rescan_new(c, shared.db);
    if (start_all() < 0) {
        evlog(EVLOG_ERROR, "jobs.start", "reason", "no thread", NULL);
        return 1;
    }
    evlog(EVLOG_INFO, "jobs.ready", NULL);
    while (sigwait(&mask, &sig) != 0 || sig != SIGTERM)
        ;
    stop_all();
    return 0;
}
