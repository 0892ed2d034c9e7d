#include "sender_decide.h"

/* Does an approval count, and by which of the two senders? */
static bool
approves(const struct sender_hit *h, const struct sender_proof *proof, bool *by_header)
{
    if (h->envelope && (!h->only_verified || proof->envelope)) {
        *by_header = false;
        return true;
    }
    *by_header = true;
    return h->header && (!h->only_verified || proof->header);
}

static int
step_of(const struct sender_hit *h)
{
    return (h->blocked ? 1 : 3) + (h->of_address ? 0 : 1);
}

/* Of entries of the same step, one that matches the envelope comes first: it is named. */
static void
take(struct sender_decision *d, const struct sender_hit *h, bool by_header)
{
    int step = step_of(h);

    if (d->step && (d->step < step || (d->step == step && !(d->by_header && !by_header))))
        return;
    *d = (struct sender_decision){h->blocked ? SENDER_BLOCKED : SENDER_APPROVED, step, h->pattern,
                                  by_header, false};
}

struct sender_decision
sender_decide(const struct sender_hit *hits, int n, const struct sender_proof *proof)
{
    struct sender_decision d = {.pattern = ""};
    const char *unproven = "";
    bool by_header;

    for (int i = 0; i < n; i++) {
        const struct sender_hit *h = &hits[i];
        if (!h->envelope && !h->header)
            continue;
        if (h->blocked)
            take(&d, h, !h->envelope);
        else if (approves(h, proof, &by_header))
            take(&d, h, by_header);
        else if (!*unproven)
            unproven = h->pattern;
    }
    if (d.verdict == SENDER_UNKNOWN && *unproven) {
        d.unproven = true;
        d.pattern = unproven;
    }
    return d;
}
