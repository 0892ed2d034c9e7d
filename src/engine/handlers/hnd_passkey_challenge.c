/* A challenge for a passkey that is to be made or used: good once, for 5 minutes, for this session or browser only. */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../store/store_passkey.h"
#include "../login_rate.h"
#include "../second/passkey.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

#include <string.h>

struct asked {
    const struct hnd_ctx *x;
    struct arena *a;
    const char *result, *user;
    const unsigned char *bound;
    json_t *known;
    int wait;
};

/* For a new one: whose session it is, and the password. */
static int
for_add(struct asked *q, const struct rpc_caller *c, json_t *params, struct err *e)
{
    struct hnd_self s;
    struct store_passkey *rows;
    int n, right;
    if (hnd_self(q->a, c, params, &s, e) ||
        (right = hnd_self_password(&s, jsonx_str(params, "password"), &q->wait, e)) < 0)
        return -1;
    q->bound = s.session;
    q->result = right ? "ok" : q->wait ? "limited" : "wrong";
    q->user = token_base64url(q->a, s.who.account_id, strlen(s.who.account_id));
    if (!right || store_passkey_ids(q->x->db, q->a, &s.who, &rows, &n, e))
        return right ? -1 : 0;
    for (int i = 0; i < n; i++)
        json_array_append_new(q->known,
                              json_string(token_base64url(q->a, rows[i].id, rows[i].id_n)));
    return 0;
}

/* To sign in: anybody may ask, as often as passwords may be tried. */
static int
for_sign_in(struct asked *q, json_t *params, struct err *e)
{
    size_t n = 0;
    q->bound = token_unbase64url(q->a, jsonx_str(params, "session"), &n);
    if (!q->bound || n != 32)
        return err_set(e, ERR_INPUT, "session", "32 bytes are wanted");
    if (login_rate_client(q->x->db, q->a, jsonx_str(params, "client_ip"), &q->wait, e))
        return -1;
    q->result = q->wait ? "limited" : "ok";
    return 0;
}

int
hnd_passkey_challenge(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                      struct err *e)
{
    struct asked q = {.x = c->ctx, .a = a, .user = "", .known = jsonx_own(a, json_array())};
    const char *surface = hnd_surface(c, params, e), *origin, *rp, *purpose;
    unsigned char challenge[32] = {0};
    if (!surface)
        return -1;
    purpose = strcmp(jsonx_str(params, "purpose"), "add") ? "sign-in" : "add";
    if (strcmp(purpose, "add") ? for_sign_in(&q, params, e) : for_add(&q, c, params, e))
        return -1;
    bool here = passkey_site(a, surface, &origin, &rp) == 0, ok = !strcmp(q.result, "ok");
    if (ok && !here)
        q.result = "off";
    else if (ok && store_passkey_challenge(q.x->db, a, purpose, q.bound, challenge, e))
        return -1;
    *reply = hnd_result(q.result, q.wait);
    json_object_set_new(*reply, "challenge",
                        json_string(token_base64url(a, challenge, sizeof challenge)));
    json_object_set_new(*reply, "rp", json_string(here ? rp : ""));
    json_object_set_new(*reply, "user", json_string(q.user));
    json_object_set(*reply, "known", q.known);
    return 0;
}
