/* Adding recipients: typed lines without a fault are taken at once; a file, or lines with faults, are
 * shown first. */
#include <string.h>

#include "../../store/store_recipient.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_recipients.h"
#include "templates.h"

#define IMPORT_BYTES 400000

const struct field recipients_import_fields[] = {
    {"lines", FIELD_LINES, 2 * IMPORT_BYTES, false, NULL}, /* the normal form may be longer */
    {"file", FIELD_FILE, IMPORT_BYTES, false, NULL},
    {"confirm", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

const char *
pg_import_why(struct web_req *r, enum address_line_why why)
{
    switch (why) {
    case LINE_OTHER_DOMAIN:
        return T("Belongs to another domain");
    case LINE_TWICE:
        return T("Is there twice");
    case LINE_INVALID:
        break;
    }
    return T("Is no address");
}

static const char *
joined(struct web_req *r, const struct address_list *l)
{
    struct buf *b = buf_new(r->a, 0);
    for (int i = 0; i < l->nvalid; i++) {
        address_list_cell(b, l->valid[i]);
        buf_char(b, '\n');
    }
    return buf_cstr(b);
}

static int
preview(struct web_req *r, const char *domain, const struct address_list *l)
{
    int64_t known;
    if (store_recipient_count(r->db, &r->scope, r->a, r->id, l->valid, l->nvalid, &known, &r->err))
        return -1;
    t_recipients_import(r, &(struct pg_import){r->id, domain, l, l->nvalid - known, joined(r, l)});
    return reply_page(r, 200);
}

static int
take(struct web_req *r, const struct address_list *l)
{
    struct store_actor by = pg_actor(r);
    int64_t added;
    if (store_recipient_import(r->db, &r->scope, r->a, &by, r->id, l->valid, l->nvalid, &added,
                               &r->err))
        return -1;
    return reply_flash(r, arena_printf(r->a, "/domains/%s/recipients", r->id),
                       &(struct flash){"ok", TN_("{n} recipient added.", "{n} recipients added."),
                                       (long)added, NULL, NULL},
                       NULL);
}

/* The file when there is one, else what was typed. */
static bool
read_input(struct web_req *r, const char *domain, struct address_list *l)
{
    const char *name, *typed = in_text(r, "lines");
    size_t n;
    const char *file = in_file(r, "file", &n, &name);
    bool from_file = file && n > 0;
    address_list_read(r->a, from_file ? file : typed, from_file ? n : strlen(typed), domain,
                      IMPORT_MAX, l);
    if (l->too_many)
        in_error(r, from_file ? "file" : "lines",
                 N_("These are more than 10,000 addresses. Take fewer at once, or use the command "
                    "sekisho recipient import."));
    else if (!l->nvalid && !l->nbad)
        in_error(r, "lines", N_("Enter addresses, one on each line, or choose a file."));
    else if (!l->nvalid)
        in_error(r, from_file ? "file" : "lines",
                 N_("There is no address of this domain among these lines."));
    return from_file;
}

int
pg_recipients_import(struct web_req *r)
{
    struct store_switches s;
    struct address_list l;
    bool from_file;
    if (store_domain_switches(r->db, &r->scope, r->a, r->id, &s, &r->err))
        return -1;
    from_file = read_input(r, s.name, &l);
    if (!in_ok(r))
        return pg_recipients_page(r, 422, in_text(r, "lines"));
    if (in_bool(r, "confirm") || (!from_file && !l.nbad))
        return take(r, &l);
    return preview(r, s.name, &l);
}
