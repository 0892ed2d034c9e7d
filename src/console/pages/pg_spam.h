/* Spam, phishing, impersonation and graymail: settings and lists of an organisation. */
#ifndef SEKISHO_PG_SPAM_H
#define SEKISHO_PG_SPAM_H

#include <stdbool.h>
#include <stdint.h>

#include "../../common/spam_entry.h"
#include "../../common/spam_rule.h"
#include "../ui.h"

struct web_req;

/* How many entries the lists have, for the tabs. */
struct pg_spam_counts {
    int64_t n[SPAM_LISTS];
};
int pg_spam_counts(struct web_req *r, struct pg_spam_counts *out);

struct pg_spam {
    const struct spam_rule *rule; /* in the form */
    const char *version;          /* of what is stored */
    const struct ui_option *levels, *actions, *closes;
    struct pg_spam_counts counts;
    bool may_change;
};

/* The words of a list. All msgids. */
struct pg_spam_words {
    const char *title, *about, *empty, *add, *label, *help, *column;
};
const struct pg_spam_words *pg_spam_words(enum spam_list list);

struct pg_spam_row {
    const char *id;
    const char *text, *more; /* name and addresses of a person; more "" */
    const char *added_by;
    int64_t added_at;
};
struct pg_spam_list {
    enum spam_list list;
    const char *id; /* of the list */
    const struct pg_spam_row *rows;
    int n;
    struct ui_pager pager;
    const char *value, *first, *middle, *last, *addresses; /* as typed */
    struct pg_spam_counts counts;
    bool may_change;
};
struct pg_spam_delete {
    enum spam_list list;
    const char *list_id, *id, *text;
};

struct pg_spam_import {
    enum spam_list list;
    const char *id;
    bool checked, overwrite;
    int lines, good;
    struct ui_import_lines bad;
    const char *rows; /* the good lines, for the form that confirms */
};

/* A value as people read it. */
const char *pg_spam_text(struct web_req *r, enum spam_list list, const char *value,
                         const char **more);
/* Of a problem of an entry. */
const char *pg_spam_why(struct web_req *r, enum spam_problem p);
const char *pg_spam_path(struct web_req *r, enum spam_list list);

#endif
