/* sekisho yara check: are the operator's YARA rules right, and which files would be left out? */
#include "cli.h"
#include "common/arena.h"
#include "common/settings.h"
#include "engine/content/yara_rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct checking {
    struct cli *c;
    json_t *files, *errors; /* errors: of the file that is being read */
    int rules;
};

static void
on_error(void *ctx, const char *file, int line, const char *text, bool warning)
{
    struct checking *k = ctx;
    if (k->c->json)
        json_array_append_new(k->errors, json_pack("{si ss sb}", "line", line, "text",
                                                   cli_safe(k->c, text), "warning", warning));
    else
        printf("%s:%d: %s%s\n", cli_safe(k->c, file), line, warning ? "warning: " : "",
               cli_safe(k->c, text));
}

static void
on_file(void *ctx, const char *file, int rules, int errors)
{
    struct checking *k = ctx;
    k->rules += rules;
    if (!k->c->json) {
        printf(errors ? "%s: left out\n" : "%s: %d rules\n", cli_safe(k->c, file), rules);
        return;
    }
    json_array_append_new(k->files, json_pack("{ss si sO}", "file", cli_safe(k->c, file), "rules",
                                              rules, "errors", k->errors));
    json_decref(k->errors);
    k->errors = json_array();
}

int
cmd_yara_check(struct cli *c)
{
    const char *word = cli_word(c), *folder = word ? word : settings_text(SET_yara_folder);
    struct checking k = {c, json_array(), json_array(), 0};
    const struct yara_report r = {on_file, on_error, &k};
    if (cli_end(c, *folder ? NULL : "a folder (yara_folder is not set)"))
        return -1;
    int bad = yara_rules_check(folder, &r);
    json_decref(k.errors);
    if (bad < 0) {
        json_decref(k.files);
        return err_set(&c->err, ERR_ENV, "yara-folder", "%.200s: %s", folder, strerror(errno));
    }
    if (c->json)
        cli_json(c, json_pack("{ss si si so}", "folder", folder, "rules", k.rules, "bad", bad,
                              "files", k.files));
    else
        json_decref(k.files);
    return bad ? err_set(&c->err, ERR_INPUT, "yara-rules",
                         "files with errors (%d) are left out: correct them, then restart", bad)
               : 0;
}
