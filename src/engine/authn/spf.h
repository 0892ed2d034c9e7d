/*
 * SPF (RFC 7208): may this address send mail in the name of this domain?
 *
 *   check_host()              RFC 7208 section 4      spf_check.c
 *   mechanisms                RFC 7208 section 5      spf_mech.c
 *   records and modifiers     RFC 7208 4.6, 6, 12     spf_parse.c
 *   macros                    RFC 7208 section 7      spf_macro.c
 *
 * Only TXT records count (3.1); records of the old type SPF are never asked for. Limits (4.6.4): 10
 * terms that ask DNS, 2 terms whose question found nothing, 10 names per mx, 10 names behind an
 * address; besides, the size of a record is limited before anything of it is looked up.
 */
#ifndef SEKISHO_SPF_H
#define SEKISHO_SPF_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct dns;

/* RFC 7208 2.6 */
enum spf_status {
    SPF_NONE, /* no record, or no domain that could have one */
    SPF_NEUTRAL,
    SPF_PASS,
    SPF_FAIL,
    SPF_SOFTFAIL,
    SPF_TEMPERROR, /* DNS did not answer: neither pass nor fail */
    SPF_PERMERROR, /* the record cannot be understood, or asks for too much */
};

struct spf_request {
    const char *ip;       /* the peer, IPv4 or IPv6 as text; an IPv4-mapped one is IPv4 (5) */
    const char *helo;     /* HELO or EHLO argument as given */
    const char *sender;   /* MAIL FROM without <>; "" or NULL: the null sender (2.4) */
    const char *receiver; /* our name, for %{r}; NULL: "unknown" */
    int64_t now;          /* seconds, for %{t} */
    /* Fetch the domain's words about a fail (6.2): one more question and foreign text. Off, the
     * modifier is only checked for syntax. */
    bool explain;
};

/* All texts are printable ASCII in the arena of the call, or NULL. */
struct spf_result {
    enum spf_status status;
    bool helo;                 /* the HELO identity was checked */
    const char *domain;        /* whose record was asked for; "" when there is none */
    const char *mechanism;     /* the term that decided ("-all"); NULL: none did */
    const char *record_domain; /* whose record that term is in (redirect) */
    const char *problem;       /* English, for logs: why temperror or permerror */
    const char *explanation;   /* the domain's words, only with status fail and when asked for */
    int lookups, voids;        /* as 4.6.4 counts them */
};

#define SPF_LOOKUPS_MAX 10
#define SPF_VOIDS_MAX 2
#define SPF_NAMES_MAX 10    /* per mx, and behind an address */
#define SPF_RECORD_MAX 8192 /* bytes; longer is permerror */
#define SPF_TERMS_MAX 512
#define SPF_EXPLANATION_MAX 1000 /* bytes; longer is dropped */

/* The MAIL FROM identity (2.4); that of HELO as postmaster@helo when the sender is null. */
void spf_check(struct dns *d, struct arena *a, const struct spf_request *req,
               struct spf_result *out);
/* The HELO identity (2.3), whatever the sender is. */
void spf_check_helo(struct dns *d, struct arena *a, const struct spf_request *req,
                    struct spf_result *out);

/* "pass", "fail", … as Received-SPF and Authentication-Results write them (9.1, RFC 8601 2.7.2). */
const char *spf_status_name(enum spf_status s);

#endif
