#include "web_session.h"
#include "web_core.h"
#include "web_input.h"

#include "../common/evlog.h"
#include "../common/settings.h"
#include "../common/token.h"

#include <string.h>

static void
copy_id(char out[37], const char *id)
{
    memset(out, 0, 37);
    memcpy(out, id, strnlen(id, 36));
}

/* Columns of web_session_lookup. */
enum { ORG, ACCOUNT, ADDRESS, NAME, ROLE, ORG_NAME, LANG, ORG_LANG, TZ, THEME, PAGE_SIZE, SHORTCUTS,
       CSRF, FLASH };

static int
lookup(struct web_req *r)
{
    struct web_state *st = r->state;
    struct session *s = &r->session;
    struct db_rows rows;
    size_t n;
    if (DB_QUERY(r->db, NULL, r->a, STMT_WEB_SESSION_LOOKUP, &rows, &r->err,
                 P_BYTES(st->session_hash, 32), P_TEXT(web_site.name),
                 p_int(r->a, settings_int(SET_session_idle)),
                 p_int(r->a, settings_int(SET_session_absolute))))
        return -1;
    if (!rows.n)
        return 0;
    const unsigned char *csrf = row_bytes(r->a, &rows, 0, CSRF, &n);
    s->role = web_role(row_text(&rows, 0, ROLE));
    if (n != 32 || s->role == ROLE_NONE)
        return 0;
    s->present = true;
    copy_id(s->org_id, row_text(&rows, 0, ORG));
    copy_id(s->account_id, row_text(&rows, 0, ACCOUNT));
    s->address = row_text(&rows, 0, ADDRESS);
    s->name = row_text(&rows, 0, NAME);
    s->org_name = row_text(&rows, 0, ORG_NAME);
    s->theme = row_text(&rows, 0, THEME);
    s->page_size = (int)row_int(&rows, 0, PAGE_SIZE);
    s->shortcuts = row_bool(&rows, 0, SHORTCUTS);
    s->flash = row_text(&rows, 0, FLASH);
    r->tz = row_text(&rows, 0, TZ);
    memcpy(r->scope.org, s->org_id, sizeof r->scope.org);
    memcpy(r->scope.account, s->account_id, sizeof r->scope.account);
    memcpy(st->secret, csrf, 32);
    st->secret_known = true;
    web_language(r, row_text(&rows, 0, LANG), row_text(&rows, 0, ORG_LANG));
    return 0;
}

int
web_session_load(struct web_req *r)
{
    const char *cookie = web_cookie(r->a, r->state->head->cookie, web_site.cookie_session);
    if (!cookie || strlen(cookie) != 43)
        return 0;
    token_sha256(cookie, 43, r->state->session_hash);
    return lookup(r);
}

int
web_session_flash(struct web_req *r)
{
    struct web_state *st = r->state;
    /* A fragment or a redirect shows no message bar; the next page does. */
    bool shown = *r->session.flash && r->method == M_GET && !r->fragment && !r->reply->location &&
                 !r->reply->sandbox;
    if (!r->session.present || (!st->flash_out && !shown))
        return 0;
    return DB_QUERY(r->db, NULL, r->a, STMT_WEB_SESSION_FLASH, NULL, &r->err,
                    P_BYTES(st->session_hash, 32), P_TEXT(st->flash_out));
}

int
web_sign_in(struct web_req *r, const char *org_id, const char *account_id)
{
    struct web_state *st = r->state;
    unsigned char csrf[32], hash[32];
    struct db_rows rows;
    char *id = token_text(r->a, 32);
    token_random(csrf, sizeof csrf);
    token_sha256(id, strlen(id), hash);
    if (r->session.present && DB_QUERY(r->db, NULL, r->a, STMT_WEB_SESSION_END, NULL, &r->err,
                                       P_BYTES(st->session_hash, 32)))
        return -1;
    r->session.present = false;
    if (DB_QUERY(r->db, NULL, r->a, STMT_WEB_SESSION_CREATE, &rows, &r->err, P_BYTES(hash, 32),
                 P_TEXT(org_id), P_TEXT(account_id), P_TEXT(web_site.name), P_BYTES(csrf, 32),
                 P_TEXT(r->client_ip), P_TEXT(r->agent)))
        return -1;
    if (!rows.n || !row_bool(&rows, 0, 0))
        return err_set(&r->err, ERR_DENIED, "account", "this account may not sign in here");
    memcpy(st->session_hash, hash, 32);
    if (lookup(r))
        return -1;
    if (!r->session.present)
        return err_set(&r->err, ERR_DENIED, "account", "the new session was not found");
    r->session.csrf = web_token_make(r->a, st->secret);
    web_set_cookie(r, web_site.cookie_session, id, (int)settings_int(SET_session_absolute), false);
    st->set_form_cookie = false;
    web_set_cookie(r, web_site.cookie_form, "", 0, false);
    evlog(EVLOG_INFO, "web.sign-in", "account", account_id, "ip", r->client_ip, NULL);
    return 0;
}

int
web_sign_out(struct web_req *r)
{
    if (r->session.present && DB_QUERY(r->db, NULL, r->a, STMT_WEB_SESSION_END, NULL, &r->err,
                                       P_BYTES(r->state->session_hash, 32)))
        return -1;
    evlog(EVLOG_INFO, "web.sign-out", "account", r->session.account_id, NULL);
    memset(&r->scope, 0, sizeof r->scope);
    r->session.present = false;
    r->state->flash_out = NULL;
    web_set_cookie(r, web_site.cookie_session, "", 0, false);
    r->reply->clear_site_data = true;
    return 0;
}
