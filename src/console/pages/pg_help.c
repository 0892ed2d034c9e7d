/* Ten short answers for end users (ux.md U15), signed in or not, and the help desk of the organisation. */
#include "pg_help.h"

#include <string.h>

#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

bool
pg_help_any(const struct store_help *h)
{
    return h->name && (*h->name || *h->note || *h->email || *h->phone || *h->link);
}

/* In a mailto: address "?" and "&" begin fields of the mail, "%" a byte. */
void
pg_help_mail(struct web_req *r, struct buf *out, const char *address)
{
    view_link_out(out, strpbrk(address, "?&%#\"") ? "" : arena_printf(r->a, "mailto:%s", address),
                  address);
}

int
pg_help(struct web_req *r)
{
    struct pg_help_view v = {.version = SEKISHO_VERSION};
    if (store_help_mine(r->db, r->session.present ? &r->scope : NULL, r->a, &v.contact, &r->err))
        return -1;
    t_help(r, &v);
    return reply_page(r, 200);
}
