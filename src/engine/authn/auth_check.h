/*
 * All of mail authentication for one message: the one call of the scan worker, and its result on the
 * way to the gate, to `sekisho scan` and to the database.
 */
#ifndef SEKISHO_AUTH_CHECK_H
#define SEKISHO_AUTH_CHECK_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arc.h"
#include "dkim_verify.h"
#include "dmarc.h"
#include "spf.h"

struct arena;
struct dns;
struct err;
struct psl;

struct auth_request {
    const char *raw; /* as it came */
    size_t n;
    const char *client_ip, *helo, *sender; /* "": not known; sender "": the null sender */
    const char *receiver;                  /* our name, for SPF's %{r} */
    int64_t now;                           /* seconds since 1970 */
    struct dns *dns;                       /* may ask DNS_QUESTIONS */
    const struct psl *psl;
    /* Questions that dns had no answer for (dns_known.h): with one of them, there is no result yet,
     * and no cryptography. NULL: dns answers everything. */
    const json_t *missing;
};

struct auth_dkim {
    enum dkim_status status;
    const char *code; /* dkim_verify.h; NULL: pass */
    const char *domain, *selector, *identity, *algorithm, *start;
    int bits;
    bool testing;
};

struct auth_outcome {
    struct {
        enum spf_status status;
        bool helo;
        const char *domain, *mechanism, *explanation; /* "" when there is none */
    } spf;
    int ndkim; /* at most DKIM_FIELDS */
    const struct auth_dkim *dkim;
    struct arc_verdict arc;
    struct dmarc_result dmarc;
};

#define AUTH_TEXT_BYTES 2048 /* of any text of it that is told; the longest is SPF's explanation */

/* false: something is missing. Everything in the arena; raw must outlive it. */
bool auth_check(struct arena *a, const struct auth_request *r, struct auth_outcome *out);

/* The member "auth" of `sekisho scan --json` (ARCHITECTURE.md), with more of the same. */
json_t *auth_outcome_json(struct arena *a, const struct auth_outcome *o);
/* What a worker replies. Reading does not trust it: -1 and *e unless every value is one that can be a result (NULL is not).
 * In the arena. */
const char *auth_outcome_pack(struct arena *a, const struct auth_outcome *o);
int auth_outcome_unpack(struct arena *a, const char *text, struct auth_outcome **out,
                        struct err *e);

#endif
