/* sekisho setup: the first organisation and administrator, here or by a one-time link. */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/settings.h"
#include "common/token.h"
#include "engine/master_key.h"
#include "engine/password.h"
#include "store/store_org.h"

#define LINK_SECONDS (24 * 3600)

static int
print_link(struct cli *c, bool only_if_new)
{
    unsigned char hash[32];
    int exists = only_if_new ? store_org_exists(cli_db(c), c->a, &c->err) : 0;
    if (exists < 0)
        return -1;
    if (exists) {
        if (c->json)
            cli_json(c, json_pack("{sn}", "link"));
        return 0;
    }
    char *token = token_text(c->a, 32);
    token_sha256(token, strlen(token), hash);
    if (store_link_create(cli_db(c), c->a, hash, "setup", LINK_SECONDS, &c->err))
        return -1;
    const char *base = settings_text(SET_admin_url);
    if (!*base)
        base = arena_printf(c->a, "http://%s:%lld", settings_text(SET_bind), (long long)settings_int(SET_admin_port));
    char *link = arena_printf(c->a, "%s/setup?token=%s", base, token);
    if (c->json)
        cli_json(c, json_pack("{ss}", "link", link));
    else
        puts(link);
    return 0;
}

int
cli_password(struct cli *c, const char *file, char **mcf)
{
    char *password;
    if (cli_secret(c, file, &password))
        return -1;
    if (strlen(password) < 12)
        return err_set(&c->err, ERR_INPUT, "password", "%s: a password has at least 12 characters", file);
    return password_hash(c->a, password, mcf, &c->err);
}

/* The zone's name is checked by whoever shows times; here only its form. */
static int
check_place(struct cli *c, const char *lang, const char *tz)
{
    if (strlen(lang) > 16 || strspn(lang, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-") != strlen(lang))
        return err_set(&c->err, ERR_INPUT, "lang", "--lang takes a language such as en or ja");
    if (strlen(tz) > 64)
        return err_set(&c->err, ERR_INPUT, "tz", "--tz takes a zone such as Asia/Tokyo");
    return 0;
}

static int
make_org(struct cli *c, const char *name, const char *admin, const char *file, const char *lang, const char *tz)
{
    unsigned char master[32], key[32], sealed[32 + SEAL_OVERHEAD];
    char org[37], account[37], *mcf;
    struct addr address;
    if (check_place(c, lang, tz) || addr_parse(c->a, admin, &address, &c->err) || cli_password(c, file, &mcf) ||
        master_key_read(master, &c->err))
        return -1;
    token_random(key, sizeof key);
    token_seal(master, "org-key", key, sizeof key, sealed);
    struct store_setup s = {.org_name = name,
                            .lang = lang,
                            .tz = tz,
                            .retention_days = (int)settings_int(SET_retention_days),
                            .sealed_key = sealed,
                            .sealed_key_len = sizeof sealed,
                            .admin_address = address.key,
                            .admin_name = "",
                            .password = mcf,
                            .port = 25,
                            .client_ip = ""};
    if (store_org_setup(cli_db(c), c->a, NULL, &s, org, account, &c->err))
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss ss}", "org_id", org, "account_id", account));
    else
        printf("%s is set up; %s may sign in.\n", cli_safe(c, name), cli_safe(c, address.key));
    return 0;
}

int
cmd_setup(struct cli *c)
{
    bool link = cli_flag(c, "--link"), if_new = cli_flag(c, "--if-new");
    const char *org = cli_opt(c, "--org"), *admin = cli_opt(c, "--admin"), *file = cli_opt(c, "--password-file");
    const char *lang = cli_opt(c, "--lang"), *tz = cli_opt(c, "--tz");
    if (link)
        return cli_end(c, NULL) ? -1 : print_link(c, if_new);
    if (cli_end(c, !org ? "--org" : !admin ? "--admin" : !file ? "--password-file" : NULL))
        return -1;
    return make_org(c, org, admin, file, lang ? lang : "en", tz ? tz : "UTC");
}
