/* Release requests: who decides is reminded once of what waits; what nobody can decide about any more is over. */
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../store/store_request.h"
#include "job.h"

int
job_request(struct jobs *j, struct arena *a, struct err *e)
{
    int64_t over, reminded;

    if (store_request_tend(j->db, a, (int)settings_int(SET_request_reminder_hours), &over,
                           &reminded, e) < 0)
        return -1;
    if (over || reminded)
        evlog(EVLOG_INFO, "requests-tended", NULL);
    return 0;
}
