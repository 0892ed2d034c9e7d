#include "pg_security.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../rpc/rpc.h"
#include "../../store/store_quarantine.h"
#include "../ui.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_second.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_held_query.h"
#include "pg_password.h"
#include "templates.h"

const struct field security_password_fields[] = {
    {"current", FIELD_PASSWORD, 1024, false, NULL},
    {"password", FIELD_PASSWORD, 1024, false, NULL},
    {"username", FIELD_TEXT, 320, false, NULL}, /* for password managers only */
    FIELDS_END,
};
const struct field security_ask_fields[] = {
    {"current", FIELD_PASSWORD, 1024, false, NULL},
    {"username", FIELD_TEXT, 320, false, NULL},
    FIELDS_END,
};
const struct field security_on_fields[] = {
    {"code", FIELD_TEXT, 200, true, NULL},
    {"secret", FIELD_TEXT, 64, false, NULL}, /* to show it again after a wrong code */
    {"uri", FIELD_TEXT, 4000, false, NULL},
    FIELDS_END,
};
const struct field security_session_fields[] = {
    {"id", FIELD_UUID, 0, false, NULL},
    FIELDS_END,
};

int
pg_security_held(struct web_req *r, int64_t *held)
{
    struct store_held_counts counts;
    struct store_held_filter f = held_filter_all("held", 1);
    *held = -1;
    if (r->surface == SURFACE_ADMIN)
        return 0;
    if (store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err))
        return -1;
    *held = counts.held;
    return 0;
}

/* Countries of the sessions' addresses, when the operator has a database of them. Without an answer the list has none. */
static void
places(struct web_req *r, struct pg_security_view *v)
{
    json_t *ips = json_array(), *p = jsonx_own(r->a, json_pack("{so}", "ips", ips)), *reply;
    struct err ignored;
    for (int i = 0; i < v->nsessions; i++)
        json_array_append_new(ips, json_string(v->sessions[i].s->client_ip));
    if (rpc_call(r->a, RPC_ip_countries, p, &reply, &ignored))
        return;
    const json_t *list = json_object_get(reply, "countries");
    for (int i = 0; i < v->nsessions; i++) {
        const char *code = json_string_value(json_array_get(list, (size_t)i));
        if (code && *code)
            v->sessions[i].place = view_country(r, code);
    }
}

int
pg_security(struct web_req *r)
{
    struct pg_security_view v = {0};
    struct store_own_session *rows;
    if (pg_security_held(r, &v.held) ||
        store_second_state(r->db, &r->scope, r->a, &v.second, &r->err) ||
        store_session_list(r->db, &r->scope, r->a, web_session_hash(r),
                           settings_int(SET_session_idle), settings_int(SET_session_absolute),
                           &rows, &v.nsessions, &r->err) ||
        store_passkey_list(r->db, &r->scope, r->a, &v.passkeys, &v.npasskeys, &r->err))
        return -1;
    v.sessions = arena_calloc(r->a, (size_t)v.nsessions + 1, sizeof *v.sessions);
    for (int i = 0; i < v.nsessions; i++)
        v.sessions[i] = (struct pg_own_session){&rows[i], pg_device(r, rows[i].agent), ""};
    places(r, &v);
    t_security(r, &v);
    return reply_page(r, 200);
}

int
pg_security_sessions(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    const char *id = in_text(r, "id");
    int ended;
    if (!in_ok(r))
        return reply_error(r, 422);
    if (store_session_end_own(r->db, &r->scope, r->a, &by, id, web_session_hash(r), &ended,
                              &r->err))
        return -1;
    return reply_flash(r, PG_SECURITY,
                       &(struct flash){"ok",
                                       TN_("{n} session signed out.", "{n} sessions signed out."),
                                       ended, NULL, NULL},
                       "n", view_int(r, ended), NULL);
}

/* ------------------------------------------------------------------ questions with a password */

/* The page with a question, its title, text and button. */
int
pg_security_question(struct web_req *r, struct pg_security_ask v, int status)
{
    struct store_second s;
    if (pg_security_held(r, &v.held) || store_second_state(r->db, &r->scope, r->a, &s, &r->err))
        return -1;
    v.password = s.has_password;
    t_security_ask(r, &v);
    return reply_page(r, status);
}

/* Calls a method with session, password and client; adds what is in p. 0 right; 1 a page with an error is to be shown; 2 a reply was made; -1. */
static int
call(struct web_req *r, enum rpc_method m, json_t *p, const char *field, json_t **reply)
{
    const char *typed = field ? in_text(r, "current") : "";
    json_object_set_new(p, "session", json_string(web_session_name(r)));
    json_object_set_new(p, "client_ip", json_string(r->client_ip));
    if (field)
        json_object_set(p, field, jsonx_text(r->a, typed, strlen(typed)));
    if (rpc_call(r->a, m, p, reply, &r->err))
        return -1;
    const char *result = jsonx_str(*reply, "result");
    if (result && !strcmp(result, "ok"))
        return 0;
    if (result && !strcmp(result, "limited"))
        return reply_wait(r, (int)jsonx_int(*reply, "retry_after", 60)) ? -1 : 2;
    in_error(
        r, field ? "current" : "code",
        field ? N_("This is not your present password")
              : N_("This code is wrong. Check the time of your device, and enter the next code"));
    return 1;
}

static struct pg_security_ask
ask_second(struct web_req *r)
{
    return (struct pg_security_ask){
        .path = PG_SECURITY "/second",
        .title = T("Set up the second step"),
        .text = T("You need an authenticator app on your phone or computer. Signing in then takes "
                  "your password and a code from the app."),
        .button = T("Continue")};
}

static struct pg_security_ask
ask_off(struct web_req *r)
{
    return (struct pg_security_ask){
        .path = PG_SECURITY "/second/off",
        .title = T("Turn off the second step?"),
        .text =
            T("Signing in then takes your password only. Your recovery codes and trusted devices "
              "are deleted."),
        .button = T("Turn off the second step"),
        .danger = true};
}

static struct pg_security_ask
ask_codes(struct web_req *r)
{
    return (struct pg_security_ask){.path = PG_SECURITY "/codes",
                                    .title = T("Make new recovery codes?"),
                                    .text = T("The codes that you have now stop working."),
                                    .button = T("Make new recovery codes")};
}

int
pg_security_second_form(struct web_req *r)
{
    return pg_security_question(r, ask_second(r), 200);
}

int
pg_security_off_form(struct web_req *r)
{
    return pg_security_question(r, ask_off(r), 200);
}

int
pg_security_codes_form(struct web_req *r)
{
    return pg_security_question(r, ask_codes(r), 200);
}

static int
show_key(struct web_req *r, struct pg_security_key k, int status)
{
    k.qr = pg_qr(r, k.uri, &k.size);
    if (pg_security_held(r, &k.held))
        return -1;
    t_security_key(r, &k);
    return reply_page(r, status);
}

static int
show_codes(struct web_req *r, const json_t *reply)
{
    struct pg_security_codes v = {0};
    const json_t *list = json_object_get(reply, "codes");
    for (size_t i = 0; i < 10; i++) {
        const char *code = json_string_value(json_array_get(list, i));
        v.codes[i] = code ? code : "";
    }
    if (pg_security_held(r, &v.held))
        return -1;
    t_security_codes(r, &v);
    return reply_page(r, 200);
}

int
pg_security_second(struct web_req *r)
{
    json_t *reply;
    int rc = call(r, RPC_second_begin, jsonx_own(r->a, json_object()), "password", &reply);
    if (rc)
        return rc == 1 ? pg_security_question(r, ask_second(r), 422) : rc == 2 ? 0 : -1;
    return show_key(r,
                    (struct pg_security_key){.secret = jsonx_str(reply, "secret"),
                                             .uri = jsonx_str(reply, "uri")},
                    200);
}

int
pg_security_on(struct web_req *r)
{
    json_t *reply, *p = jsonx_own(r->a, json_object());
    const char *code = in_text(r, "code");
    struct pg_security_key k = {.secret = in_text(r, "secret"), .uri = in_text(r, "uri")};
    if (!in_ok(r))
        return show_key(r, k, 422);
    json_object_set(p, "code", jsonx_text(r->a, code, strlen(code)));
    int rc = call(r, RPC_second_confirm, p, NULL, &reply);
    if (rc)
        return rc == 1 ? show_key(r, k, 422) : rc == 2 ? 0 : -1;
    return web_session_rotate(r) ? -1 : show_codes(r, reply);
}

int
pg_security_off(struct web_req *r)
{
    json_t *reply, *p = jsonx_own(r->a, json_pack("{ss}", "action", "off"));
    int rc = call(r, RPC_second_change, p, "password", &reply);
    if (rc)
        return rc == 1 ? pg_security_question(r, ask_off(r), 422) : rc == 2 ? 0 : -1;
    if (web_session_rotate(r))
        return -1;
    return reply_flash(r, PG_SECURITY,
                       &(struct flash){"ok", N_("The second step is off."), NULL, -1, NULL, NULL},
                       NULL);
}

int
pg_security_codes(struct web_req *r)
{
    json_t *reply, *p = jsonx_own(r->a, json_pack("{ss}", "action", "codes"));
    int rc = call(r, RPC_second_change, p, "password", &reply);
    if (rc)
        return rc == 1 ? pg_security_question(r, ask_codes(r), 422) : rc == 2 ? 0 : -1;
    return show_codes(r, reply);
}

/* ------------------------------------------------------------------ password */

static int
password_form(struct web_req *r, int status)
{
    int64_t held;
    if (pg_security_held(r, &held))
        return -1;
    t_security_password(r, held);
    return reply_page(r, status);
}

int
pg_security_password_form(struct web_req *r)
{
    return password_form(r, 200);
}

int
pg_security_password(struct web_req *r)
{
    json_t *reply, *p = jsonx_own(r->a, json_object());
    const char *typed = in_text(r, "password");
    int rc = 1;
    pg_password_check(r, "password", r->session.address, r->session.name, r->session.org_name);
    if (in_ok(r)) {
        json_object_set(p, "password", jsonx_text(r->a, typed, strlen(typed)));
        rc = call(r, RPC_password_change, p, "current", &reply);
    }
    if (rc)
        return rc == 1 ? password_form(r, 422) : rc == 2 ? 0 : -1;
    if (web_session_rotate(r))
        return -1;
    return reply_flash(r, PG_SECURITY,
                       &(struct flash){"ok",
                                       N_("Password changed. You are signed out everywhere else."),
                                       NULL, -1, NULL, NULL},
                       NULL);
}
