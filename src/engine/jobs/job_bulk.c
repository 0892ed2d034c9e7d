/* What people do with many held mails at once: batches, each one transaction, the jobs in turn. */
#include "../../common/err.h"
#include "../../common/when.h"
#include "../../store/store_bulk.h"
#include "job.h"

#define BATCH 500 /* mails of one transaction */
#define FORGET_MS 3600000

int
job_bulk(struct jobs *j, struct arena *a, struct err *e)
{
    static int64_t next;
    struct err ignored;
    bool more;

    if (store_bulk_step(j->db, a, BATCH, &more, e) < 0) {
        (void)store_bulk_skip(j->db, a, &ignored); /* one that fails does not keep the others */
        return -1;
    }
    if (more)
        return 1;
    if (when_mono() < next)
        return 0;
    next = when_mono() + FORGET_MS;
    return store_bulk_forget(j->db, a, e);
}
