/* Ten short answers for end users (ux.md U15), signed in or not, and the help desk of the organisation. */
#include "pg_help.h"

#include <string.h>

#include "../../common/contact_link.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

bool
pg_help_any(const struct store_help *h)
{
    return h->name && (*h->name || *h->note || *h->email || *h->phone || *h->link);
}

void
pg_help_link(struct buf *out, const char *href, const char *label)
{
    if (!contact_link_ok(href)) {
        view_html(out, label);
        return;
    }
    buf_str(out, "<a rel=\"noreferrer noopener\" href=\"");
    view_html(out, href);
    buf_str(out, "\">");
    view_html(out, label);
    buf_str(out, "</a>");
}

/* In a mailto: address "?" and "&" begin fields of the mail, "%" a byte. */
void
pg_help_mail(struct web_req *r, struct buf *out, const char *address)
{
    pg_help_link(out, strpbrk(address, "?&%#\"") ? "" : arena_printf(r->a, "mailto:%s", address),
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
