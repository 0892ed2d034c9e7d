/* sekisho recipient list|import|export|delete|check */
#include <stdio.h>
#include <string.h>

#include "cli_domain.h"
#include "cli_org.h"
#include "common/addr.h"
#include "common/address_list.h"
#include "common/arena.h"
#include "common/buf.h"
#include "store/store_domain.h"
#include "store/store_recipient.h"

#define FILE_MAX (64L * 1024 * 1024)
#define LIST_MAX 2000000
#define STEP 5000 /* addresses a statement */

int
cli_domain(struct cli *c, const char *word, struct store_domain *d)
{
    char *name;

    return addr_domain(c->a, word, &name, &c->err) || store_domain_find(cli_db(c), NULL, c->a, name, d, &c->err) ? -1 : 0;
}

int
cli_on_off(struct cli *c, const char *word, bool *on)
{
    *on = strcmp(word, "on") == 0;
    if (!*on && strcmp(word, "off") != 0)
        return err_set(&c->err, ERR_INPUT, "usage", "\"%.80s\" is neither on nor off", word);
    return 0;
}

static int
each(struct cli *c, const char *domain_id, const char *begins, void (*show)(struct cli *c, const char *address))
{
    const char **rows, *from = "";
    bool more = true;
    int n;

    while (more) {
        if (store_recipient_list(cli_db(c), NULL, c->a, domain_id, begins, from, false, 1000, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++)
            show(c, rows[i]);
        from = n ? rows[n - 1] : "";
    }
    return 0;
}

static void
show(struct cli *c, const char *address)
{
    if (c->json)
        cli_json(c, json_pack("{ss}", "address", address));
    else
        puts(cli_safe(c, address));
}

static void
show_csv(struct cli *c, const char *address)
{
    struct buf *b = buf_new(c->a, 0);

    address_list_cell(b, address);
    puts(buf_cstr(b));
}

int
cmd_recipient_list(struct cli *c)
{
    const char *begins = cli_opt(c, "--begins"), *word = cli_word(c);
    struct store_domain d;

    if (cli_end(c, word ? NULL : "DOMAIN") || cli_domain(c, word, &d))
        return -1;
    return each(c, d.domain_id, begins, show);
}

int
cmd_recipient_export(struct cli *c)
{
    const char *word = cli_word(c);
    struct store_domain d;

    if (cli_end(c, word ? NULL : "DOMAIN") || cli_domain(c, word, &d))
        return -1;
    puts("address");
    return each(c, d.domain_id, NULL, show_csv);
}

static int
import(struct cli *c, const char *domain_id, const struct address_list *l, int64_t *added)
{
    struct store_actor by = cli_by(c);

    *added = 0;
    for (int at = 0; at < l->nvalid; at += STEP) {
        int n = l->nvalid - at < STEP ? l->nvalid - at : STEP;
        int64_t more;
        if (store_recipient_import(cli_db(c), NULL, c->a, &by, domain_id, l->valid + at, n, &more, &c->err))
            return -1;
        *added += more;
    }
    return 0;
}

int
cmd_recipient_import(struct cli *c)
{
    static const char *const why[] = {"no address", "another domain", "there twice"};
    const char *word = cli_word(c), *file = cli_word(c);
    struct address_list l;
    struct store_domain d;
    int64_t added;
    char *p;
    size_t n;

    if (cli_end(c, !word ? "DOMAIN" : !file ? "FILE" : NULL) || cli_domain(c, word, &d) || cli_file(c, file, FILE_MAX, &p, &n))
        return -1;
    address_list_read(c->a, p, n, d.name, LIST_MAX, &l);
    if (l.too_many)
        return err_set(&c->err, ERR_INPUT, "file", "%s has more than %d addresses", file, LIST_MAX);
    if (import(c, d.domain_id, &l, &added))
        return -1;
    if (c->json) {
        cli_json(c, json_pack("{sI si si si si}", "added", (json_int_t)added, "valid", l.nvalid, "invalid", l.ninvalid,
                              "other_domain", l.nother, "twice", l.ntwice));
        return 0;
    }
    printf("%lld added, %lld were there already, %d left out.\n", (long long)added, (long long)(l.nvalid - added),
           l.ninvalid + l.nother + l.ntwice);
    for (int i = 0; i < l.nbad; i++)
        printf("line %d: %s: %s\n", l.bad[i].line, why[l.bad[i].why], cli_safe(c, l.bad[i].text));
    return 0;
}

int
cmd_recipient_delete(struct cli *c)
{
    const char *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_domain d;
    struct addr address;

    if (cli_end(c, word ? NULL : "ADDRESS") || addr_parse(c->a, word, &address, &c->err) || cli_domain(c, address.domain, &d) ||
        store_recipient_delete(cli_db(c), NULL, c->a, &by, d.domain_id, address.key, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss}", "deleted", address.key));
    else
        printf("%s is no longer listed.\n", cli_safe(c, address.key));
    return 0;
}

int
cmd_recipient_check(struct cli *c)
{
    const char *word = cli_word(c), *state = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_domain d;
    bool on;

    if (cli_end(c, !word ? "DOMAIN" : !state ? "on|off" : NULL) || cli_on_off(c, state, &on) || cli_domain(c, word, &d) ||
        store_domain_switch(cli_db(c), NULL, c->a, &by, d.domain_id, &on, NULL, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss sb}", "domain", d.name, "check_recipients", on));
    else
        printf(on ? "%s takes mail for listed recipients only.\n" : "%s takes mail for every address.\n", d.name);
    return 0;
}
