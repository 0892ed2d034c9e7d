/*
 * Behind mailed links. Opening one changes nothing: programs that look at mail open links, too (T-L1). The
 * button on the page acts, once.
 */
#include "pg_proof.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../rpc/rpc.h"
#include "../view.h"
#include "../web_browser.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_password.h"
#include "pg_second.h"
#include "templates.h"

const struct field proof_query[] = {
    {"t", FIELD_TEXT, 43, false, NULL},
    FIELDS_END,
};
const struct field proof_fields[] = {
    {"t", FIELD_TEXT, 43, false, NULL},
    {"password", FIELD_PASSWORD, 1024, true, NULL},
    FIELDS_END,
};
const struct field proof_link_fields[] = {
    {"t", FIELD_TEXT, 43, false, NULL},
    {"address", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};

static const char *const purposes[] = {"register", "reset", "link", "mailbox"};

int
pg_proof_gone(struct web_req *r, enum pg_proof_kind kind)
{
    t_proof_gone(r, kind);
    return reply_page(r, 410);
}

int
pg_proof_look(struct web_req *r, enum pg_proof_kind kind, unsigned char hash[32],
              struct store_proof *out)
{
    const char *token = in_text(r, "t");

    token_sha256(token, strlen(token), hash);
    if (store_proof_look(r->db, r->a, hash, purposes[kind], web_browser(r, false), out, &r->err) ==
        0)
        return 0;
    if (r->err.cls != ERR_NOTFOUND)
        return -1;
    r->err.cls = ERR_NONE;
    pg_proof_gone(r, kind);
    return 1;
}

/* ------------------------------------------------------------------ passwords */

static int
password_page(struct web_req *r, enum pg_proof_kind kind, const struct store_proof *p, int status)
{
    t_proof_password(r, &(struct pg_proof_view){kind, in_text(r, "t"), *p, ""});
    return reply_page(r, status);
}

static int
password_form(struct web_req *r, enum pg_proof_kind kind)
{
    unsigned char hash[32];
    struct store_proof p;
    int rc = pg_proof_look(r, kind, hash, &p);

    return rc ? (rc < 0 ? -1 : 0) : password_page(r, kind, &p, 200);
}

/* The hash costs the engine half a second: only for who has a good link. */
static int
password(struct web_req *r, enum pg_proof_kind kind)
{
    unsigned char hash[32];
    struct store_proof p;
    const char *mcf;
    int rc = pg_proof_look(r, kind, hash, &p);

    if (rc)
        return rc < 0 ? -1 : 0;
    if (!in_error_of(r, "password"))
        pg_password_check(r, "password", p.address, "", p.org_name);
    if (!in_ok(r))
        return password_page(r, kind, &p, 422);
    if (!(mcf = pg_password_hash(r, in_text(r, "password"))))
        return -1;
    rc = kind == PROOF_ACTIVATE
             ? store_proof_register(r->db, r->a, hash, mcf, r->lang, r->client_ip, &r->err)
             : store_proof_reset(r->db, r->a, hash, mcf, r->client_ip, &r->err);
    if (rc && r->err.cls != ERR_NOTFOUND)
        return -1;
    if (rc) {
        r->err.cls = ERR_NONE;
        return pg_proof_gone(r, kind);
    }
    t_proof_done(r, &(struct pg_proof_view){kind, "", p, ""});
    return reply_page(r, 200);
}

int
pg_activate_form(struct web_req *r)
{
    return password_form(r, PROOF_ACTIVATE);
}

int
pg_activate(struct web_req *r)
{
    return password(r, PROOF_ACTIVATE);
}

int
pg_reset_form(struct web_req *r)
{
    return password_form(r, PROOF_RESET);
}

int
pg_reset(struct web_req *r)
{
    return password(r, PROOF_RESET);
}

/* ------------------------------------------------------------------ signing in */

static int
link_page(struct web_req *r, const struct store_proof *p, int status)
{
    t_proof_link(r,
                 &(struct pg_proof_view){PROOF_LINK, in_text(r, "t"), *p, in_text(r, "address")});
    return reply_page(r, status);
}

int
pg_signin_link_form(struct web_req *r)
{
    unsigned char hash[32];
    struct store_proof p;
    int rc = pg_proof_look(r, PROOF_LINK, hash, &p);

    return rc ? (rc < 0 ? -1 : 0) : link_page(r, &p, 200);
}

static int
ask_engine(struct web_req *r, json_t **reply)
{
    const unsigned char *browser = web_browser(r, false);
    json_t *params = jsonx_own(r->a, json_object());

    json_object_set_new(params, "token", json_string(in_text(r, "t")));
    json_object_set_new(params, "browser",
                        json_string(browser ? token_base64url(r->a, browser, 32) : ""));
    json_object_set(params, "address",
                    jsonx_text(r->a, in_text(r, "address"), strlen(in_text(r, "address"))));
    json_object_set_new(params, "client_ip", json_string(r->client_ip));
    return rpc_call(r->a, RPC_auth_link, params, reply, &r->err);
}

int
pg_signin_link(struct web_req *r)
{
    unsigned char hash[32];
    struct store_proof p;
    json_t *reply;
    int rc = pg_proof_look(r, PROOF_LINK, hash, &p);

    if (rc)
        return rc < 0 ? -1 : 0;
    if (ask_engine(r, &reply))
        return -1;
    const char *result = jsonx_str(reply, "result"), *ticket = jsonx_str(reply, "ticket");
    if (result && !strcmp(result, "second") && ticket)
        return pg_second_start(r, ticket, "/");
    if (!result || strcmp(result, "ok") || !ticket) {
        /* The link is good, so the browser is another one, and the address is not that of the link. */
        in_error(r, "address", N_("Enter the address that the message was sent to."));
        return link_page(r, &p, 422);
    }
    if (web_sign_in(r, ticket))
        return -1;
    return reply_redirect(r, "/");
}
