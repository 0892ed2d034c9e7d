/*
 * Retention of held mail by the wall clock. A clock that jumped ahead must not empty the quarantine
 * (F-18): when wall and monotonic clock part by more than an hour, nothing is purged for a day or
 * until somebody restarts the engine.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_expire.h"
#include "job.h"

#define BATCH 1000
#define JUMP_MS (3600 * 1000LL)
#define PAUSE_MS (24 * 3600 * 1000LL)
#define SWEEP_MS (3600 * 1000LL)

static bool
clock_is_sane(void)
{
    static int64_t drift;
    static bool known;
    static int64_t paused_until;
    int64_t mono = when_mono(), now = when_now() - mono;

    if (!known) {
        drift = now;
        known = true;
    }
    if (llabs((long long)(now - drift)) > JUMP_MS) {
        evlog(EVLOG_ERROR, "expire.clock-jumped", "hint", "nothing is purged for a day", NULL);
        paused_until = mono + PAUSE_MS;
    }
    drift = now;
    return mono >= paused_until;
}

static int
purge(struct jobs *j, struct arena *a, struct err *e)
{
    int64_t n = 0;
    char count[24];

    if (store_expire_held(j->db, a, BATCH, &n, e) < 0)
        return -1;
    if (n > 0) {
        (void)snprintf(count, sizeof count, "%d", (int)n);
        evlog(EVLOG_INFO, "expire.purged", "recipients", count, NULL);
    }
    return n == BATCH;
}

int
job_expire(struct jobs *j, struct arena *a, struct err *e)
{
    static int64_t swept;
    int64_t n = 0;
    int more;

    if (!clock_is_sane())
        return 0;
    more = purge(j, a, e);
    if (more != 0)
        return more;
    if (swept && when_mono() - swept < SWEEP_MS)
        return 0;
    if (store_expire_bodies(j->db, a, &n, e) < 0 ||
        store_expire_rest(j->db, a, settings_int(SET_session_idle),
                          settings_int(SET_session_absolute), e) < 0)
        return -1;
    swept = when_mono();
    return 0;
}
