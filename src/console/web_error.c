/*
 * Error pages: what happened, what to do, an id that is in the log (ux.md 4.10). They say nothing
 * about the inside of the program.
 */
#include "web_error.h"
#include "web_core.h"
#include "web_reply.h"

#include "../common/evlog.h"
#include "../common/token.h"
#include "../common/when.h"
#include "templates.h"
#include "ui.h"
#include "view.h"

#include <string.h>

struct text {
    int status;
    const char *title, *what, *todo;
};

static const struct text texts[] = {
    {400, N_("This request is not valid"), N_("The browser sent something that cannot be understood."),
     N_("Go back, load the page again and repeat the step.")},
    {401, N_("You are signed out"), N_("Nobody is signed in, or the time is up."),
     N_("Sign in and repeat the step.")},
    {403, N_("You may not do this"), N_("Your account does not have the right for this page or step."),
     N_("Ask an administrator if you need it.")},
    {404, N_("This page does not exist"), N_("The address is wrong, or what it showed is gone."),
     N_("Check the address or begin at the first page.")},
    {405, N_("This does not work here"), N_("The page cannot be used in this way."),
     N_("Begin at the first page.")},
    {408, N_("The request took too long"), N_("The connection was too slow or was interrupted."),
     N_("Try again.")},
    {409, N_("Somebody was faster"), N_("This was changed in the meantime by somebody else."),
     N_("Load the page again to see how it is now.")},
    {410, N_("This link has been used or is too old"), N_("It works once, and only for a limited time."),
     N_("Ask for a new link.")},
    {411, N_("This request is not valid"), N_("The browser did not say how much it sends."),
     N_("Load the page again and repeat the step.")},
    {413, N_("This is too large"), N_("More was sent than this page accepts."),
     N_("Choose a smaller file or shorten the text.")},
    {414, N_("The address is too long"), N_("More was sent than this page accepts."),
     N_("Begin at the first page.")},
    {415, N_("This request is not valid"), N_("The browser sent a kind of data that is not accepted."),
     N_("Load the page again and repeat the step.")},
    {421, N_("Wrong address"), N_("This server does not answer under the name that was used."),
     N_("Use the address that your administrator gave you.")},
    {422, N_("This could not be done"), N_("Some of what was entered does not fit."),
     N_("Go back and check what you entered.")},
    {429, N_("Too many tries"), N_("There were too many tries in a short time."), NULL},
    {431, N_("This request is not valid"), N_("The browser sent too much along with the address."),
     N_("Delete the cookies of this site and try again.")},
    {500, N_("Something went wrong"), N_("This is our mistake. It has been recorded."),
     N_("Try again. If it happens again, tell your administrator the number below.")},
    {503, N_("Try again in a moment"),
     N_("A part of the system does not answer. Mail is still accepted and nothing is lost."),
     N_("Load the page again in a moment.")},
    {505, N_("This request is not valid"), N_("The browser uses a version that is not supported."),
     N_("Use a current browser.")},
    {0, NULL, NULL, NULL},
};
/* After a POST whose token did not fit: most often a page that was open too long. */
static const struct text text_token = {
    403, N_("This form is too old"),
    N_("It was opened before you signed in or out, or it did not come from this site. Nothing was changed."),
    N_("Go back, load the page again and repeat the step.")};

int
web_error_status(const struct err *e)
{
    switch (e->cls) {
    case ERR_INPUT:
        return 422;
    case ERR_DENIED:
        return 403;
    case ERR_NOTFOUND:
        return 404;
    case ERR_CONFLICT:
        return 409;
    case ERR_ENV:
    case ERR_UNCERTAIN:
        return 503;
    case ERR_NONE:
        break;
    }
    return 500;
}

static const struct text *
text_of(struct web_req *r, int status)
{
    const struct text *t = texts;
    if (status == 403 && !strcmp(r->err.code, "form-token"))
        return &text_token;
    while (t->status && t->status != status)
        t++;
    return t->status ? t : text_of(r, 500);
}

/* Console: who may use the page, when the reader's role is why he may not. The operator may do all that an owner may, and is
 * nobody whom one could ask, so he is named only where nobody else may. */
static const char *
roles(struct web_req *r)
{
    unsigned may = r->route ? r->route->roles & ROLES_ADMIN : 0, people = may & ~(unsigned)ROLE_OPERATOR;

    if (r->surface != SURFACE_ADMIN || !r->session.present || !may || r->route->roles & r->session.role)
        return NULL;
    return TF(T("This is for: {roles}. Your role: {role}."), "roles", ui_role_words(r, people ? people : may), "role",
              ui_role_words(r, r->session.role));
}

static void
note(struct web_req *r, int status)
{
    unsigned char id[5];
    token_random(id, sizeof id);
    r->state->error_id = token_hex(r->a, id, sizeof id);
    evlog(status >= 500 ? EVLOG_ERROR : EVLOG_INFO, "web.error", "id", r->state->error_id, "status",
          arena_printf(r->a, "%d", status), "path", web_log_path(r->path), "code", r->err.code, "text", r->err.text,
          "account", r->session.account_id, NULL);
}

int
web_error_page(struct web_req *r, int status)
{
    const struct text *t = text_of(r, status);
    struct web_error_view v = {.status = status, .title = T(t->title), .what = T(t->what)};
    note(r, status);
    v.roles = status == 403 ? roles(r) : NULL;
    if (t->todo)
        v.todo = T(t->todo);
    else
        v.todo = TF(TN("Try again in {n} second.", "Try again in {n} seconds.", r->reply->retry_after),
                    "n", view_int(r, r->reply->retry_after));
    if (status == 401) {
        v.link = "/signin";
        v.label = T("Sign in");
    } else if (status != 421) {
        v.link = "/";
        v.label = T("Go to the first page");
    }
    if (status >= 500 || status == 400 || status == 403) {
        v.id = r->state->error_id;
        v.when = view_when_exact(r, when_now());
    }
    if (status == 503)
        r->reply->retry_after = 5;
    r->reply->location = NULL;
    buf_clear(r->out);
    t_error(r, &v);
    return reply_page(r, status);
}
