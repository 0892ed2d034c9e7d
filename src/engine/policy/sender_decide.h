/*
 * Sender lists: what the entries that stand for a sender mean for one recipient. Pure.
 *
 * The first that applies decides (spec section 7): 1 blocked by the address's own list, 2 blocked by that
 * of the domain or organisation, 3 approved by the address, 4 approved by domain or organisation. So a
 * person's approval never overrides an administrator's block.
 */
#ifndef SEKISHO_SENDER_DECIDE_H
#define SEKISHO_SENDER_DECIDE_H

#include <stdbool.h>

/* An entry that stands for the sender in the envelope, the one in the From field, or both. */
struct sender_hit {
    const char *pattern;
    bool of_address; /* on the list of the address; false: of its domain or of the organisation */
    bool blocked;    /* false: approved */
    bool only_verified;
    bool envelope, header;
};

/* Which of the two is proven to be who it says (sender_proof.h). */
struct sender_proof {
    bool envelope, header;
};

enum sender_verdict { SENDER_UNKNOWN, SENDER_BLOCKED, SENDER_APPROVED };

struct sender_decision {
    enum sender_verdict verdict;
    int step;            /* 1..4; 0: nothing applies */
    const char *pattern; /* the entry that decided, or would have (unproven); "" */
    bool by_header;      /* only the From field matched */
    bool
        unproven; /* an approval does not count because the sender is not proven; verdict unknown */
};

struct sender_decision sender_decide(const struct sender_hit *hits, int n,
                                     const struct sender_proof *proof);

#endif
