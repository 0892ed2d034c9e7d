/* Downloading a held message: only where the operator lets users do it, after a question, as a ZIP file with a password, so that
 * neither a browser nor a file manager opens what may be dangerous (T-W20). Written down before it is given out. */
#include "pg_download.h"

#include <string.h>

#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../rpc/rpc.h"
#include "../../store/store_preview.h"
#include "../view.h"
#include "../web_reply.h"
#include "../web_session.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_held_query.h"
#include "pg_message.h"
#include "templates.h"

#define PASSWORD_BYTES 12

const struct field download_fields[] = {
    {"password", FIELD_TEXT, 40, true, NULL},
    FIELDS_END,
};

bool
preview_downloads(void)
{
    return settings_int(SET_user_download);
}

static int
get(struct web_req *r, struct store_held_page *p)
{
    if (!preview_downloads())
        return err_set(&r->err, ERR_NOTFOUND, "download", "not permitted here");
    return store_quarantine_get(r->db, &r->scope, r->a, r->id, NULL, p, &r->err);
}

static int
ask(struct web_req *r, const struct store_held_page *p, const char *problem)
{
    unsigned char secret[PASSWORD_BYTES];
    token_random(secret, sizeof secret);
    struct pg_download_view v = {
        .id = r->id,
        .back = arena_printf(r->a, "/m/%s", r->id),
        .subject = *p->m.subject ? view_safe(r, p->m.subject) : T("(no subject)"),
        .password = token_base64url(r->a, secret, sizeof secret),
        .bytes = p->m.bytes,
        .problem = problem,
    };
    t_download(r, &v);
    return reply_page(r, problem ? 422 : 200);
}

int
pg_download_form(struct web_req *r)
{
    struct store_held_page p;
    return get(r, &p) ? -1 : ask(r, &p, NULL);
}

/* The subject, as far as file systems take it. */
static const char *
file_name(struct web_req *r, const char *subject)
{
    struct buf *b = buf_new(r->a, 120);
    for (const unsigned char *s = (const unsigned char *)view_safe(r, subject); *s && b->len < 80; s++)
        buf_char(b, *s < 0x20 || strchr("\\/:*?\"<>|.%", *s) ? '_' : (char)*s);
    size_t n = b->len; /* no piece of a character at the end */
    while (n && ((unsigned char)b->data[n - 1] & 0xc0) == 0x80)
        n--;
    if (b->len >= 80 && n && (unsigned char)b->data[n - 1] >= 0xc0)
        b->data[n - 1] = '\0';
    return arena_printf(r->a, "%s.zip", b->len ? b->data : "message");
}

int
pg_download(struct web_req *r)
{
    struct store_held_page p;
    struct store_actor by = pg_actor(r);
    struct err e = {0};
    json_t *params = jsonx_own(r->a, json_object()), *reply;
    size_t n = 0;
    if (get(r, &p))
        return -1;
    if (strlen(in_text(r, "password")) < 12)
        return ask(r, &p, T("The password was missing. Here is a new one."));
    json_object_set_new(params, "org_id", json_string(r->scope.org));
    json_object_set_new(params, "message_id", json_string(p.m.message_id));
    json_object_set_new(params, "session", json_string(token_base64url(r->a, web_session_hash(r), 32)));
    json_object_set_new(params, "password", json_string(in_text(r, "password")));
    if (rpc_call(r->a, RPC_message_download, params, &reply, &e) < 0)
        return ask(r, &p,
                   !strcmp(e.code, "download-too-large")
                       ? T("This message is too large to be downloaded here. Ask an admin for it.")
                       : T("The message cannot be downloaded right now. Try again in a minute."));
    const char *zip = jsonx_str(reply, "zip");
    unsigned char *bytes = token_unbase64url(r->a, zip ? zip : "", &n);
    if (!bytes || !n)
        return err_set(&r->err, ERR_ENV, "download", "the engine's answer cannot be read");
    if (store_preview_downloaded(r->db, &r->scope, r->a, &by, r->id, &r->err))
        return -1;
    return reply_download(r, file_name(r, p.m.subject), "application/octet-stream", bytes, n);
}
