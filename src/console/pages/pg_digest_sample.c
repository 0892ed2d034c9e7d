/* One's digest as it will look (ux.md U11): what the engine would send, with examples. */
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../rpc/rpc.h"
#include "../../store/store_quarantine.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_digest.h"
#include "pg_held_query.h"
#include "templates.h"

#include <string.h>

const struct field digest_sample_query[] = {
    {"mailbox", FIELD_TEXT, 320, false, NULL},
    {"as", FIELD_CHOICE, 0, false, "html|text"},
    FIELDS_END,
};

/* The two bodies; the engine says whether the mailbox is one of the account's. */
static int
sample(struct web_req *r, const char *mailbox, const char **text, const char **html)
{
    json_t *reply, *p = jsonx_own(r->a, json_pack("{ss}", "session",
                                                  token_base64url(r->a, web_session_hash(r), 32)));
    json_object_set(p, "mailbox", jsonx_text(r->a, mailbox, strlen(mailbox)));
    if (rpc_call(r->a, RPC_digest_sample, p, &reply, &r->err))
        return -1;
    *text = jsonx_str(reply, "text");
    *html = jsonx_str(reply, "html");
    return *text && *html ? 0 : err_set(&r->err, ERR_ENV, "rpc", "an answer without bodies");
}

static const char *
mailbox_of(struct web_req *r)
{
    return *in_text(r, "mailbox") ? in_text(r, "mailbox") : r->session.address;
}

int
pg_digest_sample(struct web_req *r)
{
    const char *mailbox = mailbox_of(r), *given = *in_text(r, "mailbox") ? mailbox : NULL, *html;
    struct store_held_counts counts;
    struct store_held_filter f = held_filter_all("held", 1);
    struct pg_digest_sample v = {.mailbox = mailbox, .as_text = !strcmp(in_text(r, "as"), "text")};
    if (sample(r, mailbox, &v.text, &html) ||
        store_quarantine_counts(r->db, &r->scope, r->a, &f, &counts, &r->err))
        return -1;
    v.held = counts.held;
    v.page_tab = view_path(r, "/settings/digest/sample", "mailbox", given, NULL);
    v.text_tab = view_path(r, "/settings/digest/sample", "mailbox", given, "as", "text", NULL);
    v.frame = view_path(r, "/settings/digest/sample/page", "mailbox", given, NULL);
    v.back = view_path(r, "/settings/digest", "mailbox", given, NULL);
    if (!v.as_text)
        reply_frames(r);
    t_digest_sample(r, &v);
    return reply_page(r, 200);
}

int
pg_digest_sample_page(struct web_req *r)
{
    const char *text, *html;
    if (sample(r, mailbox_of(r), &text, &html))
        return -1;
    return reply_frame(r, html, strlen(html));
}
