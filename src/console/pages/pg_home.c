/* The start of the admin console, and the menu as a page of its own for phones. */
#include "../view.h"
#include "../web_reply.h"
#include "templates.h"
#include "pages.h"

int
pg_home(struct web_req *r)
{
    return reply_redirect(r, "/quarantine");
}

int
pg_menu(struct web_req *r)
{
    t_menu(r);
    return reply_page(r, 200);
}
