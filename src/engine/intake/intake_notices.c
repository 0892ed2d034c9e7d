#include "intake_notices.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../common/when.h"
#include "../msg/msg.h"
#include "../policy/auth_ruling.h"
#include "ending.h"
#include "gate.h"
#include "gate_queue.h"
#include "intake_conn.h"

static void
set(struct arena *a, json_t *j, const char *key, const char *text)
{
    json_object_set(j, key, jsonx_text(a, text, strnlen(text, 300)));
}

/* The members are read by notices/notice_mail.c. */
static void
add(const struct ending *x, int i, const char *to)
{
    const struct mail_recipient *r = &x->m->recipients[i];
    const struct auth_ruling *why = x->rulings[i];
    struct arena *a = x->m->arena;
    json_t *j = jsonx_own(a, json_object());

    json_object_set_new(j, "org_id", json_string(r->org));
    json_object_set_new(j, "at", json_integer(when_now()));
    json_object_set_new(j, "what", json_string(auth_cases[why->why].key));
    json_object_set_new(j, "action", json_string(auth_action_ids[why->action]));
    set(a, j, "to", to);
    set(a, j, "domain", why->domain);
    set(a, j, "ip", x->c->client_ip);
    set(a, j, "sender", x->m->sender);
    set(a, j, "from", x->msg->from ? x->msg->from : "");
    set(a, j, "recipient", r->key);
    set(a, j, "subject", x->msg->subject ? x->msg->subject : "");
    gate_queue_add(x->g->notices, jsonx_dump(a, j, NULL));
}

/* Is it this ruling that decided, and does its rule want it told? */
static bool
wanted(const struct ending *x, int i)
{
    const struct auth_ruling *r = x->rulings[i];

    return r->action != AUTH_ACCEPT && strncmp(x->j.decisions[i].rule, "auth_", 5) == 0 &&
           x->rules[i]->method[auth_cases[r->why].method].notify;
}

static bool
told(const struct ending *x, int before, const char *org, const char *to)
{
    for (int i = 0; i < before; i++)
        for (int k = 0; wanted(x, i) && k < x->rules[i]->nnotices; k++)
            if (strcmp(x->rules[i]->notices[k], to) == 0 &&
                strcmp(x->m->recipients[i].org, org) == 0)
                return true;
    return false;
}

void
intake_notices(const struct ending *x)
{
    for (int i = 0; x->rulings && i < x->m->nrecipients; i++)
        for (int k = 0; wanted(x, i) && k < x->rules[i]->nnotices; k++)
            if (!told(x, i, x->m->recipients[i].org, x->rules[i]->notices[k]))
                add(x, i, x->rules[i]->notices[k]);
}
