/* Digests: rules and settings of the organisation, and of one's own. */
#ifndef SEKISHO_PG_DIGEST_H
#define SEKISHO_PG_DIGEST_H

#include "../../store/store_digest.h"
#include "../ui.h"

struct web_req;

/* ---- what the pages share: pg_digest_when.c */

/* Fields of a form that says when: days and times. */
#define DIGEST_WHEN_FIELDS                                                              \
    {"day-1", FIELD_BOOL, 0, false, NULL}, {"day-2", FIELD_BOOL, 0, false, NULL},       \
        {"day-3", FIELD_BOOL, 0, false, NULL}, {"day-4", FIELD_BOOL, 0, false, NULL},   \
        {"day-5", FIELD_BOOL, 0, false, NULL}, {"day-6", FIELD_BOOL, 0, false, NULL},   \
        {"day-7", FIELD_BOOL, 0, false, NULL}, {"times", FIELD_TEXT, 200, false, NULL}, \
    {                                                                                   \
        "tz", FIELD_TEXT, 63, false, NULL                                               \
    }

/* From the form; errors are in_error() of "day-1", "times" and "tz". *n: times, in their order. */
void pg_digest_take_when(struct web_req *r, int *days, int *times, int *n, const char **tz);
/* One time of day, "9:00"; -1: it is none. */
int pg_digest_minute(const char *text, const char **end);
const char *pg_digest_clock(struct web_req *r, int minute); /* "09:00" */
const char *pg_digest_times(struct web_req *r, const int *times, int n);
const char *pg_digest_day(struct web_req *r, int day); /* name of a weekday, Monday is 1 */
/* "Every day, 09:00 and 17:00". */
const char *pg_digest_when(struct web_req *r, int days, const int *times, int n);

/* ---- console */

struct pg_digest_rule {
    const struct store_digest_rule *rule;
    const char *recipients; /* "Everybody", or the first of them */
    const char *when;
    const char *conflict; /* sentence; NULL: none */
    bool severe;          /* of a conflict that somebody has to solve */
};
struct pg_digest_rules {
    const struct pg_digest_rule *rows;
    int n;
    bool may_change;
    struct store_digest_setting setting;
    const char *link_days; /* as typed */
};
struct pg_digest_form {
    const char *id; /* NULL: a new one */
    const struct store_digest_rule *rule;
    const char *priority, *targets, *times; /* as typed */
    bool may_change;
};
struct pg_digest_texts {
    const struct ui_option *languages;
    const struct store_digest_text *rows; /* one for each language */
    int n;
    bool may_change;
};

/* ---- portal */

/* Are digests sent for that mailbox? may: people choose themselves. */
bool pg_digest_sent(const struct store_digest_own *x, bool may);
struct pg_digest_own_box {
    const struct store_digest_own *own;
    const char *when;  /* of what holds now, "" = none */
    const char *times; /* for the form */
    bool kinds[16];    /* in the order of ui_kinds() */
};
struct pg_digest_own {
    const struct pg_digest_own_box *box; /* of the mailbox that is shown */
    const struct ui_option *mailboxes;   /* NULL: only one */
    bool may, instant;                   /* the organisation lets people */
    bool other;                          /* the mailbox is not the account's own address */
    int64_t held;
};
struct pg_digest_sample {
    const char *mailbox, *text;
    const char *page_tab, *text_tab, *frame, *back; /* addresses */
    bool as_text;
    int64_t held;
};

#endif
