/* sekisho user add|list|mailbox */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "store/store_account.h"
#include "store/store_mailbox.h"

static int
check_role(struct cli *c, const char *role)
{
    static const char *const roles[] = {"owner", "domain_admin", "help_desk", "auditor", "user", "operator"};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (strcmp(role, roles[i]) == 0)
            return 0;
    return err_set(&c->err, ERR_INPUT, "role", "--role is owner, domain_admin, help_desk, auditor, operator or user");
}

int
cmd_user_add(struct cli *c)
{
    const char *file = cli_opt(c, "--password-file"), *name = cli_opt(c, "--name"), *role = cli_opt(c, "--role");
    const char *org_name = cli_opt(c, "--org"), *lang = cli_opt(c, "--lang"), *tz = cli_opt(c, "--tz"), *word = cli_word(c);
    struct store_account_new n = {.name = name, .role = role ? role : "user", .lang = lang, .tz = tz};
    struct store_actor by = cli_by(c);
    struct addr address;
    char id[37], *mcf;
    if (cli_end(c, !word ? "ADDRESS" : !file ? "--password-file" : NULL) || check_role(c, n.role) ||
        addr_parse(c->a, word, &address, &c->err) || cli_org(c, org_name, &n.org_id) || cli_password(c, file, &mcf))
        return -1;
    n.address = address.key;
    n.password = mcf;
    if (store_account_add(cli_db(c), NULL, c->a, &by, &n, id, &c->err)) {
        if (strcmp(c->err.code, "address_taken") == 0)
            err_set(&c->err, ERR_CONFLICT, "address_taken", "%s has an account already", address.key);
        return -1;
    }
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "account_id", id, "address", address.key));
    else
        printf("%s may sign in.\n", cli_safe(c, address.key));
    return 0;
}

int
cmd_user_list(struct cli *c)
{
    struct store_account *rows;
    const char *from = "";
    bool more = true;
    int n;
    if (cli_end(c, NULL))
        return -1;
    while (more) {
        if (store_account_list(cli_db(c), NULL, c->a, "", from, false, 100, &rows, &n, &more, &c->err))
            return -1;
        for (int i = 0; i < n; i++) {
            const struct store_account *x = &rows[i];
            if (c->json)
                cli_json(c, json_pack("{ss ss ss ss ss ss}", "account_id", x->account_id, "address", x->address, "name", x->name,
                                      "role", x->role, "state", x->state, "lang", x->lang));
            else
                printf("%s\t%s\t%s\t%s\n", cli_safe(c, x->address), x->role, x->state, cli_safe(c, x->name));
        }
        from = n ? rows[n - 1].address : "";
    }
    return 0;
}

static int
mailbox_list(struct cli *c, const char *account)
{
    struct store_mailbox_of *rows;
    int n;
    if (store_mailbox_of(cli_db(c), c->a, account, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        const char *how = rows[i].own                             ? "own"
                          : strcmp(rows[i].how, "directory") == 0 ? "alias"
                                                                  : rows[i].how;
        if (c->json)
            cli_json(c, json_pack("{ss ss}", "address", rows[i].address, "how", how));
        else
            printf("%s\t%s\n", cli_safe(c, rows[i].address), how);
    }
    return 0;
}

static int
mailbox_add(struct cli *c, const char *account, const char *mailbox, bool alias)
{
    struct store_actor by = cli_by(c);
    enum store_mailbox_result result;
    if (store_mailbox_give(cli_db(c), c->a, &by, account, mailbox, alias ? "directory" : "shared",
                           &result, &c->err))
        return -1;
    switch (result) {
    case MAILBOX_OK:
        return 0;
    case MAILBOX_HAVE:
        return err_set(&c->err, ERR_CONFLICT, "have", "%s has %s already", account, mailbox);
    case MAILBOX_TAKEN:
        return err_set(&c->err, ERR_CONFLICT, "taken", "%s is somebody else's", mailbox);
    case MAILBOX_FULL:
        return err_set(&c->err, ERR_CONFLICT, "full", "%s has 100 mailboxes, which is the most",
                       account);
    default:
        return err_set(&c->err, ERR_INPUT, "outside",
                       "%s is in no domain of the user's organisation", mailbox);
    }
}

int
cmd_user_mailbox(struct cli *c)
{
    bool shared = cli_flag(c, "--shared"), alias = cli_flag(c, "--alias");
    const char *verb = cli_word(c), *who = cli_word(c), *what = cli_word(c);
    struct store_actor by = cli_by(c);
    struct addr account, mailbox;
    bool list = verb && strcmp(verb, "list") == 0, add = verb && strcmp(verb, "add") == 0;
    bool gone = verb && strcmp(verb, "remove") == 0;

    if (cli_end(c, !list && !add && !gone ? "add, remove or list"
                   : !who                 ? "ADDRESS"
                   : !list && !what       ? "MAILBOX"
                                          : NULL) ||
        addr_parse(c->a, who, &account, &c->err))
        return -1;
    if ((shared && alias) || ((shared || alias) && !add) || (list && what))
        return err_set(&c->err, ERR_INPUT, "usage", "%s", c->usage);
    if (list)
        return mailbox_list(c, account.key);
    if (addr_parse(c->a, what, &mailbox, &c->err) ||
        (add ? mailbox_add(c, account.key, mailbox.key, alias)
             : store_mailbox_withdraw(cli_db(c), c->a, &by, account.key, mailbox.key, &c->err)))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "account", account.key, "address", mailbox.key));
    else
        printf(add ? "%s sees the mail of %s.\n" : "%s no longer sees %s.\n",
               cli_safe(c, account.key), cli_safe(c, mailbox.key));
    return 0;
}
