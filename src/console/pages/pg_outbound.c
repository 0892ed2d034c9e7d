/* Outbound servers of a domain: the switch, the list, deleting with undo. */
#include "pg_outbound.h"

#include <string.h>

#include "../../common/settings.h"
#include "../../common/source.h"
#include "../../store/store_outbound.h"
#include "../../store/store_recipient.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_domains.h"
#include "templates.h"

const struct field outbound_switch_fields[] = {
    {"on", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};
const struct field outbound_add_fields[] = {
    {"network", FIELD_TEXT, 60, false, NULL},
    FIELDS_END,
};
const struct field outbound_delete_fields[] = {
    {"network", FIELD_TEXT, 60, true, NULL},
    FIELDS_END,
};
const struct field outbound_restore_fields[] = {
    {"id", FIELD_TEXT, 60, true, NULL}, /* the network: what Undo sends */
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    FIELDS_END,
};

static const char *
path_of(struct web_req *r)
{
    return arena_printf(r->a, "/domains/%s/outbound", r->id);
}

/* "192.0.2.1/32" is what PostgreSQL prints for one address. */
static const char *
short_form(struct web_req *r, const char *network)
{
    const char *out;
    return source_network(r->a, network, &out, NULL) ? network : out;
}

static int
outbound_page(struct web_req *r, int status, const char *typed)
{
    struct pg_outbound v = {.id = r->id,
                            .d = pg_domain_load(r, r->id),
                            .may_change = pg_may(r, ROLES_CHANGE),
                            .operators = settings_text(SET_relay_networks),
                            .typed = typed};
    struct store_network *rows;
    struct store_switches s;
    if (!v.d || store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err) ||
        store_outbound_list(r->db, &r->scope, r->a, r->id, &rows, &v.n, &r->err))
        return -1;
    struct pg_network *list = arena_calloc(r->a, (size_t)v.n + 1, sizeof *list);
    for (int i = 0; i < v.n; i++)
        list[i] = (struct pg_network){short_form(r, rows[i].network), rows[i].created_at};
    v.rows = list;
    v.on = s.outbound;
    v.full = v.n >= OUTBOUND_MAX;
    t_outbound(r, &v);
    return reply_page(r, status);
}

int
pg_outbound(struct web_req *r)
{
    return outbound_page(r, 200, "");
}

int
pg_outbound_switch(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    bool on = in_bool(r, "on");
    struct store_switches s;
    if (store_domain_switch(r->db, &r->scope, r->a, &by, r->id, NULL, &on, &r->err) ||
        store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err))
        return -1;
    return reply_flash(r, path_of(r),
                       &(struct flash){"ok",
                                       on ? N_("Mail from senders of {domain} is sent.")
                                          : N_("Mail from senders of {domain} is refused now."),
                                       NULL, -1, NULL, NULL},
                       "domain", s.name, NULL);
}

static void
check_network(struct web_req *r, const char *field, const char **network)
{
    struct err e = {0};
    *network = "";
    if (source_network(r->a, in_text(r, field), network, &e) == 0)
        return;
    if (!strcmp(e.code, "wide"))
        in_error(r, field, N_("This network is too large. Enter at least /16, or /32 with IPv6."));
    else if (!strcmp(e.code, "ip-host-bits"))
        in_error(r, field, N_("The address does not begin a network of this size"));
    else
        in_error(r, field, N_("Enter an IP address or a network such as 192.0.2.0/24"));
}

/* 0: added; 1: an error stands beside the field; -1. */
static int
add(struct web_req *r, const char *field, const char **network)
{
    struct store_actor by = pg_actor(r);
    check_network(r, field, network);
    if (!in_ok(r))
        return 1;
    if (store_outbound_add(r->db, &r->scope, r->a, &by, r->id, *network, &r->err) == 0)
        return 0;
    if (!strcmp(r->err.code, "network_twice"))
        in_error(r, field, N_("This server is there already"));
    else if (!strcmp(r->err.code, "network_many"))
        in_error(r, field, N_("There are 30 outbound servers already. Delete one first."));
    else if (!strcmp(r->err.code, "too_many"))
        in_error(r, field, N_("There is no room for more. Delete what is not needed first."));
    else
        return -1;
    r->err.cls = ERR_NONE;
    return 1;
}

int
pg_outbound_add(struct web_req *r)
{
    const char *network;
    int rc = add(r, "network", &network);
    if (rc)
        return rc < 0 ? -1 : outbound_page(r, 422, in_text(r, "network"));
    return reply_flash(r, path_of(r),
                       &(struct flash){"ok", N_("{server} may send now."), NULL, -1, NULL, NULL},
                       "server", network, NULL);
}

int
pg_outbound_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *network;
    check_network(r, "network", &network);
    if (!in_ok(r)) /* no form of ours sends it */
        return reply_error(r, 422);
    if (store_outbound_delete(r->db, &r->scope, r->a, &by, r->id, network, &r->err))
        return -1;
    return reply_flash(r, path_of(r),
                       &(struct flash){"ok", N_("{server} may no longer send."), NULL, -1,
                                       arena_printf(r->a, "%s/restore", path_of(r)), network},
                       "server", network, NULL);
}

int
pg_outbound_restore(struct web_req *r)
{
    const char *network;
    int rc = add(r, "id", &network);
    if (rc < 0)
        return -1;
    if (rc > 0)
        return reply_error(r, 422);
    return reply_flash(r, reply_back_field(r, "back", path_of(r)),
                       &(struct flash){"ok", N_("{server} may send again."), NULL, -1, NULL, NULL},
                       "server", network, NULL);
}
