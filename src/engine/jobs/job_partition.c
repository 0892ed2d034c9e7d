/* Partitions of the coming weeks are made, those past retention are dropped (P12). */
#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../store/store_expire.h"
#include "job.h"

/* Said when it changes: mail that nobody dealt with keeps its week, and that costs space. */
static void
note_kept(struct arena *a, int64_t kept)
{
    static int64_t known;

    if (kept > known)
        evlog(EVLOG_WARN, "partition.kept", "tables", arena_printf(a, "%d", (int)kept), "hint",
              "they are over, but mail in them is still held or on its way", NULL);
    known = kept;
}

static int
drop_old(struct jobs *j, struct arena *a, int64_t *dropped, struct err *e)
{
    int64_t n, kept;

    do {
        if (store_partition_drop(j->db, a, (int)settings_int(SET_tracking_days),
                                 (int)settings_int(SET_audit_days), &n, &kept, e) < 0)
            return -1;
        *dropped += n;
    } while (n > 0 && !jobs_stopping());
    note_kept(a, kept);
    return 0;
}

int
job_partition(struct jobs *j, struct arena *a, struct err *e)
{
    int64_t made = 0, dropped = 0;

    if (store_partition_ensure(j->db, a, &made, e) < 0 || drop_old(j, a, &dropped, e) < 0)
        return -1;
    if (made > 0 || dropped > 0)
        evlog(EVLOG_INFO, "partitions", "made", arena_printf(a, "%d", (int)made), "dropped",
              arena_printf(a, "%d", (int)dropped), NULL);
    return 0;
}
