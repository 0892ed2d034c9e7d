/* What is to be changed in DNS, for whoever looks after it: a piece of a zone file (RFC 1035 5). */
#include <string.h>

#include "../../store/store_dcheck.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_domain_setup.h"

#define STRING_MAX 255

/* "..." "..." with what has a meaning there taken literally. */
static void
put_strings(struct buf *b, const char *text)
{
    size_t n = strlen(text);

    for (size_t at = 0; at < n; at += STRING_MAX) {
        buf_str(b, at ? " \"" : "\"");
        for (size_t i = at; i < n && i < at + STRING_MAX; i++) {
            if (text[i] == '"' || text[i] == '\\')
                buf_char(b, '\\');
            buf_char(b, text[i]);
        }
        buf_char(b, '"');
    }
}

/* Records of ours, and those of others that go away as comments. */
static void
put_check(struct buf *b, const struct pg_check *c)
{
    if (c->ok || c->nameless || !*c->wanted || !strcmp(c->code, "dns"))
        return;
    for (int i = 0; i < c->nmx; i++)
        if (c->mx[i].rival)
            buf_printf(b, "; -\t%s.\tIN MX\t%d %s.\n", c->record_name, c->mx[i].preference,
                       c->mx[i].host);
    for (int i = 0; i < c->nfound; i++) {
        buf_printf(b, "; -\t%s.\tIN TXT\t", c->record_name);
        put_strings(b, c->found[i]);
        buf_char(b, '\n');
    }
    if (!strcmp(c->item, "mx")) {
        buf_printf(b, "%s.\tIN MX\t%d %s.\n", c->record_name, c->first, c->wanted);
        return;
    }
    buf_printf(b, "%s.\tIN TXT\t", c->record_name);
    put_strings(b, c->wanted);
    buf_char(b, '\n');
}

int
pg_domain_zone(struct web_req *r)
{
    const struct pg_domain *d = pg_domain_load(r, r->id);
    struct buf *b = buf_new(r->a, 0);
    struct store_dcheck *rows;
    int n;

    if (!d || store_dcheck_list(r->db, &r->scope, r->a, r->id, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++) {
        struct pg_check c;
        pg_check_view(r, d->name, &rows[i], &c);
        put_check(b, &c);
    }
    return reply_download(r, arena_printf(r->a, "%s.zone.txt", d->name),
                          "text/plain; charset=utf-8", b->data ? b->data : "", b->len);
}
