/* sekisho request approver|group: who decides about release requests, one by one and in groups */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/buf.h"
#include "store/store_approver.h"
#include "store/store_request.h"

static int
list(struct cli *c, const char *org)
{
    struct store_approver *rows;
    int n;

    if (store_approvers(cli_db(c), NULL, c->a, org, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        if (c->json)
            cli_json(c, json_pack("{ss ss}", "domain", rows[i].domain, "address", rows[i].address));
        else
            printf("%s\t%s\n", *rows[i].domain ? rows[i].domain : "all domains", rows[i].address);
    }
    return 0;
}

static int
change(struct cli *c, const char *org, bool add, const char *typed_domain)
{
    const char *typed = cli_word(c);
    struct store_actor by = cli_by(c);
    struct addr address;
    char *domain = (char[]){""};

    if (cli_end(c, typed ? NULL : "ADDRESS"))
        return -1;
    if (addr_parse(c->a, typed, &address, &c->err) ||
        (typed_domain && addr_domain(c->a, typed_domain, &domain, &c->err)))
        return -1;
    if (store_approver_set(cli_db(c), c->a, &by, org, address.key, domain, add, &c->err) == 0)
        return list(c, org);
    if (c->err.cls == ERR_NOTFOUND)
        return err_set(&c->err, ERR_NOTFOUND, "approver",
                       add ? "nothing was added: it is there already, or it is no owner, domain "
                             "admin or help desk account of this organisation, or the domain is "
                             "not its own"
                           : "nothing was removed: it is not on the list");
    return -1;
}

int
cmd_request_approver(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *domain = cli_opt(c, "--domain");
    const char *verb = cli_word(c), *org;
    bool add = verb && strcmp(verb, "add") == 0;

    if (!verb || (!add && strcmp(verb, "remove") != 0 && strcmp(verb, "list") != 0))
        return cli_end(c, "list, add or remove");
    if (cli_org(c, org_name, &org))
        return -1;
    if (strcmp(verb, "list") != 0)
        return change(c, org, add, domain);
    return cli_end(c, NULL) ? -1 : list(c, org);
}

/* ------------------------------------------------------------------ groups */

static int
list_groups(struct cli *c, const char *org)
{
    struct store_approver_group *rows;
    int n;

    if (store_approver_groups(cli_db(c), NULL, c->a, org, NULL, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        json_t *members = json_array(), *domains = json_array();
        struct buf *b = buf_new(c->a, 0);
        for (int k = 0; k < rows[i].nmembers; k++) {
            json_array_append_new(members, json_string(rows[i].members[k]));
            buf_printf(b, "%s%s", k ? "," : "", rows[i].members[k]);
        }
        buf_char(b, '\t');
        for (int k = 0; k < rows[i].ndomains; k++) {
            json_array_append_new(domains, json_string(rows[i].domains[k]));
            buf_printf(b, "%s%s", k ? "," : "", rows[i].domains[k]);
        }
        if (c->json) {
            cli_json(c, json_pack("{ss so so}", "name", rows[i].name, "members", members, "domains",
                                  domains));
            continue;
        }
        json_decref(members);
        json_decref(domains);
        printf("%s\t%s%s\n", cli_safe(c, rows[i].name), buf_cstr(b),
               rows[i].ndomains ? "" : "all domains");
    }
    return 0;
}

/* "a,b": addresses, or domains. */
static int
take_list(struct cli *c, const char *text, bool domains, const char *const **out, int *n)
{
    const int most = domains ? STORE_APPROVER_DOMAINS : STORE_APPROVER_MEMBERS;
    const char **list = arena_calloc(c->a, (size_t)most, sizeof *list);

    *n = 0;
    *out = list;
    for (size_t k; text && *(text += strspn(text, ", ")); text += k) {
        struct addr address;
        char *one, *domain;
        k = strcspn(text, ", ");
        one = arena_strndup(c->a, text, k);
        if (*n == most)
            return err_set(&c->err, ERR_INPUT, "many", "at most %d of them", most);
        if (domains ? addr_domain(c->a, one, &domain, &c->err)
                    : addr_parse(c->a, one, &address, &c->err))
            return -1;
        list[(*n)++] = domains ? domain : address.key;
    }
    return 0;
}

/* The group of that name; NULL: there is none. */
static int
find_group(struct cli *c, const char *org, const char *name,
           const struct store_approver_group **out)
{
    struct store_approver_group *rows;
    int n;

    *out = NULL;
    if (store_approver_groups(cli_db(c), NULL, c->a, org, NULL, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (strcmp(rows[i].name, name) == 0)
            *out = &rows[i];
    return 0;
}

/* What is not said stays as it is. */
static int
set_group(struct cli *c, const char *org, const char *name, const char *members,
          const char *domains)
{
    struct store_approver_group x = {.name = name};
    const struct store_approver_group *old;
    struct store_actor by = cli_by(c);

    if (find_group(c, org, name, &old) < 0)
        return -1;
    if (old)
        x = *old;
    else if (!members)
        return err_set(&c->err, ERR_INPUT, "members", "a new group needs --members ADDRESS,...");
    x.version = NULL;
    if ((members && take_list(c, members, false, &x.members, &x.nmembers)) ||
        (domains &&
         take_list(c, strcmp(domains, "all") == 0 ? "" : domains, true, &x.domains, &x.ndomains)))
        return -1;
    if (store_approver_group_save(cli_db(c), NULL, c->a, &by, org, &x, &c->err) == 0)
        return list_groups(c, org);
    if (strcmp(c->err.code, "approver") == 0) {
        const char *which = arena_strdup(c->a, c->err.text);
        return err_set(&c->err, ERR_INPUT, "approver",
                       "%s is no owner, domain admin or help desk account of this organisation, "
                       "and no domain of its own",
                       which);
    }
    return -1;
}

static int
delete_group(struct cli *c, const char *org, const char *name)
{
    const struct store_approver_group *old;
    struct store_actor by = cli_by(c);

    if (find_group(c, org, name, &old) < 0)
        return -1;
    if (!old)
        return err_set(&c->err, ERR_NOTFOUND, "group",
                       "there is no group of that name; see sekisho request group list");
    return store_approver_group_delete(cli_db(c), NULL, c->a, &by, org, old->group_id, &c->err)
               ? -1
               : list_groups(c, org);
}

int
cmd_request_group(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *members = cli_opt(c, "--members");
    const char *domains = cli_opt(c, "--domains"), *verb = cli_word(c), *name = NULL, *org;
    bool set = verb && strcmp(verb, "set") == 0, del = verb && strcmp(verb, "delete") == 0;

    if (!set && !del && (!verb || strcmp(verb, "list") != 0))
        return cli_end(c, "list, set or delete");
    if ((set || del) && !(name = cli_word(c)))
        return cli_end(c, "NAME");
    if (cli_end(c, NULL) || cli_org(c, org_name, &org))
        return -1;
    return set   ? set_group(c, org, name, members, domains)
           : del ? delete_group(c, org, name)
                 : list_groups(c, org);
}
