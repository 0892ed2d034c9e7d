/* May we send for the domain? With the record that says so, and how many look-ups it needs (RFC 7208
 * 4.6.4: at most 10). */
#include <string.h>

#include "../../common/arena.h"
#include "../authn/spf_parse.h"
#include "dcheck.h"
#include "spf_merge.h"

#define LOOKUPS_MAX 10
#define DEPTH_MAX 10

static bool
costs(enum spf_kind k)
{
    return k == SPF_INCLUDE || k == SPF_A || k == SPF_MX || k == SPF_PTR || k == SPF_EXISTS;
}

static void count_lookups(struct dcheck *c, const char *text, size_t n, int depth, int *sum);

/* What stands in the record of another domain. A name with macros differs for each mail. */
static void
count_behind(struct dcheck *c, const char *name, int depth, int *sum)
{
    struct dns_answer found;

    if (depth >= DEPTH_MAX || *sum > LOOKUPS_MAX || strchr(name, '%') || !dns_is_name(name))
        return;
    dns_ask(c->dns, c->a, name, DNS_TXT, &found);
    for (int i = 0; i < found.n; i++)
        if (spf_is_record(found.records[i].data, found.records[i].len))
            count_lookups(c, (const char *)found.records[i].data, found.records[i].len, depth + 1,
                          sum);
}

static void
count_lookups(struct dcheck *c, const char *text, size_t n, int depth, int *sum)
{
    struct spf_record r;

    if (!spf_parse(c->a, text, n, &r))
        return;
    for (int i = 0; i < r.n && *sum <= LOOKUPS_MAX; i++) {
        *sum += costs(r.terms[i].kind);
        if (r.terms[i].kind == SPF_INCLUDE && r.terms[i].target)
            count_behind(c, r.terms[i].target, depth, sum);
    }
    if (r.redirect && *sum <= LOOKUPS_MAX) {
        ++*sum;
        count_behind(c, r.redirect, depth, sum);
    }
}

/* The term that is wrong, without words around it: the console has its own. */
static const char *
place_of(struct dcheck *c, const char *problem, const char *record)
{
    const char *from = strchr(problem, '"'), *to = from ? strrchr(problem, '"') : NULL;

    if (!*problem)
        return "";
    if (to && to > from + 1)
        return arena_strndup(c->a, from + 1, (size_t)(to - from - 1));
    return spf_printable(c->a, record, strlen(record), 60);
}

void
dcheck_spf(struct dcheck *c)
{
    struct spf_text *texts = arena_calloc(c->a, (size_t)c->texts.n, sizeof *texts);
    const char *why, *wanted, *problem, *now = "";
    size_t n = 0;
    int sum = 0;

    dcheck_put(c, "ours", c->spf);
    if (c->texts.status == DNS_TEMPERROR)
        return;
    for (int i = 0; i < c->texts.n; i++) {
        const struct dns_record *t = &c->texts.records[i];
        texts[i] = (struct spf_text){(const char *)t->data, t->len};
        if (spf_is_record(t->data, t->len)) {
            now = texts[i].p;
            n = t->len;
            dcheck_add(c, "found", t->data, t->len);
        }
    }
    why = spf_merge(c->a, texts, c->texts.n, c->spf, &wanted, &problem);
    if (*wanted)
        count_lookups(c, wanted, strlen(wanted), 0, &sum);
    else
        count_lookups(c, now, n, 0, &sum);
    dcheck_put(c, "wanted", wanted);
    dcheck_put(c, "problem", place_of(c, problem, now));
    json_object_set_new(c->detail, "lookups", json_integer(sum));
    if (why)
        dcheck_say(c, strcmp(why, "spf-missing") == 0 ? DCHECK_MISSING : DCHECK_WRONG, why);
    else if (sum > LOOKUPS_MAX)
        dcheck_say(c, DCHECK_WRONG, "spf-lookups");
    else
        dcheck_say(c, DCHECK_OK, "spf-ok");
}
