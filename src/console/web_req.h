/*
 * One web request as the pages see it. Kore's http_request never gets here: web_entry.c copies
 * what is needed, runs the handler as a coroutine and hands the reply back (architecture: "The one
 * flow of a request"). A handler is plain code from top to bottom, 10 to 40 lines.
 */
#ifndef SEKISHO_WEB_REQ_H
#define SEKISHO_WEB_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/i18n.h"
#include "../store/db.h"

enum surface { SURFACE_ADMIN = 1, SURFACE_PORTAL = 2 }; /* which of the two programs this is */
enum method { M_GET = 1, M_POST = 2 };                  /* HEAD is GET without the body */

/* Roles as bits, so that a route names all it admits. */
enum role {
    ROLE_NONE = 0,
    ROLE_OPERATOR = 1,
    ROLE_OWNER = 2,
    ROLE_DOMAIN_ADMIN = 4,
    ROLE_HELP_DESK = 8,
    ROLE_AUDITOR = 16,
    ROLE_USER = 32,
    ROLE_ANYONE = 128, /* also without a session */
    /* Whoever has the link, {token} of the path, which the engine checks. No session is read, no cookie set and none
     * needed: the page puts a form token of its own into its forms and checks it. */
    ROLE_LINK = 256,
    /* The same for programs that send one POST without having seen a page (RFC 8058). */
    ROLE_ONE_CLICK = 512,
};
#define ROLES_ADMIN (ROLE_OPERATOR | ROLE_OWNER | ROLE_DOMAIN_ADMIN | ROLE_HELP_DESK | ROLE_AUDITOR)
#define ROLES_CHANGE (ROLE_OPERATOR | ROLE_OWNER)         /* may change settings, domains, accounts */
#define ROLES_MAIL (ROLES_CHANGE | ROLE_DOMAIN_ADMIN | ROLE_HELP_DESK) /* may handle held mail */
#define ROLES_ALL (ROLES_ADMIN | ROLE_USER)

/* A declared input field. Undeclared input never reaches a handler. */
enum field_kind {
    FIELD_TEXT,    /* one line: no control bytes; trimmed */
    FIELD_LINES,   /* textarea: CR LF becomes LF; other control bytes refused */
    FIELD_PASSWORD,/* kept byte for byte; NUL refused */
    FIELD_INT,
    FIELD_BOOL,    /* check box: "1" or absent */
    FIELD_UUID,
    FIELD_UUIDS,   /* repeated field, up to max values */
    FIELD_CHOICE,  /* one of choices, "a|b|c" */
    FIELD_FILE,    /* multipart upload; max = bytes */
};
struct field {
    const char *name;
    enum field_kind kind;
    int max;             /* bytes of text, largest number, number of uuids, bytes of file */
    bool required;
    const char *choices; /* FIELD_CHOICE */
};
#define FIELDS_END {0}

struct session {
    bool present;
    char account_id[37], org_id[37];
    const char *address, *name;  /* of the person */
    const char *org_name;
    enum role role;
    const char *theme;           /* system, light, dark */
    const char *date_style;      /* language, numbers, iso: local_time_as() */
    const char *row_height;      /* comfortable, default, compact */
    int page_size;
    bool shortcuts;
    bool ask_zone;               /* no time zone was chosen, nor the browser's offered yet */
    const char *mailboxes;       /* portal: up to 9 of the account's but its own address, one a line */
    bool must_enrol;             /* the organisation asks for a second step that is not there */
    const char *csrf;            /* token to put into forms; view_csrf() does it */
    const char *flash;           /* JSON of the message bar for this page, "" = none */
};

struct web_req {
    unsigned magic;
    struct arena *a;
    enum surface surface;
    enum method method;
    const char *path, *query, *client_ip, *agent;
    const char *here; /* where "back" leads instead of to this page (ui_here()), or NULL */
    bool fragment; /* asked by our own script for the main part only (header X-Fragment: 1) */
    const struct route *route;
    const char *id; /* the {id} of the path, a checked uuid, or NULL */
    const char *token; /* the {token} of the path: unchecked, of base64url's characters */
    struct db *db;
    struct scope scope;
    struct session session;
    const struct catalog *cat; /* language of this page */
    const char *lang, *tz;
    struct web_input *input;
    struct web_reply *reply;
    struct web_state *state; /* of the framework (web_core.h) */
    struct buf *out; /* the body being rendered */
    struct err err;
};

/* Input by declared name. In a POST the name must be in the route's list (bug otherwise); in a GET
 * other names are absent, so that a page can show the form whose POST declares them. */
const char *in_text(struct web_req *r, const char *name); /* "" when absent */
bool in_given(struct web_req *r, const char *name);
int64_t in_int(struct web_req *r, const char *name, int64_t def);
/* Of a field that is declared as text, so that what was typed can be shown again: from..to, full-width digits too. */
bool in_number(struct web_req *r, const char *name, int from, int to, int *out);
bool in_bool(struct web_req *r, const char *name);
int in_uuids(struct web_req *r, const char *name, const char *const **out);
/* An upload: n bytes, NUL behind; the name as the browser sent it, never a path to be used. */
const char *in_file(struct web_req *r, const char *name, size_t *n, const char **filename);
/* Field errors: msgid in English, shown beside the field and in the summary, translated there. */
void in_error(struct web_req *r, const char *name, const char *msgid);
/* Several sentences about one field; they take the place of what was said about it before, as in_error() does. */
void in_errors(struct web_req *r, const char *name, const char *const *msgids, int n);
const char *in_error_of(struct web_req *r, const char *name); /* the first, translated; NULL = none */
const char *in_error_at(struct web_req *r, const char *name, int i);
bool in_ok(struct web_req *r);

/* A handler returns 0 when it has made a reply, or -1 with r->err set: web_entry then shows the
 * error page of that class (404, 409, 503 ...) in the reader's language. */
typedef int web_handler(struct web_req *r);

struct route {
    enum surface surface;
    enum method method;
    const char *path;       /* "/m/{id}": at most one {id}, a uuid, or {token} at its end */
    unsigned roles;
    bool csrf;              /* true for every POST but those of links; checked in one place */
    const struct field *fields;
    web_handler *handler;
    const char *nav;        /* key of the menu entry that is current, "" = none */
};
/* routes.def: ROUTE(surface, method, path, roles, fields, handler, nav), one line per route. */

#endif
