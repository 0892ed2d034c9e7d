/*
 * Inside the framework: what web_*.c share about one request and about this program. Pages use
 * web_req.h, web_reply.h, web_session.h and view.h only.
 */
#ifndef SEKISHO_WEB_CORE_H
#define SEKISHO_WEB_CORE_H

#include "web_head.h"
#include "web_req.h"

#define WEB_REQ_MAGIC 0x5e4b1500u

/* Which program this is and under which names it may be asked; settled before the first request. */
struct web_site {
    enum surface surface;
    const char *name;     /* "admin", "portal" */
    bool secure;          /* browsers reach us by https */
    const char *origin;   /* "https://mail.example.org" from admin_url or portal_url, "" = none */
    const char *hosts[8]; /* names allowed in Host, without port; NULL ends it */
    const char *proxies[16]; /* addresses whose X-Forwarded-For is believed */
    const char *cookie_session, *cookie_form, *cookie_lang;
};
extern struct web_site web_site;
/* Reads the settings. -1: ERR_INPUT, one sentence that says what to change. */
int web_site_load(enum surface surface, struct err *e);
bool web_site_host(const char *host_header);
/* Origin header of our own pages? */
bool web_site_origin(const char *origin, const char *host_header);
bool web_site_proxy(const char *ip); /* one of our proxies? */
/* The address of the person: the peer, or what a trusted proxy says. */
const char *web_site_client(struct arena *a, const char *peer, const char *forwarded_for);

/* What r->reply points to. */
struct web_reply {
    int status; /* 0: no reply yet */
    const char *type, *location, *allow, *etag, *disposition;
    const void *body;
    size_t n;
    struct buf *cookies; /* whole header lines */
    int retry_after, refresh;
    bool immutable, no_body, gzip, sandbox, clear_site_data, close;
    bool frame, frames; /* is made to be in a frame of ours; has such a frame */
};

/* What r->state points to. */
struct web_state {
    const struct web_head *head;
    bool is_head; /* HEAD: no body */
    bool secret_known;
    unsigned char secret[32]; /* behind the form tokens: the session's, or the form cookie's */
    unsigned char session_hash[32];
    bool set_form_cookie;
    const char *flash_out; /* JSON for the session, written after the handler */
    const char *error_id;
};

/* web_entry.c: this worker's pool, opened by console_init.c. */
extern struct db *web_db;

/* web_route.c */
struct web_match {
    const struct route *route;
    const char *id, *token;
    const char *allow;    /* the path exists, the method does not */
    const char *redirect; /* the path exists without its trailing slash */
};
void web_route_find(struct arena *a, enum surface surface, const char *method, const char *path,
                    struct web_match *out);
/* The path as logs have it: what lets somebody act is left out (T-L4), whether it is one or not. */
const char *web_log_path(const char *path);
#define WEB_TOKEN_MAX 200
#define WEB_ROLES_LINK (ROLE_LINK | ROLE_ONE_CLICK)
extern const struct route web_routes[];
extern const int web_nroutes;

/* web_access.c */
/* Token for forms: the secret under a fresh mask, so that compression gives nothing away. */
char *web_token_make(struct arena *a, const unsigned char secret[32]);
bool web_token_check(struct arena *a, const unsigned char secret[32], const char *token);
/* Is this POST sent by a page of ours? Fails closed when neither header is there (T-W3). */
bool web_from_us(const struct web_head *h);
enum role web_role(const char *name);
/* 0, or the status to refuse with: 401 no session, 403 wrong role. */
int web_access(const struct web_req *r);
/* False: only the pages that set up the second step, and those for everybody. */
bool web_may_go_on(const struct web_req *r);
/* Sets language and zone: user > organisation > (lang cookie >) Accept-Language > English. */
void web_language(struct web_req *r, const char *user, const char *org);

/* web_reply.c */
void web_set_cookie(struct web_req *r, const char *name, const char *value, int seconds, bool lax);
void web_reply_head(struct web_req *r, struct buf *out);
bool web_own_path(const char *path); /* may be given to a browser as Location */

/* web_error.c: makes the error page of a status, in the reader's language. */
int web_error_page(struct web_req *r, int status);
int web_error_status(const struct err *e);

#endif
