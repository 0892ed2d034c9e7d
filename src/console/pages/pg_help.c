/* Ten short answers for end users (ux.md U15), signed in or not. */
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

int
pg_help(struct web_req *r)
{
    t_help(r, SEKISHO_VERSION);
    return reply_page(r, 200);
}
