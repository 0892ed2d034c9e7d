/*
 * A rule of sender authentication (spec section 8): what is done with mail that SPF, DKIM, DMARC or
 * the list of a domain's own addresses speak against. An organisation has one for all its domains
 * (the default) and may have one for each of them.
 *
 * In the database it is one JSON document, read and written here only: engine, console and command
 * agree about it, and what is missing in an old document has its default.
 */
#ifndef SEKISHO_AUTH_RULE_H
#define SEKISHO_AUTH_RULE_H

#include <jansson.h>
#include <stdbool.h>

#include "ipnet.h"

struct arena;
struct err;

#define AUTH_PEERS_MAX 1000 /* of one list */
#define AUTH_NOTICES_MAX 10
#define AUTH_TAG_MAX 44 /* bytes: an encoded word has room for 45 */
#define AUTH_RULE_BYTES (512 * 1024)

enum auth_method {
#define AUTH_METHOD(id) AUTH_M_##id,
#include "auth_cases.def"
    AUTH_METHODS
};
enum auth_case {
#define AUTH_CASE(method, id, action, enhanced, words) AUTH_C_##method##_##id,
#include "auth_cases.def"
    AUTH_CASES
};
enum auth_action { AUTH_ACCEPT, AUTH_QUARANTINE, AUTH_REJECT, AUTH_DELETE };

struct auth_case_info {
    enum auth_method method;
    const char *key; /* "spf-fail": in JSON, in forms, as code of the reason */
    enum auth_action action;
    const char *enhanced;
    const char *words; /* English, msgid */
};
extern const struct auth_case_info auth_cases[AUTH_CASES];
extern const char *const auth_method_ids[AUTH_METHODS]; /* "ip", "spf" */
extern const char *const auth_action_ids[4];            /* "accept", "quarantine" */

/* A sending domain, or a network. */
struct auth_peer {
    const char *domain; /* domain_pattern.h; NULL: net */
    struct ipnet net;
};
struct auth_peers {
    int n;
    const struct auth_peer *list;
};

/* The domain's mail comes from there. */
struct auth_pair {
    const char *domain; /* domain_pattern.h, of the From field */
    struct ipnet net;
};

/* Whose ARC seals are believed when DMARC fails (RFC 8617 7: a seal only says who made it). */
enum auth_arc { AUTH_ARC_OFF, AUTH_ARC_LISTED, AUTH_ARC_ANY };
extern const char *const auth_arc_ids[3]; /* "off", "listed", "any" */

struct auth_method_rule {
    bool on;
    bool skip_null;    /* DKIM and DMARC: not for mail without envelope sender */
    bool notify;       /* tell the addresses below when it stops mail */
    bool header;       /* write down what was found */
    bool spare_signed; /* do not tag mail with a signature: the tag would break it */
    const char *tag;   /* before the subject of mail that fails and passes on; "": none */
    struct auth_peers ignored, enforced; /* enforced: DKIM and DMARC only */
};

struct auth_rule {
    struct auth_method_rule method[AUTH_METHODS];
    enum auth_action action[AUTH_CASES];
    int npairs;
    const struct auth_pair *pairs;
    enum auth_arc arc;
    struct auth_peers sealers; /* domains only */
    int nnotices;
    const char *const *notices; /* addresses that are told */
};

/* DMARC is on, the others are off. */
void auth_rule_default(struct auth_rule *out);
/* From the database. What cannot be understood is ERR_INPUT "auth-rule". In the arena. */
int auth_rule_from_json(struct arena *a, const json_t *j, struct auth_rule *out, struct err *e);
json_t *auth_rule_to_json(struct arena *a, const struct auth_rule *r);

/* Lists as people write them, one entry a line; empty lines and spaces around do not matter, what is
 * there twice is there once. -1 and *e (ERR_INPUT): "list-long", or code of domain_pattern() and
 * ipnet_parse(), and *line is the number of the line, from 1. domains_only: no networks. */
int auth_peers_read(struct arena *a, const char *text, bool domains_only, struct auth_peers *out,
                    int *line, struct err *e);
char *auth_peers_text(struct arena *a, const struct auth_peers *p);
/* Mail addresses, at most AUTH_NOTICES_MAX. Besides the above: "address". */
int auth_notices_read(struct arena *a, const char *text, const char *const **out, int *n, int *line,
                      struct err *e);
char *auth_notices_text(struct arena *a, const char *const *list, int n);
/* "DOMAIN ADDRESS" a line. */
int auth_pairs_read(struct arena *a, const char *text, const struct auth_pair **out, int *n,
                    int *line, struct err *e);
char *auth_pairs_text(struct arena *a, const struct auth_pair *pairs, int n);

/* domain: "" for none. ip may be NULL. */
bool auth_peers_have(const struct auth_peers *p, const char *domain, const struct ipnet *ip);

#endif
