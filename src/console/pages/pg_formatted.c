/* The frame with the formatted preview: a document that the engine made (T-W2), sent as it came. */
#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../rpc/rpc.h"
#include "../../store/store_quarantine.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_held_query.h"
#include "pg_message.h"
#include "templates.h"

static int
sorry(struct web_req *r, const char *sentence)
{
    t_formatted_problem(r, sentence);
    return reply_frame(r, r->out->data, r->out->len);
}

int
pg_formatted(struct web_req *r)
{
    struct store_held_page p;
    struct err e = {0};
    json_t *params = jsonx_own(r->a, json_object()), *reply;
    if (store_quarantine_get(r->db, &r->scope, r->a, r->id, NULL, &p, &r->err))
        return -1;
    if (!preview_formats(p.m.kind))
        return sorry(r, T("This message cannot be shown safely."));
    json_object_set_new(params, "org_id", json_string(r->scope.org));
    json_object_set_new(params, "message_id", json_string(p.m.message_id));
    json_object_set_new(params, "session", json_string(token_base64url(r->a, web_session_hash(r), 32)));
    if (rpc_call(r->a, RPC_message_formatted, params, &reply, &e) < 0)
        return sorry(r, preview_problem(r, e.code));
    const char *html = jsonx_str(json_object_get(reply, "preview"), "html");
    if (!html)
        return sorry(r, T("The content of this message is no longer stored."));
    return reply_frame(r, html, strlen(html));
}
