/*
 * Retention of held mail. A clock that jumped ahead must not empty the quarantine (F-18): when wall
 * and monotonic clock part by more than an hour, nothing is purged for a day or until somebody
 * restarts the engine; and the database's own clock of retention makes up a gap of days only
 * slowly.
 */
#include <stdlib.h>

#include "../../common/arena.h"
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

/* The clock that retention goes by, moved on. */
static int
step_clock(struct jobs *j, struct arena *a, struct err *e)
{
    static int64_t said;
    int64_t behind = 0;

    if (store_retention_clock(j->db, a, &behind, e) < 0)
        return -1;
    if (behind == 0) {
        said = 0;
    } else if (!said || when_mono() - said > PAUSE_MS) {
        said = when_mono();
        evlog(EVLOG_ERROR, "expire.clock-ahead", "days",
              arena_printf(a, "%d", (int)(behind / (24 * 3600 * 1000LL))), "hint",
              "the clock is ahead of what was seen running: mail goes by the time that was seen, "
              "which makes up the difference at twice its speed; set the clock if it is wrong",
              NULL);
    }
    return 0;
}

static int
purge(struct jobs *j, struct arena *a, struct err *e)
{
    int64_t n = 0;

    if (store_expire_held(j->db, a, BATCH, &n, e) < 0)
        return -1;
    if (n > 0)
        evlog(EVLOG_INFO, "expire.purged", "recipients", arena_printf(a, "%d", (int)n), NULL);
    return n == BATCH;
}

/* The bodies, one bounded step at a time; at the end of the walk the rest. */
static int
sweep(struct jobs *j, struct arena *a, struct err *e)
{
    static struct store_body_place place;
    static int64_t swept, gone;
    int64_t n = 0;

    if (!place.org[0] && swept && when_mono() - swept < SWEEP_MS)
        return 0;
    if (store_expire_bodies(j->db, a, &place, &n, e) < 0)
        return -1;
    gone += n;
    if (place.org[0])
        return 1;
    if (store_expire_rest(j->db, a, settings_int(SET_session_idle),
                          settings_int(SET_session_absolute), e) < 0)
        return -1;
    if (gone > 0)
        evlog(EVLOG_INFO, "expire.bodies", "pieces", arena_printf(a, "%d", (int)gone), NULL);
    swept = when_mono();
    gone = 0;
    return 0;
}

int
job_expire(struct jobs *j, struct arena *a, struct err *e)
{
    int more;

    if (!clock_is_sane())
        return 0;
    if (step_clock(j, a, e) < 0)
        return -1;
    more = purge(j, a, e);
    return more != 0 ? more : sweep(j, a, e);
}
