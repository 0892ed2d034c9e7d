/* How organisations use their sender lists. The entries are not in memory: there may be millions. */
#ifndef SEKISHO_ORGCONF_SENDERS_H
#define SEKISHO_ORGCONF_SENDERS_H

#include <stdbool.h>

struct orgconf_sender {
    const char *org;
    bool header_match;  /* the From field is looked up, too */
    bool insert_header; /* X-Sekisho-Approved-Sender */
    unsigned skips;     /* sender_skips.h: what approved senders skip */
    bool used;          /* there has been an entry: ask the database */
};
struct orgconf_senders {
    int n;
    const struct orgconf_sender *list; /* sorted by org */
};

/* Never NULL: the defaults, unused, when nothing is set. */
const struct orgconf_sender *orgconf_sender(const struct orgconf_senders *s, const char *org);

#endif
