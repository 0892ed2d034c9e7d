#include "sent_proof.h"

#include <string.h>
#include <time.h>

#include "../../common/when.h"
#include "../../store/store_release.h"

#define PROOF_MS 3000        /* the log must be known this long after the conversation was over */
#define OTHER_NODE_MS 300000 /* another node knows better; while it runs, it decides sooner */
#define NODE_GONE_MS (24 * 3600 * 1000LL) /* a node whose log nobody reads: sent by another */
#define LONGEST_WAIT_MS 300000

bool
sent_known(const char *here, int64_t quiet_since, const char *node, int64_t claimed,
           const struct store_release_proof *p)
{
    int64_t over = claimed, proof = p->queue_id[0] ? SENT_HALF_PROOF_MS : PROOF_MS;

    if (strcmp(node, here) != 0)
        return p->read_until - over >= OTHER_NODE_MS || when_now() - over > NODE_GONE_MS;
    if (over < quiet_since)
        over = quiet_since;
    return p->read_until - over >= proof;
}

int64_t
sent_backoff_ms(int64_t tries)
{
    int64_t ms = 1000;

    for (int64_t i = 1; i < tries && ms < LONGEST_WAIT_MS; i++)
        ms *= 2;
    return ms < LONGEST_WAIT_MS ? ms : LONGEST_WAIT_MS;
}

int64_t
sent_clock_ms(void)
{
    struct timespec t;

    clock_gettime(CLOCK_BOOTTIME, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
