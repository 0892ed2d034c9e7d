/* sekisho domain check */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/jsonx.h"
#include "common/when.h"
#include "store/store_dcheck.h"
#include "store/store_domain.h"

#define WAIT_MS 45000 /* the look itself takes 20 s at most */
#define DETAIL_MAX (256 * 1024)

static int
wait_for_look(struct cli *c, const char *domain_id)
{
    int64_t until = when_mono() + WAIT_MS;
    struct store_dwatch w;

    do {
        usleep(200000);
        if (store_dcheck_watch(cli_db(c), NULL, c->a, domain_id, &w, &c->err))
            return -1;
    } while (w.pending && when_mono() < until);
    if (w.pending)
        return err_set(&c->err, ERR_ENV, "late",
                       "no result yet: is the engine running? See `sekisho doctor`");
    return 0;
}

static void
print_list(struct cli *c, const char *title, const json_t *list)
{
    const json_t *one;
    size_t i;

    json_array_foreach(list, i, one) if (json_is_string(one))
        printf("  %s %s\n", title, cli_safe(c, json_string_value(one)));
}

static void
print_check(struct cli *c, const struct store_dcheck *k, const json_t *detail)
{
    const json_t *one;
    size_t i;

    printf("%-10s %-8s %s\n", k->item, k->state, k->code);
    if (strcmp(k->state, "ok") == 0)
        return;
    print_list(c, "found ", json_object_get(detail, "found"));
    json_array_foreach(json_object_get(detail, "records"), i, one)
        printf("  found  %lld %s\n", (long long)jsonx_int(one, "preference", 0),
               cli_safe(c, jsonx_str(one, "host")));
    if (jsonx_str(detail, "name"))
        printf("  name   %s\n", cli_safe(c, jsonx_str(detail, "name")));
    if (jsonx_str(detail, "wanted") && jsonx_str(detail, "wanted")[0])
        printf("  wanted %s\n", cli_safe(c, jsonx_str(detail, "wanted")));
}

int
cmd_domain_check(struct cli *c)
{
    const char *word = cli_word(c);
    struct store_dcheck *rows;
    struct store_domain d;
    json_t *checks = jsonx_own(c->a, json_array()), *detail;
    bool ok = true;
    char *name;
    int n;

    if (cli_end(c, word ? NULL : "NAME") || addr_domain(c->a, word, &name, &c->err) ||
        store_domain_find(cli_db(c), NULL, c->a, name, &d, &c->err) ||
        store_dcheck_ask(cli_db(c), NULL, c->a, d.domain_id, &c->err) ||
        wait_for_look(c, d.domain_id) ||
        store_dcheck_list(cli_db(c), NULL, c->a, d.domain_id, &rows, &n, &c->err))
        return -1;
    for (int i = 0; i < n; i++) {
        if (jsonx_load(c->a, rows[i].detail, strlen(rows[i].detail), DETAIL_MAX, &detail, &c->err))
            return -1;
        ok = ok && strcmp(rows[i].state, "ok") == 0;
        json_array_append_new(checks,
                              json_pack("{ss ss ss sO}", "item", rows[i].item, "state",
                                        rows[i].state, "code", rows[i].code, "detail", detail));
        if (!c->json)
            print_check(c, &rows[i], detail);
    }
    if (c->json)
        cli_json(c,
                 json_pack("{ss sb sO}", "name", name, "completed", ok && n > 0, "checks", checks));
    else
        printf("%s: %s\n", name, ok && n > 0 ? "Completed" : "Configuration Required");
    return 0;
}
