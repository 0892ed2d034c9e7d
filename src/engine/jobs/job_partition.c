/* Partitions of the coming weeks are made, those past retention are dropped (P12). */
#include <stdio.h>

#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../store/store_expire.h"
#include "job.h"

int
job_partition(struct jobs *j, struct arena *a, struct err *e)
{
    int64_t made = 0, dropped = 0;
    char m[24], d[24];

    if (store_partition(j->db, a, (int)settings_int(SET_tracking_days),
                        (int)settings_int(SET_audit_days), &made, &dropped, e) < 0)
        return -1;
    if (made > 0 || dropped > 0) {
        (void)snprintf(m, sizeof m, "%d", (int)made);
        (void)snprintf(d, sizeof d, "%d", (int)dropped);
        evlog(EVLOG_INFO, "partitions", "made", m, "dropped", d, NULL);
    }
    return 0;
}
