/*
 * The page of a link in a mail. Opening it changes nothing (T-L1): what acts is a POST with the form token that the engine gave
 * the page. The engine checks link and form; here is only what is shown. No session is made, and none is used.
 */
#include "pg_link.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../rpc/rpc.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

const struct field link_query[] = {
    {"lang", FIELD_TEXT, 15, false, NULL},
    FIELDS_END,
};
const struct field link_fields[] = {
    {"lang", FIELD_TEXT, 15, false, NULL},
    {"form", FIELD_TEXT, 64, false, NULL},
    {"do", FIELD_CHOICE, 0, true, "deliver|read|delete|block|ask|undo"},
    {"allow", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

static const char *
text(const json_t *j, const char *key)
{
    const char *s = jsonx_str(j, key);
    return s ? s : "";
}

static bool
has(const json_t *facts, const char *action)
{
    size_t i;
    json_t *one;
    json_array_foreach(json_object_get(facts, "actions"), i, one)
    {
        if (json_is_string(one) && !strcmp(json_string_value(one), action))
            return true;
    }
    return false;
}

/* The reader's language and zone: what was chosen on the page, else the recipient's. */
static void
speak(struct web_req *r, const json_t *facts)
{
    const char *lang = in_text(r, "lang"), *tz = text(facts, "tz");
    if (!*lang)
        lang = text(facts, "lang");
    if (*lang) {
        r->cat = i18n_find(lang);
        r->lang = i18n_lang(r->cat);
    }
    if (ui_zone_known(tz))
        r->tz = tz;
}

static const char *
happened(struct web_req *r, const json_t *facts)
{
    const char *state = text(facts, "state"), *by = text(facts, "done_by");
    const char *when = view_when_full(r, jsonx_int(facts, "state_at", 0));
    bool other = *by && strcmp(by, text(facts, "mailbox"));
    if (!strcmp(state, "deleted") || !strcmp(state, "gone") || !strcmp(state, "purged"))
        return other ? TF(T("It was deleted by {name}, {when}."), "name", view_safe(r, by), "when",
                          when)
                     : TF(T("It was deleted, {when}."), "when", when);
    if (!strcmp(state, "delivered"))
        return TF(T("It was delivered, {when}."), "when", when);
    if (!strcmp(state, "bounced") || !strcmp(state, "expired"))
        return TF(T("It could not be delivered, {when}."), "when", when);
    return other ? TF(T("It was released by {name} and is on its way to your inbox."), "name",
                      view_safe(r, by))
                 : T("It is on its way to your inbox.");
}

static void
fill(struct web_req *r, const json_t *facts, struct pg_link_view *v)
{
    const char *from = text(facts, "header_from");
    if (!*from)
        from = text(facts, "envelope_sender");
    v->form = text(facts, "form");
    v->subject = *text(facts, "subject") ? view_safe(r, text(facts, "subject")) : T("(no subject)");
    v->from_name = view_safe(r, text(facts, "header_from_name"));
    v->from_address = *from ? view_safe(r, from) : T("(no sender)");
    v->mailbox = text(facts, "mailbox");
    v->kind = text(facts, "kind");
    v->org_name = text(facts, "org_name");
    v->help = (struct store_help){text(facts, "help_name"),  text(facts, "help_note"),
                                  text(facts, "help_email"), text(facts, "help_phone"),
                                  text(facts, "help_link"),  ""};
    v->message = view_path(r, "/signin", "next",
                           arena_printf(r->a, "/m/%s", text(facts, "recipient_id")), NULL);
    v->nreasons = reasons_read(r, text(facts, "reasons"), &v->reasons);
    v->received = jsonx_int(facts, "received_at", 0);
    v->expires = jsonx_int(facts, "expires_at", 0);
    v->until = jsonx_int(facts, "link_expires_at", 0);
    v->happened = happened(r, facts);
    v->sign_in = jsonx_bool(facts, "sign_in", true);
    v->listed = jsonx_bool(facts, "used_listed", false);
    v->deliver = has(facts, "deliver");
    v->allow = has(facts, "allow") && *from;
    v->read = has(facts, "read");
    v->remove = has(facts, "delete");
    v->block = has(facts, "block") && *from;
    v->ask = has(facts, "ask") && strcmp(text(facts, "used_action"), "ask");
    v->asked = !strcmp(text(facts, "used_action"), "ask");
    if (v->page == PG_LINK_CHOOSE && strcmp(text(facts, "state"), "held"))
        v->page = PG_LINK_HANDLED;
}

static int
show(struct web_req *r, int status, const json_t *facts, struct pg_link_view *v)
{
    speak(r, facts);
    v->path = r->path;
    v->lang = in_text(r, "lang");
    if (json_is_object(facts))
        fill(r, facts, v);
    else if (v->page != PG_LINK_WRONG)
        v->page = PG_LINK_GONE;
    if (status == 200 && r->method == M_GET && v->page != PG_LINK_CHOOSE)
        status = 410;
    t_link(r, v);
    return reply_page(r, status);
}

static json_t *
params(struct web_req *r)
{
    json_t *p = jsonx_own(r->a, json_object());
    json_object_set_new(p, "token", json_string(r->token));
    return p;
}

int
pg_link(struct web_req *r)
{
    struct pg_link_view v = {.page = PG_LINK_CHOOSE, .action = ""};
    json_t *reply;
    if (rpc_call(r->a, RPC_link_open, params(r), &reply, &r->err))
        return -1;
    const char *result = text(reply, "result");
    if (!strcmp(result, "expired"))
        v.page = PG_LINK_OLD;
    else if (strcmp(result, "ok"))
        v.page = PG_LINK_WRONG;
    return show(r, v.page == PG_LINK_WRONG ? 403 : 200, json_object_get(reply, "facts"), &v);
}

/* What is shown after a button. */
static int
answer(struct web_req *r, const json_t *reply, struct pg_link_view *v)
{
    const json_t *facts = json_object_get(reply, "facts");
    const char *result = text(reply, "result");
    if (!strcmp(result, "done"))
        v->page = PG_LINK_DONE;
    else if (!strcmp(result, "used") || !strcmp(result, "handled"))
        v->page = PG_LINK_HANDLED;
    else if (!strcmp(result, "expired"))
        v->page = PG_LINK_OLD;
    else if (!strcmp(result, "gone"))
        v->page = PG_LINK_GONE;
    else if (!strcmp(result, "form"))
        v->problem = N_("This page was open for too long. Nothing was changed: choose again.");
    else if (!strcmp(result, "limited"))
        v->problem =
            N_("The message was read too often by this link. Try again in an hour, or sign in.");
    else if (!strcmp(result, "denied"))
        v->problem = N_("This link does not allow that. Nothing was changed.");
    else
        v->page = PG_LINK_WRONG;
    speak(r, facts);
    if (v->problem)
        v->problem = T(v->problem);
    bool refused = v->page == PG_LINK_OLD || v->page == PG_LINK_WRONG || !strcmp(result, "denied");
    if (!strcmp(result, "limited"))
        return show(r, 429, facts, v);
    return show(r, refused ? 403 : v->problem ? 422 : 200, facts, v);
}

static int
read_safely(struct web_req *r, json_t *p)
{
    struct pg_link_view v = {.page = PG_LINK_READ, .action = ""};
    json_t *reply;
    if (rpc_call(r->a, RPC_link_read, p, &reply, &r->err)) {
        if (strncmp(r->err.code, "preview-", 8))
            return -1;
        v.problem = N_("The content cannot be shown right now. The message is still held.");
        r->err = (struct err){0};
        json_object_del(p, "form");
        json_object_del(p, "client_ip");
        if (rpc_call(r->a, RPC_link_open, p, &reply, &r->err))
            return -1;
        v.page = PG_LINK_CHOOSE;
        speak(r, json_object_get(reply, "facts"));
        v.problem = T(v.problem);
        return show(r, 503, json_object_get(reply, "facts"), &v);
    }
    if (strcmp(text(reply, "result"), "ok"))
        return answer(r, reply, &(struct pg_link_view){.page = PG_LINK_CHOOSE, .action = ""});
    preview_read(r, json_object_get(reply, "preview"), &v.preview);
    return show(r, 200, json_object_get(reply, "facts"), &v);
}

int
pg_link_act(struct web_req *r)
{
    struct pg_link_view v = {.page = PG_LINK_CHOOSE, .action = in_text(r, "do")};
    json_t *p = params(r), *reply;
    if (in_error_of(r, "do"))
        return pg_link(r);
    json_object_set_new(p, "form", json_string(in_text(r, "form")));
    json_object_set_new(p, "client_ip", json_string(r->client_ip));
    if (!strcmp(v.action, "read"))
        return read_safely(r, p);
    if (!strcmp(v.action, "deliver") && in_bool(r, "allow"))
        v.action = "allow";
    json_object_set_new(p, "action", json_string(v.action));
    if (rpc_call(r->a, RPC_link_act, p, &reply, &r->err))
        return -1;
    return answer(r, reply, &v);
}
