#include "web_second.h"
#include "web_core.h"
#include "web_input.h"
#include "web_session.h"

#include "../common/settings.h"
#include "../common/token.h"

#include <string.h>

#define TOKEN 43 /* characters of 32 bytes */
#define HALF_SECONDS 600
#define DEVICE_SECONDS (30 * 86400)
#define KNOWN_SECONDS (400 * 86400) /* browsers keep none longer */

static const char *
cookie_name(struct web_req *r, const char *what)
{
    return arena_printf(r->a, "%ssekisho-%s-%s", web_site.secure ? "__Host-" : "", web_site.name,
                        what);
}

void
web_half_set(struct web_req *r, const char *ticket, struct web_half half)
{
    const char how = !half.app ? 'p' : half.may_trust ? 't' : 'n';
    web_set_cookie(r, cookie_name(r, "step"), arena_printf(r->a, "%s.%c", ticket, how),
                   HALF_SECONDS, false);
}

void
web_half_forget(struct web_req *r)
{
    web_set_cookie(r, cookie_name(r, "step"), "", 0, false);
}

const char *
web_half_get(struct web_req *r, struct web_half *half)
{
    const char *value = web_cookie(r->a, r->state->head->cookie, cookie_name(r, "step"));
    if (!value || strlen(value) != TOKEN + 2)
        return NULL;
    *half = (struct web_half){value[TOKEN + 1] == 't', value[TOKEN + 1] != 'p'};
    return arena_strndup(r->a, value, TOKEN);
}

void
web_device_set(struct web_req *r, const char *token)
{
    web_set_cookie(r, cookie_name(r, "device"), token, DEVICE_SECONDS, false);
}

const char *
web_device_get(struct web_req *r)
{
    const char *value = web_cookie(r->a, r->state->head->cookie, cookie_name(r, "device"));
    return value && strlen(value) == TOKEN ? value : "";
}

int
web_known_browser(struct web_req *r, struct db_tx *tx, const unsigned char session_hash[32])
{
    unsigned char hash[32];
    const char *name = cookie_name(r, "known");
    const char *value = web_cookie(r->a, r->state->head->cookie, name);
    if (!value || strlen(value) != TOKEN)
        value = token_text(r->a, 32);
    token_sha256(value, strlen(value), hash);
    struct db_param params[] = {P_BYTES(session_hash, 32), P_BYTES(hash, 32)};
    if (db_tx_query(tx, r->a, STMT_SESSION_BROWSER, params, 2, NULL, &r->err))
        return -1;
    web_set_cookie(r, name, value, KNOWN_SECONDS, false);
    return 0;
}

int
web_session_rotate(struct web_req *r)
{
    unsigned char hash[32];
    struct db_rows rows;
    char *cookie = token_text(r->a, 32);
    token_sha256(cookie, strlen(cookie), hash);
    if (DB_QUERY(r->db, NULL, r->a, STMT_SESSION_ROTATE, &rows, &r->err,
                 P_BYTES(r->state->session_hash, 32), P_BYTES(hash, 32)))
        return -1;
    if (!row_bool(&rows, 0, 0))
        return err_set(&r->err, ERR_DENIED, "session", "the session has ended");
    memcpy(r->state->session_hash, hash, 32);
    web_set_cookie(r, web_site.cookie_session, cookie, (int)settings_int(SET_session_absolute),
                   false);
    return 0;
}

const char *
web_session_name(struct web_req *r)
{
    const unsigned char *hash = web_session_hash(r);
    return hash ? token_base64url(r->a, hash, 32) : "";
}

const char *
web_browser_name(struct web_req *r)
{
    unsigned char hash[32];
    token_sha256(r->state->secret, sizeof r->state->secret, hash);
    return token_base64url(r->a, hash, sizeof hash);
}
