/* Whom people ask: set by an administrator, shown to people (ux.md U15). */
#include <string.h>

#include "../../common/addr.h"
#include "../../common/contact_link.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_help.h"
#include "pg_version.h"
#include "templates.h"

const struct field help_desk_fields[] = {
    FIELD_VERSION,
    {"name", FIELD_TEXT, 400, false, NULL},
    {"note", FIELD_LINES, 2000, false, NULL},
    {"email", FIELD_TEXT, 400, false, NULL},
    {"phone", FIELD_TEXT, 240, false, NULL},
    {"link", FIELD_TEXT, 600, false, NULL},
    FIELDS_END,
};

static int
page(struct web_req *r, int status, const struct store_help *typed)
{
    struct pg_help_desk_view v = {.may_change = pg_may(r, ROLES_CHANGE)};
    if (store_help_get(r->db, &r->scope, r->a, r->scope.org, &v.contact, &r->err))
        return -1;
    if (typed) {
        const char *version = v.contact.version;
        v.contact = *typed;
        v.contact.version = version;
    }
    t_help_desk(r, &v);
    return reply_page(r, status);
}

int
pg_help_desk_form(struct web_req *r)
{
    return page(r, 200, NULL);
}

/* How many characters, not bytes: as the database counts. */
static size_t
letters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

static void
check(struct web_req *r, struct store_help *x)
{
    struct addr address;
    struct err ignored = {0};
    if (letters(x->name) > 100)
        in_error(r, "name", N_("Enter a name of at most 100 letters"));
    if (letters(x->note) > 500)
        in_error(r, "note", N_("This is too long"));
    if (*x->email && addr_parse(r->a, x->email, &address, &ignored))
        in_error(r, "email", N_("Enter an address such as name@example.com"));
    else if (*x->email)
        x->email = address.key;
    if (letters(x->phone) > 60 ||
        strspn(x->phone, "0123456789+-() ./,;#*extEXT") < strlen(x->phone))
        in_error(r, "phone", N_("Enter a telephone number such as +81 3 1234 5678"));
    if (*x->link && !contact_link_ok(x->link))
        in_error(r, "link", N_("Enter an address that begins with https:// or mailto:"));
}

int
pg_help_desk(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct store_help x = {.name = in_text(r, "name"),
                           .note = in_text(r, "note"),
                           .email = in_text(r, "email"),
                           .phone = in_text(r, "phone"),
                           .link = in_text(r, "link"),
                           .version = in_text(r, "version")};
    check(r, &x);
    if (in_ok(r) && store_help_put(r->db, &r->scope, r->a, &by, r->scope.org, &x, &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422, &x);
    return reply_flash(r, "/help-desk",
                       &(struct flash){"ok", N_("Settings saved."), NULL, -1, NULL, NULL}, NULL);
}
