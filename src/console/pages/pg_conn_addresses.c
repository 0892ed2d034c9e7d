/* Approved and blocked addresses and networks. */
#include <string.h>

#include "../../common/ip_csv.h"
#include "../../common/ipnet.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_connection.h"
#include "templates.h"

#define EXPORT_MAX 100000

const struct field conn_addresses_fields[] = {
    {"list", FIELD_CHOICE, 0, false, "approved|blocked"},
    {"q", FIELD_TEXT, 100, false, NULL},
    {"network", FIELD_TEXT, 100, false, NULL},
    {"after", FIELD_UUID, 0, false, NULL}, /* with the network: a place in the list */
    {"before", FIELD_UUID, 0, false, NULL},
    FIELDS_END,
};
const struct field conn_address_fields[] = {
    {"list", FIELD_CHOICE, 0, true, "approved|blocked"},
    {"network", FIELD_TEXT, 100, false, NULL},
    {"note", FIELD_TEXT, 800, false, NULL},
    FIELDS_END,
};

static const char *
list_of(struct web_req *r)
{
    return strcmp(in_text(r, "list"), "blocked") ? "approved" : "blocked";
}

static const char *
place_of(struct web_req *r, const struct pg_conn_addresses *v, const char *name,
         const struct store_conn_address *x)
{
    return view_path(r, "/connection/addresses", "list", v->list, "q", v->search, "network",
                     x->network, name, x->address_id, NULL);
}

static int
load(struct web_req *r, struct pg_conn_addresses *v)
{
    struct store_conn_address_filter f = {.list = v->list,
                                          .search = v->search,
                                          .network = "",
                                          .address_id = "",
                                          .limit = r->session.page_size};
    struct store_conn_address *rows;
    struct store_conn_setting s;
    struct ui_pages pages;
    struct ipnet place;
    bool more;

    if (r->method == M_GET && (*in_text(r, "after") || *in_text(r, "before")) &&
        !ipnet_parse(in_text(r, "network"), &place, NULL)) {
        f.network = in_text(r, "network");
        f.back = *in_text(r, "before") != '\0';
        f.address_id = in_text(r, f.back ? "before" : "after");
    }
    if (store_conn_addresses(r->db, &r->scope, r->a, r->scope.org, &f, &rows, &v->n, &more,
                             &r->err) ||
        store_conn_setting(r->db, &r->scope, r->a, r->scope.org, &s, &r->err) ||
        pg_conn_counts(r, &v->counts))
        return -1;
    for (int i = 0; i < v->n; i++)
        rows[i].note = view_safe(r, rows[i].note);
    pages = ui_pages(v->n, *f.address_id, f.back, more);
    if (pages.newer)
        v->pager.newer = place_of(r, v, "before", &rows[0]);
    if (pages.older)
        v->pager.older = place_of(r, v, "after", &rows[v->n - 1]);
    v->rows = rows;
    v->no_spam = s.approved_no_spam;
    v->may_change = pg_may(r, ROLES_CHANGE);
    return 0;
}

int
pg_conn_addresses(struct web_req *r)
{
    struct pg_conn_addresses v = {
        .list = list_of(r), .search = in_text(r, "q"), .network = "", .note = ""};

    if (load(r, &v))
        return -1;
    t_conn_addresses(r, &v);
    return reply_page(r, 200);
}

static const char *
page_of(struct web_req *r, const char *list)
{
    return view_path(r, "/connection/addresses", "list", list, NULL);
}

static size_t
characters(const char *s)
{
    size_t n = 0;

    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void
check(struct web_req *r, char network[IPNET_TEXT])
{
    struct ipnet net;
    struct err e;

    if (characters(in_text(r, "note")) > IP_CSV_NOTE)
        in_error(r, "note", N_("At most 200 characters"));
    if (!ipnet_parse(in_text(r, "network"), &net, &e))
        ipnet_text(&net, network);
    else if (!strcmp(e.code, "ip-host-bits"))
        in_error(r, "network",
                 N_("There are bits behind the length: 192.0.2.1/24 is written 192.0.2.0/24"));
    else
        in_error(r, "network", N_("Enter an address or a network such as 192.0.2.0/24"));
}

int
pg_conn_address_add(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *list = list_of(r);
    char network[IPNET_TEXT] = "";

    check(r, network);
    if (in_ok(r) && store_conn_address_add(r->db, &r->scope, r->a, &by, r->scope.org, list, network,
                                           in_text(r, "note"), &r->err)) {
        if (!strcmp(r->err.code, "address_listed"))
            in_error(r, "network",
                     N_("It is in one of the two lists already. Delete it there first."));
        else if (!strcmp(r->err.code, "too_many"))
            in_error(r, "network",
                     N_("There is no room for more. Delete what is not needed first."));
        else
            return -1;
    }
    if (!in_ok(r)) {
        struct pg_conn_addresses v = {.list = list,
                                      .search = "",
                                      .network = in_text(r, "network"),
                                      .note = in_text(r, "note")};
        r->err.cls = ERR_NONE;
        if (load(r, &v))
            return -1;
        t_conn_addresses(r, &v);
        return reply_page(r, 422);
    }
    return reply_flash(r, page_of(r, list),
                       &(struct flash){"ok",
                                       strcmp(list, "blocked") ? N_("{network} is approved now.")
                                                               : N_("{network} is blocked now."),
                                       NULL, -1, NULL, NULL},
                       "network", network, NULL);
}

int
pg_conn_address_delete_form(struct web_req *r)
{
    struct store_conn_address x;

    if (store_conn_address_get(r->db, &r->scope, r->a, r->id, &x, &r->err))
        return -1;
    t_conn_address_delete(r, &x);
    return reply_page(r, 200);
}

int
pg_conn_address_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_conn_address x;

    if (store_conn_address_get(r->db, &r->scope, r->a, r->id, &x, &r->err) ||
        store_conn_address_delete(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return -1;
    return reply_flash(
        r, page_of(r, x.list),
        &(struct flash){"ok", N_("{network} deleted from the list."), NULL, -1, NULL, NULL},
        "network", x.network, NULL);
}

/* As ip import reads it. */
int
pg_conn_export(struct web_req *r)
{
    struct store_conn_address_filter f = {
        .list = list_of(r), .search = "", .network = "", .address_id = "", .limit = 10000};
    struct store_conn_address *rows;
    struct buf *b = buf_new(r->a, 0);
    bool more = true;
    int n, all = 0;

    ip_csv_head(b);
    while (more && all < EXPORT_MAX) {
        if (store_conn_addresses(r->db, &r->scope, r->a, r->scope.org, &f, &rows, &n, &more,
                                 &r->err))
            return -1;
        for (int i = 0; i < n; i++)
            ip_csv_write(b, rows[i].network, rows[i].note);
        if (n) {
            f.network = rows[n - 1].network;
            f.address_id = rows[n - 1].address_id;
        }
        all += n;
    }
    return reply_download(r, arena_printf(r->a, "%s-addresses.csv", f.list),
                          "text/csv; charset=utf-8", b->data, b->len);
}
