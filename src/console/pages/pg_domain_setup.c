/* The first page of a domain: what is in DNS, and what to change (mock-up 06). */
#include "pg_domain_setup.h"

#include <string.h>
#include <unistd.h>

#include "../../common/settings.h"
#include "../../common/when.h"
#include "../../store/store_dcheck.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"

#define RELOAD_SECONDS 2
#define LATE_MS 60000

/* In the order of dchecks.def, which is the order of work. */
static const char *const order[] = {
#define DITEM(item, name) item,
#include "../dchecks.def"
};

static int
load_checks(struct web_req *r, struct pg_domain_setup *v)
{
    const size_t all = sizeof order / sizeof *order;
    struct pg_check *checks = arena_calloc(r->a, all, sizeof *checks);
    struct store_dcheck *rows;
    int n;

    if (store_dcheck_list(r->db, &r->scope, r->a, v->d->id, &rows, &n, &r->err))
        return -1;
    for (size_t i = 0; i < all; i++)
        for (int k = 0; k < n; k++)
            if (!strcmp(rows[k].item, order[i])) {
                pg_check_view(r, v->d->name, &rows[k], &checks[v->n]);
                v->done += checks[v->n++].ok;
            }
    v->checks = checks;
    return 0;
}

static const char *
relay_of(struct web_req *r)
{
    const char *host = settings_text(SET_hostname);
    char name[256] = "";

    if (!*host && gethostname(name, sizeof name - 1) == 0)
        host = name;
    if (!strchr(host, '.'))
        return NULL;
    return arena_printf(r->a, "%s:%lld", host, (long long)settings_int(SET_relay_port));
}

int
pg_domain(struct web_req *r)
{
    struct pg_domain_setup v = {
        .d = pg_domain_load(r, r->id), .may_change = pg_may(r, ROLES_CHANGE), .relay = relay_of(r)};
    struct store_dwatch w;

    if (!v.d || store_dcheck_watch(r->db, &r->scope, r->a, r->id, &w, &r->err) ||
        load_checks(r, &v))
        return -1;
    v.pending = w.pending;
    v.late = w.pending && when_now() - w.asked_at > LATE_MS;
    v.checked_at = w.checked_at;
    v.next_at = w.next_at;
    v.proof_needed = settings_int(SET_require_ownership) && !w.vouched && !w.verified;
    if (v.pending && !v.late)
        reply_reload(r, RELOAD_SECONDS);
    t_domain(r, &v);
    return reply_page(r, 200);
}

int
pg_domain_check(struct web_req *r)
{
    if (store_dcheck_ask(r->db, &r->scope, r->a, r->id, &r->err))
        return -1;
    return reply_redirect(r, arena_printf(r->a, "/domains/%s", r->id));
}
