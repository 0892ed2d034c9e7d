/* sekisho dkim list|new|start|set|delete */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <openssl/crypto.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/when.h"
#include "engine/domains/dkim_key.h"
#include "engine/master_key.h"
#include "store/store_dkim.h"
#include "store/store_domain.h"

static int
find(struct cli *c, const char *word, struct store_domain *d)
{
    char *name;

    return addr_domain(c->a, word, &name, &c->err) ||
                   store_domain_find(cli_db(c), NULL, c->a, name, d, &c->err)
               ? -1
               : 0;
}

static int
find_key(struct cli *c, const struct store_domain *d, const char *selector, const char **key_id)
{
    struct store_dkim_key *keys;
    int n;

    if (store_dkim_keys(cli_db(c), NULL, c->a, d->domain_id, &keys, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (strcmp(keys[i].selector, selector) == 0) {
            *key_id = keys[i].key_id;
            return 0;
        }
    return err_set(&c->err, ERR_NOTFOUND, "key", "%s has no such key: see `sekisho dkim list %s`",
                   d->name, d->name);
}

static void
print_key(struct cli *c, const struct store_domain *d, const struct store_dkim_key *k)
{
    const char *name = arena_printf(c->a, "%s._domainkey.%s", k->selector, d->name);

    if (c->json) {
        cli_json(c, json_pack("{ss ss ss si ss ss ss}", "domain", d->name, "selector", k->selector,
                              "algorithm", k->algorithm, "bits", k->bits, "state", k->state, "name",
                              name, "record", k->record));
        return;
    }
    printf("%s\t%s\t%d\t%s\n%s TXT %s\n", k->selector, k->algorithm, k->bits, k->state, name,
           k->record);
}

int
cmd_dkim_list(struct cli *c)
{
    const char *word = cli_word(c);
    struct store_domain *all, one;
    struct store_dkim_key *keys;
    int n, nkeys;

    if (cli_end(c, NULL) || (word && find(c, word, &one)) ||
        store_domain_list(cli_db(c), NULL, c->a, &all, &n, &c->err) ||
        store_dkim_keys(cli_db(c), NULL, c->a, word ? one.domain_id : NULL, &keys, &nkeys, &c->err))
        return -1;
    for (int i = 0; i < nkeys; i++)
        for (int k = 0; k < n; k++)
            if (strcmp(all[k].domain_id, keys[i].domain_id) == 0)
                print_key(c, &all[k], &keys[i]);
    return 0;
}

/* sk20261127, and a letter behind it for the second one of the day. */
static const char *
free_selector(struct cli *c, const struct store_domain *d)
{
    const char *day = when_rfc3339(c->a, when_now()), *id, *s;
    struct err e = c->err;

    day = arena_printf(c->a, "sk%.4s%.2s%.2s", day, day + 5, day + 8);
    s = day;
    for (char letter = 'b'; letter <= 'z' && find_key(c, d, s, &id) == 0; letter++)
        s = arena_printf(c->a, "%s%c", day, letter);
    c->err = e;
    return s;
}

int
cmd_dkim_new(struct cli *c)
{
    const char *selector = cli_opt(c, "--selector"), *algorithm = cli_opt(c, "--algorithm");
    const char *bits = cli_opt(c, "--bits"), *word = cli_word(c);
    struct store_actor by = cli_by(c);
    unsigned char master[32];
    struct store_dkim_new row;
    struct dkim_new_key k;
    struct store_domain d;
    char id[37];
    int rc, size = 2048;

    if (cli_number(c, "--bits", bits, 1024, 4096, &size) || cli_end(c, word ? NULL : "NAME") ||
        find(c, word, &d) || master_key_read(master, &c->err))
        return -1;
    algorithm = algorithm ? algorithm : "rsa-sha256";
    selector = selector ? selector : free_selector(c, &d);
    rc = dkim_key_make(c->a, master, d.name, selector, algorithm, size, &k, &c->err);
    OPENSSL_cleanse(master, sizeof master);
    if (rc)
        return -1;
    row =
        (struct store_dkim_new){d.domain_id, selector, algorithm, k.record, k.bits, k.sealed, k.n};
    if (store_dkim_add(cli_db(c), NULL, c->a, &by, &row, id, &c->err)) {
        if (strcmp(c->err.code, "selector_taken") == 0)
            err_set(&c->err, ERR_CONFLICT, "selector_taken",
                    "%s has a key with this selector already", d.name);
        return -1;
    }
    print_key(c, &d,
              &(struct store_dkim_key){.selector = selector,
                                       .algorithm = algorithm,
                                       .bits = k.bits,
                                       .state = "waiting-dns",
                                       .record = k.record});
    return 0;
}

int
cmd_dkim_start(struct cli *c)
{
    const char *word = cli_word(c), *selector = cli_word(c), *key;
    struct store_actor by = cli_by(c);
    struct store_domain d;

    if (cli_end(c, !word       ? "NAME"
                   : !selector ? "SELECTOR"
                               : NULL) ||
        find(c, word, &d) || find_key(c, &d, selector, &key))
        return -1;
    if (store_dkim_start(cli_db(c), NULL, c->a, &by, d.domain_id, key, &c->err))
        return c->err.cls == ERR_NOTFOUND ? err_set(&c->err, ERR_CONFLICT, "state",
                                                    "this key does not wait to sign: its record is "
                                                    "not in DNS, or it signs already")
                                          : -1;
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "domain", d.name, "signs", selector));
    else
        printf("%s signs with %s.\n", d.name, selector);
    return 0;
}

static int
yes_no(struct cli *c, const char *option, const char *text, bool *out)
{
    if (text && strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "%s takes yes or no", option);
    if (text)
        *out = strcmp(text, "yes") == 0;
    return 0;
}

/* "relaxed/simple" */
static int
canon(struct cli *c, const char *text, struct store_dkim_setting *s)
{
    static const char *const names[] = {"simple", "relaxed"};

    for (int h = 0; h < 2 && text; h++)
        for (int b = 0; b < 2; b++)
            if (strcmp(text, arena_printf(c->a, "%s/%s", names[h], names[b])) == 0) {
                s->header_canon = names[h];
                s->body_canon = names[b];
                return 0;
            }
    return text ? err_set(&c->err, ERR_INPUT, "value",
                          "--canonicalization takes relaxed or simple twice, with a slash between")
                : 0;
}

static int
hours(struct cli *c, const char *text, int *out)
{
    char *end;
    long v = text ? strtol(text, &end, 10) : 0;

    if (text && (!*text || *end || v < 0 || v > 168))
        return err_set(&c->err, ERR_INPUT, "value", "--wait-hours takes 0 to 168");
    if (text)
        *out = (int)v;
    return 0;
}

int
cmd_dkim_set(struct cli *c)
{
    const char *how = cli_opt(c, "--canonicalization"), *wait = cli_opt(c, "--wait-hours");
    const char *null_sender = cli_opt(c, "--null-sender"), *enabled = cli_opt(c, "--enabled");
    const char *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_dkim_setting s;
    struct store_domain d;

    if (cli_end(c, word ? NULL : "NAME") || find(c, word, &d) ||
        store_dkim_setting(cli_db(c), NULL, c->a, d.domain_id, &s, &c->err) || canon(c, how, &s) ||
        hours(c, wait, &s.wait_hours) || yes_no(c, "--null-sender", null_sender, &s.null_sender) ||
        yes_no(c, "--enabled", enabled, &s.enabled) ||
        store_dkim_setting_change(cli_db(c), NULL, c->a, &by, d.domain_id, &s, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss sb sb ss ss si}", "domain", d.name, "enabled", s.enabled,
                              "null_sender", s.null_sender, "header", s.header_canon, "body",
                              s.body_canon, "wait_hours", s.wait_hours));
    else
        printf("%s: %s, %s/%s, %d hours of waiting\n", d.name,
               s.enabled ? "signs" : "does not sign", s.header_canon, s.body_canon, s.wait_hours);
    return 0;
}

int
cmd_dkim_delete(struct cli *c)
{
    const char *word = cli_word(c), *selector = cli_word(c), *key;
    struct store_actor by = cli_by(c);
    struct store_domain d;

    if (cli_end(c, !word       ? "NAME"
                   : !selector ? "SELECTOR"
                               : NULL) ||
        find(c, word, &d) || find_key(c, &d, selector, &key) ||
        store_dkim_delete(cli_db(c), NULL, c->a, &by, d.domain_id, key, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "domain", d.name, "deleted", selector));
    else
        printf("%s has no key %s any more.\n", d.name, selector);
    return 0;
}
