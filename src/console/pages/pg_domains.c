/* Domains and their inbound servers. */
#include "pg_domains.h"
#include "pg_domain_setup.h"

#include <string.h>
#include <strings.h>

#include "../../common/addr.h"
#include "../../common/jsonx.h"
#include "../../rpc/rpc.h"
#include "../../store/store_domain.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "templates.h"
#include "../ui.h"

const struct field domain_add_fields[] = {
    {"name", FIELD_TEXT, 255, false, NULL},
    {"server", FIELD_TEXT, 300, false, NULL},
    FIELDS_END,
};
const struct field server_fields[] = {
    {"recipient", FIELD_TEXT, 320, false, NULL},
    {"host", FIELD_TEXT, 300, false, NULL},
    {"preference", FIELD_TEXT, 10, false, NULL},
    FIELDS_END,
};
const struct field domain_delete_fields[] = {
    {"confirm", FIELD_TEXT, 255, false, NULL},
    FIELDS_END,
};

/* ------------------------------------------------------------------ what is shown */

static struct pg_domain *
view_of(struct web_req *r, const struct store_domain *rows, int n)
{
    struct pg_domain *out = arena_calloc(r->a, (size_t)n + 1, sizeof *out);
    for (int i = 0; i < n; i++) {
        const struct store_domain *d = &rows[i];
        struct pg_server *s = arena_calloc(r->a, (size_t)d->nservers + 1, sizeof *s);
        for (int k = 0; k < d->nservers; k++)
            s[k] = (struct pg_server){d->servers[k].server_id, d->servers[k].recipient,
                                      d->servers[k].host, d->servers[k].port,
                                      d->servers[k].preference};
        out[i] = (struct pg_domain){.id = d->domain_id,
                                    .name = d->name,
                                    .unicode = addr_domain_unicode(r->a, d->name),
                                    .active = !strcmp(d->state, "active"),
                                    .check_recipients = d->check_recipients,
                                    .created_at = d->created_at,
                                    .mail_24h = d->mail_24h,
                                    .held = d->held,
                                    .servers = s,
                                    .nservers = d->nservers};
    }
    return out;
}

const struct pg_domain *
pg_domain_load(struct web_req *r, const char *id)
{
    struct store_domain d;
    struct pg_domain *v;
    if (store_domain_get(r->db, &r->scope, r->a, id, &d, &r->err))
        return NULL;
    v = view_of(r, &d, 1);
    return pg_domains_missing(r, v, 1) ? NULL : v;
}

int
pg_domains(struct web_req *r)
{
    struct store_domain *rows;
    struct pg_domain *v;
    int n;
    if (store_domain_list(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    v = view_of(r, rows, n);
    if (n > 0 && pg_domains_missing(r, v, n))
        return -1;
    t_domains(r, &(struct pg_domains){v, n, pg_may(r, ROLES_CHANGE)});
    return reply_page(r, 200);
}

/* ------------------------------------------------------------------ what people type */

static void
check_server(struct web_req *r, const char *field, struct hostport *out)
{
    struct err e;
    if (!*in_text(r, field))
        in_error(r, field, N_("Enter the mail server, such as mail.example.com:25"));
    else if (addr_hostport(r->a, in_text(r, field), 25, out, &e) == 0) {
        if (!out->is_ip && addr_bare_domain(out->host))
            in_error(r, field,
                     N_("This is a domain. Enter the name of the mail server in it, such as "
                        "mail.example.com"));
    } else if (!strcmp(e.code, "port"))
        in_error(r, field, N_("The port is a number from 1 to 65535"));
    else
        in_error(r, field, N_("This is neither a host name nor an IP address"));
}

int
pg_domain_check_name(struct web_req *r, const char *field, char **name)
{
    *name = "";
    if (*in_text(r, field) && addr_domain(r->a, in_text(r, field), name, NULL) == 0)
        return 0;
    in_error(r, field, N_("Enter a domain such as example.com"));
    return -1;
}

void
pg_domain_check_server(struct web_req *r, const char *field, const char **host, int *port)
{
    struct hostport to = {.host = "", .port = 25};
    check_server(r, field, &to);
    *host = to.host;
    *port = to.port;
}

/* * or an address of the domain. */
static const char *
check_recipient(struct web_req *r, const char *domain)
{
    const char *text = in_text(r, "recipient");
    struct addr a;
    if (!*text || !strcmp(text, "*"))
        return "*";
    if (addr_parse(r->a, text, &a, NULL))
        in_error(r, "recipient", N_("Enter * or an address such as name@example.com"));
    else if (strcmp(a.domain, domain))
        in_error(r, "recipient", N_("This address does not belong to the domain"));
    else
        return a.key;
    return "*";
}

static int
check_preference(struct web_req *r)
{
    const char *text = in_text(r, "preference");
    int v = 0;
    size_t n = strlen(text);
    for (size_t i = 0; i < n && i < 4 && text[i] >= '0' && text[i] <= '9'; i++)
        v = v * 10 + text[i] - '0';
    if (n == 0 || n > 3 || strspn(text, "0123456789") != n || v < 1 || v > 100)
        in_error(r, "preference", N_("Enter a number from 1 to 100"));
    return v;
}

static struct store_server
typed_server(struct web_req *r, const char *domain_id, const char *server_id, const char *domain)
{
    struct hostport to = {.host = "", .port = 25};
    struct store_server s = {.domain_id = domain_id, .server_id = server_id};
    s.recipient = check_recipient(r, domain);
    check_server(r, "host", &to);
    s.host = to.host;
    s.port = to.port;
    s.preference = check_preference(r);
    return s;
}

/* ------------------------------------------------------------------ adding */

static int
add_form(struct web_req *r, int status)
{
    t_domain_add(r, &(struct pg_domain_add){in_text(r, "name"), in_text(r, "server")});
    return reply_page(r, status);
}

int
pg_domain_add_form(struct web_req *r)
{
    t_domain_add(r, &(struct pg_domain_add){"", ""});
    return reply_page(r, 200);
}

int
pg_domain_add(struct web_req *r)
{
    char *name, id[37];
    const char *host;
    int port;
    struct store_actor by = pg_actor(r);
    pg_domain_check_name(r, "name", &name);
    pg_domain_check_server(r, "server", &host, &port);
    if (!in_ok(r))
        return add_form(r, 422);
    if (store_domain_add(r->db, &r->scope, r->a, &by, r->scope.org, name, host, port, id,
                         &r->err)) {
        if (strcmp(r->err.code, "domain_taken"))
            return -1;
        in_error(r, "name", N_("This domain is protected here already"));
        return add_form(r, 422);
    }
    return reply_flash(
        r, arena_printf(r->a, "/domains/%s", id),
        &(struct flash){"ok", N_("{domain} is protected now. Its mail is accepted at once."), NULL,
                        -1, NULL, NULL},
        "domain", name, NULL);
}

/* ------------------------------------------------------------------ one domain */

static int
domain_page(struct web_req *r, int status, const char *recipient, const char *host,
            int64_t preference)
{
    const struct pg_domain *d = pg_domain_load(r, r->id);
    if (!d)
        return -1;
    t_domain_servers(
        r, &(struct pg_domain_page){d, pg_may(r, ROLES_CHANGE), recipient, host, preference});
    return reply_page(r, status);
}

int
pg_domain_servers(struct web_req *r)
{
    return domain_page(r, 200, "*", "", 10);
}

int
pg_server_add(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const struct pg_domain *d = pg_domain_load(r, r->id);
    if (!d)
        return -1;
    struct store_server s = typed_server(r, r->id, NULL, d->name);
    if (in_ok(r) && store_domain_server_add(r->db, &r->scope, r->a, &by, &s, &r->err)) {
        if (strcmp(r->err.code, "server_twice"))
            return -1;
        in_error(r, "host", N_("This server is there already"));
    }
    if (!in_ok(r))
        return domain_page(r, 422, in_text(r, "recipient"), in_text(r, "host"), s.preference);
    return reply_flash(r, arena_printf(r->a, "/domains/%s/servers", r->id),
                       &(struct flash){"ok", N_("Server {server} added."), NULL, -1, NULL, NULL},
                       "server", s.host, NULL);
}

static int
delete_form(struct web_req *r, int status)
{
    const struct pg_domain *d = pg_domain_load(r, r->id);
    if (!d)
        return -1;
    t_domain_delete(r, &(struct pg_domain_delete){d, status == 200 ? "" : in_text(r, "confirm")});
    return reply_page(r, status);
}

int
pg_domain_delete_form(struct web_req *r)
{
    return delete_form(r, 200);
}

int
pg_domain_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const struct pg_domain *d = pg_domain_load(r, r->id);
    if (!d)
        return -1;
    const char *typed = in_text(r, "confirm");
    if (strcasecmp(typed, d->name) && !(d->unicode && !strcmp(typed, d->unicode))) {
        in_error(r, "confirm", N_("Type the name of the domain exactly"));
        return delete_form(r, 422);
    }
    if (store_domain_delete(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return -1;
    return reply_flash(r, "/domains",
                       &(struct flash){"ok", N_("{domain} deleted. Mail for it is refused."), NULL,
                                       -1, NULL, NULL},
                       "domain", d->name, NULL);
}

/* ------------------------------------------------------------------ one server */

/* The domain that has server r->id; *s points into it. */
static const struct store_domain *
find_server(struct web_req *r, const struct store_server **s)
{
    struct store_domain *rows;
    int n;
    if (store_domain_list(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return NULL;
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < rows[i].nservers; k++) {
            if (!strcmp(rows[i].servers[k].server_id, r->id)) {
                *s = &rows[i].servers[k];
                return &rows[i];
            }
        }
    }
    err_set(&r->err, ERR_NOTFOUND, "server", "no such server");
    return NULL;
}

static struct pg_server_page
server_view(struct web_req *r, const struct store_domain *d, const struct store_server *s)
{
    const char *host = strchr(s->host, ':') ? arena_printf(r->a, "[%s]:%d", s->host, s->port)
                                            : arena_printf(r->a, "%s:%d", s->host, s->port);
    return (struct pg_server_page){s->server_id, d->domain_id, d->name,
                                   s->recipient, host,         s->preference};
}

int
pg_server_form(struct web_req *r)
{
    const struct store_server *s;
    const struct store_domain *d = find_server(r, &s);
    if (!d)
        return -1;
    struct pg_server_page v = server_view(r, d, s);
    t_server(r, &v);
    return reply_page(r, 200);
}

int
pg_server(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const struct store_server *old;
    const struct store_domain *d = find_server(r, &old);
    if (!d)
        return -1;
    struct store_server s = typed_server(r, d->domain_id, r->id, d->name);
    if (in_ok(r) && store_domain_server_change(r->db, &r->scope, r->a, &by, &s, &r->err)) {
        if (strcmp(r->err.code, "server_twice"))
            return -1;
        in_error(r, "host", N_("This server is there already"));
    }
    if (!in_ok(r)) {
        t_server(r, &(struct pg_server_page){r->id, d->domain_id, d->name, in_text(r, "recipient"),
                                             in_text(r, "host"), s.preference});
        return reply_page(r, 422);
    }
    return reply_flash(r, arena_printf(r->a, "/domains/%s/servers", d->domain_id),
                       &(struct flash){"ok", N_("Server {server} changed."), NULL, -1, NULL, NULL},
                       "server", s.host, NULL);
}

/* Answers of the engine -> sentences. */
static const char *
test_sentence(const char *result, bool tls)
{
    static const struct {
        const char *result, *text;
    } all[] = {
        {"name", N_("{server}: this name is not in DNS.")},
        {"refused", N_("{server} takes no connection. Check the port, and whether a firewall lets "
                       "this gateway through.")},
        {"late", N_("{server} does not answer. Check the port, and whether a firewall lets this "
                    "gateway through.")},
        {"not-smtp", N_("{server} answers, but not like a mail server.")},
        {"turned-away", N_("{server} turns this gateway away: {reply}")},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!strcmp(all[i].result, result))
            return all[i].text;
    return tls ? N_("{server} answers after {ms} ms and offers encryption.")
               : N_("{server} answers after {ms} ms, without encryption.");
}

bool
pg_engine_silent(struct web_req *r)
{
    if (r->err.cls != ERR_ENV || strncmp(r->err.code, "engine-", 7) != 0)
        return false;
    r->err.cls = ERR_NONE;
    return true;
}

static int
not_tested(struct web_req *r, const char *path)
{
    return reply_flash(r, path,
                       &(struct flash){"error",
                                       N_("The mail engine does not answer, so the connection was "
                                          "not tested. Try again in a moment, or ask the operator "
                                          "to run sekisho doctor."),
                                       NULL, -1, NULL, NULL},
                       NULL);
}

int
pg_server_test(struct web_req *r)
{
    const struct store_server *s;
    const struct store_domain *d = find_server(r, &s);
    const char *result, *path;
    json_t *reply;
    if (!d)
        return -1;
    path = arena_printf(r->a, "/domains/%s/servers", d->domain_id);
    if (rpc_call(r->a, RPC_server_test,
                 jsonx_own(r->a, json_pack("{ss ss}", "org_id", d->org_id, "server_id", r->id)),
                 &reply, &r->err))
        return pg_engine_silent(r) ? not_tested(r, path) : -1;
    result = jsonx_str(reply, "result");
    return reply_flash(r, path,
                       &(struct flash){!strcmp(result, "ok") ? "ok" : "error",
                                       test_sentence(result, jsonx_bool(reply, "tls", false)), NULL,
                                       -1, NULL, NULL},
                       "server", arena_printf(r->a, "%s:%d", s->host, s->port), "reply",
                       view_safe(r, jsonx_str(reply, "reply")), "ms",
                       view_int(r, jsonx_int(reply, "ms", 0)), NULL);
}

int
pg_server_delete_form(struct web_req *r)
{
    const struct store_server *s;
    const struct store_domain *d = find_server(r, &s);
    if (!d)
        return -1;
    struct pg_server_page v = server_view(r, d, s);
    v.host = s->host;
    t_server_delete(r, &v);
    return reply_page(r, 200);
}

int
pg_server_delete(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const struct store_server *s;
    const struct store_domain *d = find_server(r, &s);
    if (!d)
        return -1;
    const char *path = arena_printf(r->a, "/domains/%s/servers", d->domain_id);
    if (store_domain_server_delete(r->db, &r->scope, r->a, &by, d->domain_id, r->id, &r->err)) {
        if (strcmp(r->err.code, "last_server"))
            return -1;
        r->err.cls = ERR_NONE;
        return reply_flash(
            r, path,
            &(struct flash){"error",
                            N_("A domain needs at least one server. Add another one first."), NULL,
                            -1, NULL, NULL},
            NULL);
    }
    return reply_flash(r, path,
                       &(struct flash){"ok", N_("Server {server} deleted."), NULL, -1, NULL, NULL},
                       "server", s->host, NULL);
}
