#include "web_session.h"
#include "web_core.h"
#include "web_input.h"
#include "web_reply.h"
#include "web_second.h"

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
enum {
    ORG,
    ACCOUNT,
    ADDRESS,
    NAME,
    ROLE,
    ORG_NAME,
    LANG,
    ORG_LANG,
    TZ,
    THEME,
    PAGE_SIZE,
    SHORTCUTS,
    CSRF,
    FLASH,
    MUST_ENROL,
    DATE_STYLE,
    ROW_HEIGHT,
    ASK_ZONE,
    BOXES
};

/* In the transaction, or with NULL in one of its own. */
static int
run(struct web_req *r, struct db_tx *tx, enum stmt id, const struct db_param *params, int n,
    struct db_rows *out)
{
    return tx ? db_tx_query(tx, r->a, id, params, n, out, &r->err)
              : db_query(r->db, NULL, r->a, id, params, n, out, &r->err);
}

static int
lookup(struct web_req *r, struct db_tx *tx)
{
    struct web_state *st = r->state;
    struct session *s = &r->session;
    struct db_rows rows;
    size_t n;
    struct db_param params[] = {P_BYTES(st->session_hash, 32), P_TEXT(web_site.name),
                                p_int(r->a, settings_int(SET_session_idle)),
                                p_int(r->a, settings_int(SET_session_absolute))};
    if (run(r, tx, STMT_WEB_SESSION_LOOKUP, params, 4, &rows))
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
    s->date_style = row_text(&rows, 0, DATE_STYLE);
    s->row_height = row_text(&rows, 0, ROW_HEIGHT);
    s->page_size = (int)row_int(&rows, 0, PAGE_SIZE);
    s->shortcuts = row_bool(&rows, 0, SHORTCUTS);
    s->flash = row_text(&rows, 0, FLASH);
    s->must_enrol = row_bool(&rows, 0, MUST_ENROL);
    s->ask_zone = row_bool(&rows, 0, ASK_ZONE);
    s->mailboxes = row_text(&rows, 0, BOXES);
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
    return lookup(r, NULL);
}

void
web_session_flash(struct web_req *r)
{
    struct web_state *st = r->state;
    /* A fragment or a redirect shows no message bar; the next page does. */
    bool shown = *r->session.flash && r->method == M_GET && !r->fragment && !r->reply->location &&
                 !r->reply->sandbox;
    if (!r->session.present || (!st->flash_out && !shown))
        return;
    struct err e = {0};
    if (DB_QUERY(r->db, NULL, r->a, STMT_WEB_SESSION_FLASH, NULL, &e, P_BYTES(st->session_hash, 32),
                 P_TEXT(st->flash_out)))
        evlog(EVLOG_WARN, "web.flash", "path", r->path, "code", e.code, "text", e.text, NULL);
}

static int
audit(struct web_req *r, struct db_tx *tx, const char *event)
{
    struct db_param params[] = {P_TEXT(r->session.org_id),  P_TEXT(r->session.account_id),
                                P_TEXT(r->session.address), P_TEXT(web_site.name),
                                P_TEXT(r->client_ip),       P_TEXT(event)};
    return run(r, tx, STMT_WEB_SESSION_AUDIT, params, 6, NULL);
}

static int
end_session(struct web_req *r, struct db_tx *tx)
{
    struct db_param hash = P_BYTES(r->state->session_hash, 32);
    return run(r, tx, STMT_WEB_SESSION_END, &hash, 1, NULL);
}

static int
sign_in(struct web_req *r, struct db_tx *tx, const char *ticket, const char *cookie)
{
    struct web_state *st = r->state;
    struct db_rows rows;
    unsigned char csrf[32], hash[32];
    token_random(csrf, sizeof csrf);
    token_sha256(cookie, strlen(cookie), hash);
    if (r->session.present && end_session(r, tx))
        return -1;
    r->session.present = false;
    struct db_param params[] = {P_BYTES(hash, 32), P_TEXT(ticket),       P_TEXT(web_site.name),
                                P_BYTES(csrf, 32), P_TEXT(r->client_ip), P_TEXT(r->agent)};
    if (run(r, tx, STMT_WEB_SESSION_CREATE, params, 6, &rows))
        return -1;
    if (!rows.n || !row_bool(&rows, 0, 0))
        return err_set(&r->err, ERR_DENIED, "account", "this account may not sign in here");
    memcpy(st->session_hash, hash, 32);
    if (lookup(r, tx))
        return -1;
    if (!r->session.present)
        return err_set(&r->err, ERR_DENIED, "account", "the new session was not found");
    if (web_known_browser(r, tx, hash))
        return -1;
    return audit(r, tx, "session.signed_in");
}

int
web_sign_in(struct web_req *r, const char *ticket)
{
    struct db_tx *tx;
    char *cookie = token_text(r->a, 32);
    if (db_begin(r->db, NULL, &tx, &r->err))
        return -1;
    if (sign_in(r, tx, ticket, cookie)) {
        db_rollback(&tx);
        r->session.present = false;
        return -1;
    }
    if (db_commit(&tx, &r->err)) {
        r->session.present = false;
        return -1;
    }
    r->session.csrf = web_token_make(r->a, r->state->secret);
    web_set_cookie(r, web_site.cookie_session, cookie, (int)settings_int(SET_session_absolute),
                   false);
    r->state->set_form_cookie = false;
    web_set_cookie(r, web_site.cookie_form, "", 0, false);
    return 0;
}

int
web_sign_out(struct web_req *r)
{
    struct db_tx *tx;
    if (!r->session.present)
        return 0;
    if (db_begin(r->db, NULL, &tx, &r->err))
        return -1;
    if (end_session(r, tx) || audit(r, tx, "session.signed_out")) {
        db_rollback(&tx);
        return -1;
    }
    if (db_commit(&tx, &r->err))
        return -1;
    memset(&r->scope, 0, sizeof r->scope);
    r->session.present = false;
    r->state->flash_out = NULL;
    web_set_cookie(r, web_site.cookie_session, "", 0, false);
    r->reply->clear_site_data = true;
    return 0;
}

int
web_set_language(struct web_req *r, const char *lang)
{
    const char *known = i18n_lang(i18n_find(lang));
    if (strcmp(known, lang))
        return err_set(&r->err, ERR_INPUT, "lang", "no language %.16s", lang);
    /* Remembered by the browser too: the sign-in page has no account to ask. */
    web_set_cookie(r, web_site.cookie_lang, known, 365 * 86400, true);
    if (!r->session.present)
        return 0;
    return DB_QUERY(r->db, &r->scope, r->a, STMT_WEB_SESSION_LANG, NULL, &r->err, P_TEXT(known));
}

const unsigned char *
web_session_hash(const struct web_req *r)
{
    return r->session.present ? r->state->session_hash : NULL;
}
