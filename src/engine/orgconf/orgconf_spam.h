/* What organisations have set about spam (0016-spam.sql). */
#ifndef SEKISHO_ORGCONF_SPAM_H
#define SEKISHO_ORGCONF_SPAM_H

#include <jansson.h>
#include <stdbool.h>

#include "../../common/ipnet.h"
#include "../../common/spam_rule.h"

struct orgconf_spam_org {
    const char *org;
    struct spam_rule rule; /* a document that cannot be read: the defaults */
    /* For the scanners (envelope.lists, topic "spam"):
     * { "own": [domain...], "domains": [...], "exceptions": [...], "closeness": 0..2 (spam_close) or absent,
     *   "people": [ {"first", "middle", "last", "addresses": [...]} ] or absent } */
    const json_t *lists;
    const char *const *keys; /* names of "people" (people_key()), with and without the middle one */
    const json_t *const *key_addresses; /* of each key's person: [address...] */
    int nkeys;
    const struct ipnet *exempt; /* graymail is not looked for */
    int nexempt;
};
struct orgconf_spam {
    int n;
    const struct orgconf_spam_org *list; /* sorted by org */
};

/* Never NULL: who has set nothing has the defaults. */
const struct orgconf_spam_org *orgconf_spam(const struct orgconf_spam *c, const char *org);
bool orgconf_spam_exempt(const struct orgconf_spam_org *o, const char *client_ip);

#endif
