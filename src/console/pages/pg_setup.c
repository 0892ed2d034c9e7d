/* First-run set-up by one-time link. Looking at the page does not use the link up. */
#include "pg_setup.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../rpc/rpc.h"
#include "../../store/store_domain.h"
#include "../../store/store_org.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_domains.h"
#include "pg_password.h"
#include "pg_signin.h"
#include "templates.h"

const struct field setup_query[] = {
    {"token", FIELD_TEXT, 100, false, NULL},
    FIELDS_END,
};
const struct field setup_fields[] = {
    {"token", FIELD_TEXT, 100, false, NULL},
    {"org", FIELD_TEXT, 200, true, NULL},
    {"lang", FIELD_TEXT, 15, true, NULL},
    {"tz", FIELD_TEXT, 63, true, NULL},
    {"name", FIELD_TEXT, 200, true, NULL},
    {"address", FIELD_TEXT, 320, false, NULL},
    {"password", FIELD_PASSWORD, 1024, false, NULL},
    {"domain", FIELD_TEXT, 255, false, NULL},
    {"server", FIELD_TEXT, 300, false, NULL},
    FIELDS_END,
};

static int
gone(struct web_req *r, enum pg_setup_gone why)
{
    t_setup_gone(r, why);
    return reply_page(r, 410);
}

/* 0: the link is good; 1: a page was made; -1. */
static int
check_link(struct web_req *r, unsigned char hash[32])
{
    const char *token = in_text(r, "token"), *state;
    int done = store_org_exists(r->db, r->a, &r->err);
    token_sha256(token, strlen(token), hash);
    if (done < 0 || (!done && store_link_state(r->db, r->a, hash, "setup", &state, &r->err)))
        return -1;
    if (!done && !strcmp(state, "valid"))
        return 0;
    gone(r, done ? SETUP_DONE : SETUP_LINK_GONE);
    return 1;
}

static int
again(struct web_req *r)
{
    t_setup(r, &(struct pg_setup){in_text(r, "token"), in_text(r, "org"), in_text(r, "lang"),
                                  in_text(r, "tz"), in_text(r, "name"), in_text(r, "address"),
                                  in_text(r, "domain"), in_text(r, "server")});
    return reply_page(r, 422);
}

int
pg_setup_form(struct web_req *r)
{
    unsigned char hash[32];
    int rc = check_link(r, hash);
    if (rc)
        return rc < 0 ? -1 : 0;
    t_setup(r, &(struct pg_setup){in_text(r, "token"), "", r->lang, r->tz, "", "", "", ""});
    return reply_page(r, 200);
}

static int
body_key(struct web_req *r, struct store_setup *s)
{
    json_t *reply;
    if (rpc_call(r->a, RPC_org_key, jsonx_own(r->a, json_object()), &reply, &r->err))
        return -1;
    s->sealed_key = token_unbase64url(r->a, jsonx_str(reply, "sealed"), &s->sealed_key_len);
    return s->sealed_key ? 0 : err_set(&r->err, ERR_ENV, "engine-garbled", "no key");
}

static void
check(struct web_req *r, struct store_setup *s)
{
    struct addr a = {.key = ""};
    char *domain;
    if (addr_parse(r->a, in_text(r, "address"), &a, NULL))
        in_error(r, "address", N_("Enter an address such as name@example.com"));
    ui_check_zone(r, "tz");
    ui_check_language(r, "lang");
    s->admin_address = a.key;
    pg_password_check(r, "password", a.key, s->admin_name, s->org_name);
    pg_domain_check_name(r, "domain", &domain);
    s->domain = domain;
    pg_domain_check_server(r, "server", &s->host, &s->port);
}

int
pg_setup(struct web_req *r)
{
    unsigned char hash[32];
    char org[37], account[37];
    json_t *reply;
    struct store_setup s = {.org_name = in_text(r, "org"),
                            .lang = in_text(r, "lang"),
                            .tz = in_text(r, "tz"),
                            .retention_days = (int)settings_int(SET_retention_days),
                            .admin_name = in_text(r, "name"),
                            .client_ip = r->client_ip};
    int rc = check_link(r, hash);
    if (rc)
        return rc < 0 ? -1 : 0;
    check(r, &s);
    if (!in_ok(r))
        return again(r);
    if (!(s.password = pg_password_hash(r, in_text(r, "password"))) || body_key(r, &s))
        return -1;
    if (store_org_setup(r->db, r->a, hash, &s, org, account, &r->err)) {
        if (!strcmp(r->err.code, "link") || !strcmp(r->err.code, "done")) {
            enum pg_setup_gone why = !strcmp(r->err.code, "done") ? SETUP_DONE : SETUP_LINK_GONE;
            r->err.cls = ERR_NONE;
            return gone(r, why);
        }
        return -1;
    }
    /* The organisation is there: whatever is wrong from here on, the sign-in page can still do. */
    if (pg_signin_ask(r, s.admin_address, in_text(r, "password"), &reply))
        return -1;
    const char *ticket = jsonx_str(reply, "ticket");
    if (!ticket || !*ticket)
        return reply_redirect(r, "/signin");
    if (web_sign_in(r, ticket))
        return -1;
    struct store_domain d;
    if (store_domain_find(r->db, &r->scope, r->a, s.domain, &d, &r->err))
        return -1;
    return reply_redirect(r, arena_printf(r->a, "/domains/%s", d.domain_id));
}
