#include "link_check.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../common/when.h"
#include "../../store/store_link.h"
#include "../handlers/hnd_ctx.h"

#define FORM_SECONDS (12 * 3600) /* a page that somebody left open */

void
link_refused(const struct hnd_ctx *x, struct arena *a, const struct link_check *c, const char *why)
{
    const char *org = *c->token.org ? c->token.org : NULL;
    struct err e = {0};

    if (!c->ip)
        return;
    evlog(EVLOG_WARN, "maillink.refused", "why", why, "ip", c->ip, "recipient_id",
          c->token.recipient, NULL);
    if (store_link_refused(x->db, a, org, c->token.recipient, why, c->ip, &e) < 0)
        evlog(EVLOG_WARN, "maillink.audit", "reason", e.text, NULL);
}

int
link_check(const struct hnd_ctx *x, struct arena *a, struct link_check *c,
           enum link_purpose purpose, const char **result, struct err *e)
{
    int64_t now = when_now() / 1000;
    bool good = false;

    *result = "ok";
    token_sha256(c->text, strlen(c->text), c->hash);
    if (!link_token_read(a, x->master_key, c->text, purpose, &c->token)) {
        c->token = (struct link_token){0};
        *result = "bad";
    } else if (store_link_key_good(x->db, a, c->token.kid, &good, e) < 0) {
        return -1;
    } else if (!good) {
        *result = "revoked";
    } else if (now >= c->token.expires) {
        *result = "expired";
    } else if (c->form && !link_form_good(a, x->master_key, c->text, c->form, now)) {
        *result = "form";
        return 0;
    }
    if (strcmp(*result, "ok") != 0)
        link_refused(x, a, c, *result);
    return 0;
}

static void
put(struct arena *a, json_t *j, const char *key, const char *value)
{
    json_object_set(j, key, jsonx_text(a, value, strlen(value)));
}

/* Actions that both the link and the kind of mail allow. */
static json_t *
actions(struct arena *a, const struct link_check *c, const struct store_link *s)
{
    json_t *list = json_array();
    const char *p = s->may;

    while (*p) {
        size_t n = strcspn(p, " ");
        const char *name = arena_strndup(a, p, n);
        if (link_action_of(name) & c->token.actions)
            json_array_append_new(list, json_string(name));
        p += n + (p[n] == ' ');
    }
    return list;
}

int
link_facts(const struct hnd_ctx *x, struct arena *a, const struct link_check *c, json_t **facts,
           struct err *e)
{
    struct store_link s;
    json_t *j;

    *facts = json_null();
    if (store_link_look(x->db, a, c->token.org, c->token.recipient, c->hash, &s, e) < 0)
        return e->cls == ERR_NOTFOUND ? 0 : -1;
    j = jsonx_own(a, json_object());
    put(a, j, "recipient_id", c->token.recipient);
    put(a, j, "address", s.address);
    put(a, j, "mailbox", s.mailbox);
    put(a, j, "kind", s.kind);
    put(a, j, "state", s.state);
    put(a, j, "envelope_sender", s.envelope_sender);
    put(a, j, "header_from", s.header_from);
    put(a, j, "header_from_name", s.header_from_name);
    put(a, j, "subject", s.subject);
    put(a, j, "reasons", s.reasons);
    put(a, j, "org_name", s.org_name);
    put(a, j, "help_name", s.help.name);
    put(a, j, "help_note", s.help.note);
    put(a, j, "help_email", s.help.email);
    put(a, j, "help_phone", s.help.phone);
    put(a, j, "help_link", s.help.link);
    put(a, j, "lang", s.lang);
    put(a, j, "tz", s.tz);
    put(a, j, "used_action", s.used_action);
    put(a, j, "done_by", s.done_by);
    put(a, j, "form", link_form_make(a, x->master_key, c->text, when_now() / 1000 + FORM_SECONDS));
    json_object_set_new(j, "state_at", json_integer(s.state_at));
    json_object_set_new(j, "received_at", json_integer(s.received_at));
    json_object_set_new(j, "expires_at", json_integer(s.expires_at));
    json_object_set_new(j, "link_expires_at", json_integer(c->token.expires * 1000));
    json_object_set_new(j, "used_at", json_integer(s.used_at));
    json_object_set_new(j, "used_listed", json_boolean(s.used_listed));
    json_object_set_new(j, "sign_in", json_boolean(s.sign_in));
    json_object_set_new(j, "actions", actions(a, c, &s));
    *facts = j;
    return 0;
}
