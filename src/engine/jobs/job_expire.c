/*
 * Retention of held mail. A clock that jumped ahead must not empty the quarantine (F-18): retention
 * goes by the database's own clock, which follows a jump late and slowly (0005-retention.sql).
 */
#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_contact.h"
#include "../../store/store_expire.h"
#include "../../store/store_style.h"
#include "job.h"

#define BATCH 1000
#define REMIND_MS (24 * 3600 * 1000LL)
#define SWEEP_MS (3600 * 1000LL)

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
    } else if (!said || when_mono() - said > REMIND_MS) {
        said = when_mono();
        evlog(
            behind > RETENTION_WAITS_MS ? EVLOG_ERROR : EVLOG_WARN, "expire.clock-ahead", "hours",
            arena_printf(a, "%d", (int)(behind / (3600 * 1000LL))), "hint",
            "the clock jumped, or the machine was off: mail goes by the time that was seen "
            "running, "
            "which makes up the difference; set the clock if it is wrong, or run sekisho retention "
            "resume if it is right",
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

#define STYLE_DAYS 400 /* somebody may be away for a year */

/* Who has written to whom, as long as mail is remembered; and how people write. */
static int
forget(struct jobs *j, struct arena *a, struct err *e)
{
    static int64_t done;
    int64_t n = 0, styles = 0;

    if (done && when_mono() - done < SWEEP_MS)
        return 0;
    if (store_style_forget(j->db, a, STYLE_DAYS, BATCH, &styles, e) < 0)
        return -1;
    if (store_contact_forget(j->db, a, (int)settings_int(SET_tracking_days), BATCH, &n, e) < 0)
        return -1;
    if (n == BATCH || styles == BATCH)
        return 1;
    done = when_mono();
    return 0;
}

int
job_expire(struct jobs *j, struct arena *a, struct err *e)
{
    int more;

    if (step_clock(j, a, e) < 0)
        return -1;
    more = purge(j, a, e);
    if (more == 0)
        more = forget(j, a, e);
    return more != 0 ? more : sweep(j, a, e);
}
