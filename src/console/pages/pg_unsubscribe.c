/*
 * The end of digests by the link in one. The page only asks; the POST of its button and that of a mail program (RFC 8058, which sends
 * List-Unsubscribe=One-Click and nothing else, without cookies) are the same: nobody but the recipient has the link, and all it can do
 * is undone in the settings.
 */
#include "pg_unsubscribe.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../rpc/rpc.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

const struct field unsubscribe_fields[] = {
    {"lang", FIELD_TEXT, 15, false, NULL},
    {"List-Unsubscribe", FIELD_TEXT, 40, false, NULL},
    FIELDS_END,
};

static int
answer(struct web_req *r, bool act)
{
    json_t *p = jsonx_own(r->a, json_object()), *reply;
    struct pg_unsubscribe_view v = {.path = r->path, .lang = in_text(r, "lang")};
    json_object_set_new(p, "token", json_string(r->token));
    json_object_set_new(p, "act", json_boolean(act));
    json_object_set_new(p, "client_ip", json_string(r->client_ip));
    if (rpc_call(r->a, RPC_link_unsubscribe, p, &reply, &r->err))
        return -1;
    v.result = jsonx_str(reply, "result");
    v.address = jsonx_str(reply, "address");
    const char *lang = *v.lang ? v.lang : jsonx_str(reply, "lang");
    if (*lang) {
        r->cat = i18n_find(lang);
        r->lang = i18n_lang(r->cat);
    }
    t_unsubscribe(r, &v);
    bool good = !strcmp(v.result, "ok") || !strcmp(v.result, "done");
    return reply_page(r, good ? 200 : 403);
}

int
pg_unsubscribe_form(struct web_req *r)
{
    return answer(r, false);
}

int
pg_unsubscribe(struct web_req *r)
{
    return answer(r, true);
}
