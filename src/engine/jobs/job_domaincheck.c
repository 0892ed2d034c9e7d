/*
 * Looks at DNS for the domains whose turn it is, one at a time: their checks, and whether the keys
 * for signing are there.
 *
 * Each look begins without a cache of ours: who has just changed a record and presses "Check again"
 * wants to know what is there now. (The DNS servers that are asked may have one.)
 */
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_dcheck.h"
#include "../authn/dns_unbound.h"
#include "../domains/dcheck.h"
#include "job.h"

#define LOOK_MS 20000    /* shorter than the lease of dcheck_claim */
#define QUESTION_MS 3000 /* each: so long may a stop have to wait, too */
#define QUESTIONS 60     /* one domain; SPF may need ten names, and each of ten keys one */
#define AGAIN_OPEN 600   /* seconds, while something is to be done */
#define AGAIN_DONE (6 * 3600)
#define NAMES_MAX 20

/* The setting, or this machine's name. Lower case, without final dots. */
static const char *const *
mx_names(struct arena *a, const char *setting, const char *node)
{
    const char **list = arena_calloc(a, NAMES_MAX + 1, sizeof *list);
    char *s = arena_strdup(a, setting[0] ? setting : node), *save = NULL;
    int n = 0;

    for (char *w = strtok_r(s, " ", &save); w && n < NAMES_MAX; w = strtok_r(NULL, " ", &save)) {
        size_t len = strlen(w);
        for (char *p = w; *p; p++)
            if (*p >= 'A' && *p <= 'Z')
                *p = (char)(*p - 'A' + 'a');
        if (len > 1 && w[len - 1] == '.')
            w[len - 1] = '\0';
        list[n++] = w;
    }
    if (n == 0)
        list[0] = node;
    return list;
}

static int
get_keys(struct jobs *j, struct arena *a, const struct store_dcheck_due *due, struct dcheck *c,
         struct err *e)
{
    struct store_dcheck_key *keys;

    if (store_dcheck_keys(j->db, a, due, &keys, &c->nkeys, e) < 0)
        return -1;
    c->keys = arena_calloc(a, (size_t)c->nkeys, sizeof *c->keys);
    for (int i = 0; i < c->nkeys; i++)
        c->keys[i] = (struct dcheck_key){.id = keys[i].key_id,
                                         .selector = keys[i].selector,
                                         .record = keys[i].record,
                                         .state = keys[i].state,
                                         .present = -1};
    return 0;
}

static const char *
seen_text(struct arena *a, const struct dcheck *c)
{
    json_t *seen = jsonx_own(a, json_array());

    for (int i = 0; i < c->nkeys; i++)
        if (c->keys[i].present >= 0)
            json_array_append_new(
                seen, json_pack("{ss sb}", "key_id", c->keys[i].id, "present", c->keys[i].present));
    return jsonx_dump(a, seen, NULL);
}

/* A key that waits is waited for, also when all is well without it. */
static bool
key_waits(const struct dcheck *c)
{
    for (int i = 0; i < c->nkeys; i++)
        if (strncmp(c->keys[i].state, "waiting", strlen("waiting")) == 0)
            return true;
    return false;
}

struct asking {
    struct dns dns;
    struct dns_unbound *resolver;
    int64_t deadline;
};

static void
ask(struct dns *d, struct arena *a, const char *name, enum dns_type type, struct dns_answer *out)
{
    struct asking *x = d->arg;
    int64_t until = when_mono() + QUESTION_MS;
    struct dns_query q = {.name = name, .type = type};

    *out = (struct dns_answer){.status = DNS_TEMPERROR};
    if (jobs_stopping())
        return;
    dns_unbound_ask(x->resolver, a, &q, 1, until < x->deadline ? until : x->deadline);
    *out = q.answer;
}

static int
look(struct jobs *j, struct arena *a, const struct store_dcheck_due *due, struct err *e)
{
    struct asking x = {.dns = {.ask = ask, .arg = &x, .left = QUESTIONS},
                       .deadline = when_mono() + LOOK_MS};
    const char *spf = settings_text(SET_spf_mechanism);
    struct dcheck c = {.a = a,
                       .dns = &x.dns,
                       .domain = due->name,
                       .token = due->token,
                       .mx_names = mx_names(a, settings_text(SET_mx_names), j->node),
                       .spf = spf[0] ? spf : arena_printf(a, "a:%s", j->node)};
    const char *results;
    bool ok;

    if (get_keys(j, a, due, &c, e) < 0)
        return -1;
    x.resolver = dns_unbound_new(settings_text(SET_resolver), settings_int(SET_dnssec), e);
    if (!x.resolver)
        return -1;
    results = jsonx_dump(a, dcheck_all(&c, &ok), NULL);
    dns_unbound_free(&x.resolver);
    if (jobs_stopping()) /* what it did not ask is no result: the next process looks again */
        return 0;
    return store_dcheck_done(j->db, a, due, results, seen_text(a, &c),
                             ok && !key_waits(&c) ? AGAIN_DONE : AGAIN_OPEN, e);
}

int
job_domaincheck(struct jobs *j, struct arena *a, struct err *e)
{
    struct store_dcheck_due due;

    if (store_dcheck_claim(j->db, a, &due, e) < 0)
        return -1;
    if (!due.domain_id[0])
        return 0;
    return look(j, a, &due, e) < 0 ? -1 : 1;
}
