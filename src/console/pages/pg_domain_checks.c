/* Rows of checks -> sentences. */
#include <string.h>
#include <strings.h>

#include "../../common/addr.h"
#include "../../common/jsonx.h"
#include "../../store/store_dcheck.h"
#include "../view.h"
#include "pg_domain_setup.h"

#define DETAIL_MAX (256 * 1024)

static const struct {
    const char *item, *name;
} items[] = {
#define DITEM(item, name) {item, name},
#include "../dchecks.def"
};
#define NITEMS (sizeof items / sizeof *items)

static const struct {
    const char *code, *title, *sub;
} codes[] = {
#define DCODE(code, title, sub) {code, title, sub},
#include "../dchecks.def"
};

static const struct {
    const char *state, *icon, *tone;
} looks[] = {
    {"ok", "check", "ok"},      {"waiting", "clock", "info"},   {"wrong", "triangle-alert", "warn"},
    {"missing", "x", "danger"}, {"unknown", "circle-help", ""},
};

static const char *
text(struct web_req *r, const json_t *detail, const char *key)
{
    const char *s = jsonx_str(detail, key);

    return s ? view_safe(r, s) : "";
}

static void
read_found(struct web_req *r, const json_t *detail, struct pg_check *out)
{
    const json_t *list = json_object_get(detail, "found"), *one;
    const char **texts = arena_calloc(r->a, json_array_size(list) + 1, sizeof *texts);
    size_t i;

    json_array_foreach(list, i, one) if (json_is_string(one)) texts[out->nfound++] =
        view_safe(r, json_string_value(one));
    out->found = texts;
}

static void
read_mx(struct web_req *r, const json_t *detail, struct pg_check *out)
{
    const json_t *list = json_object_get(detail, "records"), *one;
    struct pg_mx *mx = arena_calloc(r->a, json_array_size(list) + 1, sizeof *mx);
    size_t i;

    json_array_foreach(list, i, one) mx[out->nmx++] =
        (struct pg_mx){text(r, one, "host"), (int)jsonx_int(one, "preference", 0),
                       jsonx_bool(one, "rival", false), jsonx_bool(one, "ours", false)};
    out->mx = mx;
}

/* What the sentence of a code names. */
static const char *
slot(struct web_req *r, const json_t *detail)
{
    const char *s = text(r, detail, "problem");

    return *s ? s : text(r, detail, "policy");
}

/* "vm", or "a:vm" in SPF: the system's name when none is set, of no use to others. */
static bool
names_no_host(const struct pg_check *c)
{
    const char *name = !strcmp(c->item, "mx") ? c->wanted : c->ours;

    return !c->ok && *name && (!strcmp(c->item, "mx") || !strncmp(name, "a:", 2)) &&
           !strchr(name, '.');
}

void
pg_check_view(struct web_req *r, const char *domain, const struct store_dcheck *k,
              struct pg_check *out)
{
    json_t *detail = NULL;
    struct err e;

    *out = (struct pg_check){.item = k->item,
                             .code = k->code,
                             .name = k->item,
                             .title = k->code,
                             .sub = "",
                             .checked_at = k->checked_at,
                             .failed_at = k->failed_at,
                             .ok = !strcmp(k->state, "ok")};
    if (jsonx_load(r->a, k->detail, strlen(k->detail), DETAIL_MAX, &detail, &e))
        detail = NULL;
    for (size_t i = 0; i < NITEMS; i++)
        if (!strcmp(items[i].item, k->item))
            out->name = T(items[i].name);
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (!strcmp(codes[i].code, k->code)) {
            out->title = T(codes[i].title);
            out->sub = TF(T(codes[i].sub), "what", slot(r, detail));
        }
    /* A key that was made and has yet to appear is no fault, though mail is not signed yet. */
    const char *look = !strcmp(k->code, "dkim-missing") ? "waiting" : k->state;
    for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
        if (!strcmp(looks[i].state, look)) {
            out->icon = looks[i].icon;
            out->tone = looks[i].tone;
        }
    out->record_name = text(r, detail, "name");
    if (!*out->record_name || !strcmp(k->item, "mx"))
        out->record_name = domain;
    out->wanted = text(r, detail, !strcmp(k->item, "mx") ? "name" : "wanted");
    out->ours = text(r, detail, "ours");
    out->nameless = names_no_host(out);
    out->first = (int)jsonx_int(detail, "first", 10);
    out->lookups = (int)jsonx_int(detail, "lookups", 0);
    out->ttl = jsonx_int(detail, "ttl", 0);
    read_found(r, detail, out);
    read_mx(r, detail, out);
}

/* ------------------------------------------------------------------ status of all domains */

/* Checks that there is a result for; a domain is Completed when all are fine. */
static void
add_missing(struct web_req *r, struct pg_domain *d, const struct store_dcheck *rows, int n)
{
    const char *missing = "";
    size_t seen = 0;

    for (size_t i = 0; i < NITEMS; i++) {
        for (int k = 0; k < n; k++) {
            if (strcmp(rows[k].domain_id, d->id) || strcmp(rows[k].item, items[i].item))
                continue;
            seen++;
            if (strcmp(rows[k].state, "ok"))
                missing = *missing
                              ? TF(T("{list}, {next}"), "list", missing, "next", T(items[i].name))
                              : T(items[i].name);
        }
    }
    d->completed = seen == NITEMS && !*missing;
    d->looked = seen > 0;
    d->missing = missing;
}

int
pg_domains_missing(struct web_req *r, struct pg_domain *rows, int n)
{
    struct store_dcheck *checks;
    int nchecks, from = 0;

    if (store_dcheck_list(r->db, &r->scope, r->a, n == 1 ? rows[0].id : NULL, &checks, &nchecks,
                          &r->err))
        return -1;
    for (int i = 0; i < n; i++) {
        int count = 0;
        for (from = 0; from < nchecks && strcmp(checks[from].domain_id, rows[i].id);)
            from++;
        while (from + count < nchecks && !strcmp(checks[from + count].domain_id, rows[i].id))
            count++;
        add_missing(r, &rows[i], checks + from, count);
    }
    return 0;
}
