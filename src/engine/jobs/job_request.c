/* Release requests: who decides is reminded once of what waits; what nobody can decide about any more is over. All that wait are
 * looked at, page by page, so that many of one organisation do not keep those of others waiting. */
#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../store/store_request.h"
#include "job.h"

#define PAGE 1000

int
job_request(struct jobs *j, struct arena *a, struct err *e)
{
    struct store_request_place place = {"", ""};
    int hours = (int)settings_int(SET_request_reminder_hours);
    int64_t over, reminded;

    do {
        if (store_request_tend(j->db, a, hours, PAGE, &place, &over, &reminded, e) < 0)
            return -1;
        if (over || reminded)
            evlog(EVLOG_INFO, "requests-tended", NULL);
    } while (*place.id && !jobs_stopping());
    return store_request_forget(j->db, a, e);
}
