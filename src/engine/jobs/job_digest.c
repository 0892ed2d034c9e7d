/*
 * Plans digests and notices whose time has come and gives them to the queue of mails to people. All state is in the database and
 * each step is one transaction there (0025-digest.sql): killed at any moment, it goes on where it was, sends none twice and
 * misses none. The mail itself is built and sent by the job "usermail" (notices/usermail_digest.c).
 */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/when.h"
#include "../../store/store_digest.h"
#include "job.h"

#define OWN_BATCH 200
#define FILL_BATCH 100
#define FORGET_MS 3600000
#define ROUND_MS 10000 /* then others that are due get their turn */

/* Everything that one kind of step finds, at most for a round. */
static int
all_rules(struct jobs *j, struct arena *a, int64_t until, struct err *e)
{
    for (int n = 1; n > 0 && !jobs_stopping() && when_mono() < until;)
        if (store_digest_plan_rule(j->db, a, &n, e) < 0)
            return -1;
    for (int n = OWN_BATCH; n == OWN_BATCH && !jobs_stopping() && when_mono() < until;)
        if (store_digest_plan_own(j->db, a, OWN_BATCH, &n, e) < 0)
            return -1;
    return 0;
}

static int
forget(struct jobs *j, struct arena *a, struct err *e)
{
    static int64_t next;

    if (when_mono() < next)
        return 0;
    next = when_mono() + FORGET_MS;
    return store_digest_forget(j->db, a, e);
}

int
job_digest(struct jobs *j, struct arena *a, struct err *e)
{
    int64_t until = when_mono() + ROUND_MS;
    int n = FILL_BATCH, ignored;

    if (all_rules(j, a, until, e) < 0 || store_digest_plan_instant(j->db, a, &ignored, e) < 0)
        return -1;
    while (n == FILL_BATCH && !jobs_stopping() && when_mono() < until)
        if (store_digest_fill(j->db, a, FILL_BATCH, &n, e) < 0)
            return -1;
    if (n == FILL_BATCH)
        return 1;
    return forget(j, a, e);
}
