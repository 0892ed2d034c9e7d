/* TLS peers: list, add, change, delete. */
#include "pg_tls.h"

#include <string.h>

#include "../../common/settings.h"
#include "../../common/tls_peer.h"
#include "../../store/store_domain.h"
#include "../../store/store_tls.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_version.h"
#include "templates.h"

#define LEVELS "none|may|encrypt|dane|dane-only|verify|secure"

const struct field tls_fields[] = {
    {"after", FIELD_UUID, 0, false, NULL},
    {"before", FIELD_UUID, 0, false, NULL},
    FIELDS_END,
};
const struct field tls_add_form_fields[] = {
    {"direction", FIELD_CHOICE, 0, false, "in|out"},
    FIELDS_END,
};
const struct field tls_add_fields[] = {
    {"direction", FIELD_CHOICE, 0, true, "in|out"},
    {"domain", FIELD_UUID, 0, false, NULL},
    {"peer", FIELD_TEXT, 255, false, NULL},
    {"level", FIELD_CHOICE, 0, true, LEVELS},
    {"min_version", FIELD_CHOICE, 0, true, "1.2|1.3"},
    {"active", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};
const struct field tls_change_fields[] = {
    FIELD_VERSION,
    {"level", FIELD_CHOICE, 0, true, LEVELS},
    {"min_version", FIELD_CHOICE, 0, true, "1.2|1.3"},
    {"active", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

static const struct {
    const char *level, *word;
} words[] = {
    {"none", N_("Never encrypt")},
    {"may", N_("Encrypt when possible")},
    {"encrypt", N_("Always encrypt")},
    {"dane", N_("Check DANE when published")},
    {"dane-only", N_("Always check DANE")},
    {"verify", N_("Always check the certificate")},
    {"secure", N_("Always check the certificate, with the domain's own name")},
};

const char *
pg_tls_level(struct web_req *r, const char *level)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (!strcmp(words[i].level, level))
            return T(words[i].word);
    return level;
}

const struct ui_option *
pg_tls_levels(struct web_req *r, bool inbound)
{
    struct ui_option *o = arena_calloc(r->a, sizeof words / sizeof *words + 1, sizeof *o);
    int n = 0;
    for (int i = 0; tls_levels[i]; i++)
        if (tls_level_ok(tls_levels[i], inbound))
            o[n++] = (struct ui_option){tls_levels[i], pg_tls_level(r, tls_levels[i]), NULL};
    return o;
}

const struct ui_option *
pg_tls_versions(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, 3, sizeof *o);
    o[0] = (struct ui_option){"1.2", T("TLS 1.2 or newer"), NULL};
    o[1] = (struct ui_option){"1.3", T("TLS 1.3"), NULL};
    return o;
}

static bool
no_certificate(void)
{
    return !*settings_text(SET_tls_certificate);
}

int
pg_tls(struct web_req *r)
{
    struct pg_tls v = {.may_change = pg_may(r, ROLES_CHANGE), .no_certificate = no_certificate()};
    struct store_tls_peer *rows;
    bool back = *in_text(r, "before") != '\0', more;
    const char *from = in_text(r, back ? "before" : "after");
    struct ui_pages pages;
    if (store_tls_list(r->db, &r->scope, r->a, from, back, r->session.page_size, &rows, &v.n, &more,
                       &r->err))
        return -1;
    struct pg_tls_peer *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++)
        list[i] = (struct pg_tls_peer){.id = rows[i].peer_id,
                                       .domain = rows[i].domain,
                                       .inbound = !strcmp(rows[i].direction, "in"),
                                       .active = rows[i].active,
                                       .peer = rows[i].peer,
                                       .min_version = rows[i].min_version,
                                       .level = rows[i].level};
    v.rows = list;
    pages = ui_pages(v.n, *from, back, more);
    if (pages.newer)
        v.pager.newer = view_path(r, "/tls", "before", rows[0].peer_id, NULL);
    if (pages.older)
        v.pager.older = view_path(r, "/tls", "after", rows[v.n - 1].peer_id, NULL);
    t_tls(r, &v);
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ adding */

static const struct ui_option *
domain_options(struct web_req *r)
{
    struct store_domain *rows;
    int n;
    if (store_domain_list(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return NULL;
    struct ui_option *o = arena_calloc(r->a, (size_t)n + 2, sizeof *o);
    o[0] = (struct ui_option){"", T("All other domains"), NULL};
    for (int i = 0; i < n; i++)
        o[i + 1] = (struct ui_option){rows[i].domain_id, rows[i].name, NULL};
    return o;
}

static int
add_form(struct web_req *r, int status, struct pg_tls_form *v)
{
    v->no_certificate = no_certificate();
    if (!(v->domains = domain_options(r)))
        return -1;
    t_tls_peer(r, v);
    return reply_page(r, status);
}

int
pg_tls_add_form(struct web_req *r)
{
    bool inbound = strcmp(in_text(r, "direction"), "out") != 0;
    return add_form(r, 200,
                    &(struct pg_tls_form){.inbound = inbound,
                                          .domain_id = "",
                                          .peer = "",
                                          .min_version = "1.2",
                                          .level = "encrypt",
                                          .active = true});
}

static void
check_level(struct web_req *r, bool inbound)
{
    if (in_ok(r) && !tls_level_ok(in_text(r, "level"), inbound))
        in_error(r, "level", N_("Choose one of the options."));
}

/* The domain is one of ours, or none. */
static void
check_domain(struct web_req *r, const char *domain_id)
{
    struct store_domain d;
    if (*domain_id && store_domain_get(r->db, &r->scope, r->a, domain_id, &d, &r->err)) {
        in_error(r, "domain", N_("Choose one of the options."));
        r->err.cls = ERR_NONE;
    }
}

static const char *
conflict(const struct err *e)
{
    if (!strcmp(e->code, "peer_twice"))
        return N_("There is an entry for this peer already. Change that one.");
    if (!strcmp(e->code, "routes_taken"))
        return N_("As many domains as possible have TLS peers for outgoing mail already. Use the "
                  "entries for all other domains.");
    if (!strcmp(e->code, "too_many"))
        return N_("There is no room for more. Delete what is not needed first.");
    return NULL;
}

int
pg_tls_add(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    bool inbound = !strcmp(in_text(r, "direction"), "in");
    struct store_tls_peer p = {.org_id = r->scope.org,
                               .domain_id = in_text(r, "domain"),
                               .direction = in_text(r, "direction"),
                               .peer = "",
                               .min_version = in_text(r, "min_version"),
                               .level = in_text(r, "level"),
                               .active = in_bool(r, "active")};
    const char *why;
    char id[37];
    if (tls_peer_name(r->a, in_text(r, "peer"), &p.peer, NULL))
        in_error(r, "peer", N_("Enter * or a domain such as example.com"));
    check_level(r, inbound);
    check_domain(r, p.domain_id);
    if (in_ok(r) && store_tls_add(r->db, &r->scope, r->a, &by, &p, id, &r->err)) {
        if (!(why = conflict(&r->err)))
            return -1;
        in_error(r, "peer", why);
        r->err.cls = ERR_NONE;
    }
    if (!in_ok(r))
        return add_form(r, 422,
                        &(struct pg_tls_form){.inbound = inbound,
                                              .domain_id = p.domain_id,
                                              .peer = in_text(r, "peer"),
                                              .min_version = p.min_version,
                                              .level = p.level,
                                              .active = p.active});
    return reply_flash(r, "/tls",
                       &(struct flash){"ok", N_("TLS peer {peer} added."), NULL, -1, NULL, NULL},
                       "peer", p.peer, NULL);
}

/* ------------------------------------------------------------------ one peer */

static int
peer_page(struct web_req *r, int status, const struct store_tls_peer *p)
{
    t_tls_peer(r, &(struct pg_tls_form){.id = p->peer_id,
                                        .inbound = !strcmp(p->direction, "in"),
                                        .no_certificate = no_certificate(),
                                        .domain = p->domain,
                                        .peer = p->peer,
                                        .min_version = p->min_version,
                                        .level = p->level,
                                        .active = p->active,
                                        .version = p->version});
    return reply_page(r, status);
}

int
pg_tls_form(struct web_req *r)
{
    struct store_tls_peer p;
    if (store_tls_get(r->db, &r->scope, r->a, r->id, &p, &r->err))
        return -1;
    return peer_page(r, 200, &p);
}

int
pg_tls_change(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_tls_peer p;
    const char *now;
    if (store_tls_get(r->db, &r->scope, r->a, r->id, &p, &r->err))
        return -1;
    check_level(r, !strcmp(p.direction, "in"));
    now = p.version;
    p.active = in_bool(r, "active");
    p.version = in_text(r, "version");
    if (in_ok(r)) {
        p.level = in_text(r, "level");
        p.min_version = in_text(r, "min_version");
        if (store_tls_change(r->db, &r->scope, r->a, &by, &p, &r->err) && !pg_version_stale(r))
            return -1;
    }
    if (!in_ok(r)) {
        p.version = now;
        return peer_page(r, 422, &p);
    }
    return reply_flash(r, "/tls",
                       &(struct flash){"ok", N_("TLS peer {peer} changed."), NULL, -1, NULL, NULL},
                       "peer", p.peer, NULL);
}

int
pg_tls_delete_form(struct web_req *r)
{
    struct store_tls_peer p;
    if (store_tls_get(r->db, &r->scope, r->a, r->id, &p, &r->err))
        return -1;
    t_tls_delete(r, &(struct pg_tls_peer){.id = p.peer_id,
                                          .domain = p.domain,
                                          .inbound = !strcmp(p.direction, "in"),
                                          .peer = p.peer});
    return reply_page(r, 200);
}

int
pg_tls_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_tls_peer p;
    if (store_tls_get(r->db, &r->scope, r->a, r->id, &p, &r->err) ||
        store_tls_delete(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return -1;
    return reply_flash(r, "/tls",
                       &(struct flash){"ok", N_("TLS peer {peer} deleted."), NULL, -1, NULL, NULL},
                       "peer", p.peer, NULL);
}
