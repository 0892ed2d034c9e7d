/* Words of mail that wants money or passwords (cues.def), counted once a message. */
#ifndef SEKISHO_CUES_H
#define SEKISHO_CUES_H

struct msg;

enum cue_topic {
    CUE_gift,      /* gift cards */
    CUE_transfer,  /* money at once, in secret */
    CUE_bank,      /* other bank details */
    CUE_payroll,   /* of an employee */
    CUE_extortion, /* by a video */
    CUE_account,   /* sign in, or lose it */
    CUE_prize,     /* won, inherited, given */
    CUE_purchase,  /* bought, call to cancel */
    CUE_crypto,    /* wallets, tokens, bitcoins */
    CUE_coin,      /* such words alone */
    CUE_dating,
    CUE_casino,
    CUE_health,   /* cures, slimness */
    CUE_income,   /* easy money, loans */
    CUE_parcel,   /* waits, costs a little */
    CUE_giveaway, /* for a few questions */
    CUE_leave,    /* how to unsubscribe; no offence */
    CUE_TOPICS
};
/* Of the topics: how many different phrases subject and visible text have, and the first one. */
struct cues {
    int n[CUE_TOPICS];
    const char *first[CUE_TOPICS], *second[CUE_TOPICS]; /* "" */
};

void cues_prepare(void);
/* Of the message that was asked for last they are kept. */
const struct cues *cues_of(struct msg *m);

#endif
