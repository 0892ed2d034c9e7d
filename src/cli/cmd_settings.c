/* sekisho settings: what src/tools/stack and curious people read. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "common/arena.h"
#include "common/settings.h"

static const char *const roles[] = {"sekisho_owner",   "sekisho_engine", "sekisho_jobs",
                                    "sekisho_console", "sekisho_portal", "sekisho_postfix"};

/* settings_path(x) is var/x as an absolute path. */
static char *
var_path(struct cli *c)
{
    char *p = arena_strdup(c->a, settings_path("x"));
    p[strlen(p) - 2] = 0;
    return p;
}

enum type { PATH, TEXT, INT, PORT, BOOL, SECONDS, BYTES };
static const struct {
    const char *name;
    enum type type;
} known[] = {
#define SETTING(id, env, type, def, min, max, help) {#id, type},
#include "common/settings.def"
#undef SETTING
};

static json_t *
value(struct cli *c, int i)
{
    if (known[i].type == PATH)
        return json_string(var_path(c));
    if (known[i].type == TEXT)
        return json_string(settings_text((enum setting)i));
    return json_integer(settings_int((enum setting)i));
}

static void
print_line(const char *key, const json_t *v)
{
    if (json_is_integer(v))
        printf("%s=%" JSON_INTEGER_FORMAT "\n", key, json_integer_value(v));
    else
        printf("%s=%s\n", key, json_string_value(v));
}

int
cmd_settings(struct cli *c)
{
    bool defaults = cli_flag(c, "--defaults");
    json_t *all = json_object();
    const char *key;
    json_t *v;

    if (cli_end(c, NULL))
        return -1;
    if (defaults) {
        settings_print();
        return 0;
    }
    if (settings_load(NULL, &c->err))
        return -1;
    for (int i = 0; i < SET__COUNT; i++)
        json_object_set_new(all, known[i].name, value(c, i));
    for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
        json_object_set_new(all, arena_printf(c->a, "database.%s", roles[i]),
                            json_string(settings_database(roles[i])));
    json_object_set_new(all, "run", json_string(settings_run("")));
    if (c->json) {
        cli_json(c, all);
        return 0;
    }
    json_object_foreach(all, key, v)
        print_line(key, v);
    json_decref(all);
    return 0;
}
