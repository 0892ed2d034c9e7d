#include "pg_dns_list.h"

#include <string.h>

#include "../../common/addr.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "pg_actor.h"
#include "templates.h"

#define ZONE_MAX 180 /* room for what is put before it in a question */

const char *
pg_dns_list_zone(struct web_req *r)
{
    const char *typed = in_text(r, "zone");
    char *zone = NULL;

    if (*typed && !addr_domain(r->a, typed, &zone, NULL) && strlen(zone) <= ZONE_MAX)
        return zone;
    in_error(r, "zone", N_("Enter the name of a DNS list such as bl.example.org"));
    return NULL;
}

int
pg_dns_list_refused(struct web_req *r, const struct pg_dns_lists *l)
{
    if (!strcmp(r->err.code, l->twice))
        in_error(r, "zone", N_("This list is there already"));
    else if (!strcmp(r->err.code, "too_many"))
        in_error(r, "zone", N_("There are ten lists already. Delete one first."));
    else
        return -1;
    r->err.cls = ERR_NONE;
    return 0;
}

int
pg_dns_list_added(struct web_req *r, const struct pg_dns_lists *l, const char *zone)
{
    return reply_flash(
        r, l->path, &(struct flash){"ok", N_("List {list} added. It is on."), NULL, -1, NULL, NULL},
        "list", zone, NULL);
}

int
pg_dns_list_switch(struct web_req *r, const struct pg_dns_lists *l)
{
    struct store_actor by = pg_actor(r);
    bool on = in_bool(r, "on");

    if (l->turn(r->db, &r->scope, r->a, &by, r->id, on, &r->err))
        return -1;
    return reply_flash(r, l->path,
                       &(struct flash){"ok", on ? N_("The list is on.") : N_("The list is off."),
                                       NULL, -1, NULL, NULL},
                       NULL);
}

static int
find(struct web_req *r, const struct pg_dns_lists *l, struct ui_dns_list *v)
{
    *v = (struct ui_dns_list){.base = l->path, .id = r->id};
    if (l->find(r, r->id, &v->zone))
        return -1;
    return v->zone ? 0 : err_set(&r->err, ERR_NOTFOUND, "list", "no such list");
}

int
pg_dns_list_delete_form(struct web_req *r, const struct pg_dns_lists *l)
{
    struct ui_dns_list v;

    if (find(r, l, &v))
        return -1;
    t_dns_list_delete(r, &v);
    return reply_page(r, 200);
}

int
pg_dns_list_delete(struct web_req *r, const struct pg_dns_lists *l)
{
    struct store_actor by = pg_actor(r);
    struct ui_dns_list v;

    if (find(r, l, &v) || l->drop(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return -1;
    return reply_flash(r, l->path,
                       &(struct flash){"ok", N_("List {list} deleted."), NULL, -1, NULL, NULL},
                       "list", v.zone, NULL);
}
