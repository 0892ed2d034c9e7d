#include "yara_rules.h"
#include "../msg/msg.h"
#include "../../common/arena.h"
#include "../../common/evlog.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/when.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yara.h>

#define FILES 1000

static YR_RULES *rules; /* NULL: none */

/* Of the message that is being scanned; a worker has one at a time. */
static struct {
    const struct msg *m;
    int64_t spent; /* ms */
    int matches;
    bool late;
} seen;

/* ------------------------------------------------------------------ compiling */

struct compiling {
    const struct yara_report *r;
    const char *file;
    int errors;
};

static void
on_error(int level, const char *file, int line, const YR_RULE *rule, const char *text, void *ctx)
{
    struct compiling *c = ctx;
    (void)file, (void)rule;
    c->errors += level == YARA_ERROR_LEVEL_ERROR;
    if (c->r->error)
        c->r->error(c->r->ctx, c->file, line, text, level != YARA_ERROR_LEVEL_ERROR);
}

static int
rule_file(const struct dirent *d)
{
    size_t n = strlen(d->d_name);
    return d->d_name[0] != '.' && ((n > 4 && strcasecmp(d->d_name + n - 4, ".yar") == 0) ||
                                   (n > 5 && strcasecmp(d->d_name + n - 5, ".yara") == 0));
}

static YR_COMPILER *
new_compiler(void)
{
    /* Variables that rules of others ask for. */
    static const char *const names[] = {"filename", "filepath", "extension", "filetype", "owner"};
    YR_COMPILER *c;
    if (yr_compiler_create(&c) != ERROR_SUCCESS)
        return NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        yr_compiler_define_string_variable(c, names[i], "");
    return c;
}

static int
add_file(YR_COMPILER *c, const char *path, const char *name, struct compiling *on)
{
    FILE *f = fopen(path, "re");
    if (!f) {
        on->errors++;
        if (on->r->error)
            on->r->error(on->r->ctx, name, 0, strerror(errno), false);
        return -1;
    }
    yr_compiler_set_callback(c, on_error, on);
    yr_compiler_add_file(c, f, name, path);
    fclose(f);
    return on->errors ? -1 : 0;
}

static int
count_rules(YR_COMPILER *c)
{
    YR_RULES *all = NULL;
    int n = 0;
    if (yr_compiler_get_rules(c, &all) == ERROR_SUCCESS && all) {
        n = (int)all->num_rules;
        yr_rules_destroy(all);
    }
    return n;
}

/* A compiler that saw an error can do nothing more: each file is tried in one of its own first. */
static bool
try_file(const char *path, const char *name, const struct yara_report *r)
{
    struct compiling on = {r, name, 0};
    YR_COMPILER *c = new_compiler();
    bool ok = c && add_file(c, path, name, &on) == 0;
    if (r->file)
        r->file(r->ctx, name, ok ? count_rules(c) : 0, on.errors);
    if (c)
        yr_compiler_destroy(c);
    return ok;
}

/* Files with errors. all, if given: what all the others make. */
static int
compile(const char *folder, const struct yara_report *r, YR_RULES **all)
{
    static const struct yara_report silent;
    struct dirent **names;
    int n = scandir(folder, &names, rule_file, alphasort), bad = 0;
    if (n < 0)
        return -1;
    YR_COMPILER *c = new_compiler();
    for (int i = 0; i < n; i++) {
        struct arena *a = arena_new();
        const char *path = arena_printf(a, "%s/%s", folder, names[i]->d_name);
        struct compiling on = {&silent, names[i]->d_name, 0};
        if (i >= FILES || !try_file(path, names[i]->d_name, r))
            bad++;
        else if (c)
            add_file(c, path, names[i]->d_name, &on);
        arena_free(&a);
        free(names[i]);
    }
    free(names);
    if (all && c && n > bad && yr_compiler_get_rules(c, all) != ERROR_SUCCESS)
        *all = NULL;
    if (c)
        yr_compiler_destroy(c);
    return bad;
}

static void
log_error(void *ctx, const char *file, int line, const char *text, bool warning)
{
    char number[16];
    (void)ctx;
    if (warning)
        return;
    snprintf(number, sizeof number, "%d", line);
    evlog(EVLOG_ERROR, "yara.rule-file", "file", file, "line", number, "reason", text, NULL);
}

void
yara_rules_prepare(void)
{
    static bool begun;
    static const struct yara_report log = {.error = log_error};
    const char *folder = settings_text(SET_yara_folder);
    YR_RULES *fresh = NULL;
    if (*folder && !begun && yr_initialize() != ERROR_SUCCESS) {
        evlog(EVLOG_ERROR, "yara.folder", "folder", folder, "reason", "libyara does not start",
              NULL);
        return;
    }
    begun |= *folder != '\0';
    /* A folder that cannot be read leaves the rules as they are; one that is gone has none. */
    if (*folder && compile(folder, &log, &fresh) < 0) {
        bool gone = errno == ENOENT;
        evlog(EVLOG_ERROR, "yara.folder", "folder", folder, "reason", strerror(errno), NULL);
        if (!gone)
            return;
    }
    if (rules)
        yr_rules_destroy(rules);
    rules = fresh;
    if (rules && rules->num_rules == 0) {
        yr_rules_destroy(rules);
        rules = NULL;
    }
}

int
yara_rules_check(const char *folder, const struct yara_report *r)
{
    int bad;
    if (yr_initialize() != ERROR_SUCCESS)
        return -1;
    bad = compile(folder, r, NULL);
    int why = errno;
    yr_finalize();
    errno = why;
    return bad;
}

bool
yara_rules_any(void)
{
    return rules != NULL;
}

/* ------------------------------------------------------------------ scanning */

struct scanning {
    struct msg *m;
    const char *part;
};

static double
number_of(const YR_META *meta)
{
    return meta->type == META_TYPE_STRING ? strtod(meta->string, NULL) : (double)meta->integer;
}

static void
match(struct scanning *s, YR_RULE *rule)
{
    struct arena *a = s->m->arena;
    const char *kind = "malware", *shown = rule->ns->name;
    double score = -1;
    YR_META *meta;
    yr_rule_metas_foreach(rule, meta)
    {
        if (strcmp(meta->identifier, "kind") == 0 && meta->type == META_TYPE_STRING)
            kind = meta->string;
        else if (strcmp(meta->identifier, "score") == 0)
            score = number_of(meta);
        else if (strcmp(meta->identifier, "description") == 0 && meta->type == META_TYPE_STRING)
            shown = meta->string;
    }
    bool note =
        strcmp(kind, "malware") != 0 && strcmp(kind, "spam") != 0 && strcmp(kind, "phishing") != 0;
    if (score < -100 || score > 100 || score == -1)
        score = note ? 1.0 : 6.0;
    msg_add_finding(s->m,
                    (struct msg_finding){
                        .scanner = "yara",
                        .code = jsonx_utf8(a, rule->identifier, strnlen(rule->identifier, 128)),
                        .kind = note ? "" : arena_strdup(a, kind),
                        .score = score,
                        .evidence = jsonx_utf8(a, shown, strnlen(shown, 300)),
                        .part = s->part,
                        .org = ""});
}

static int
on_match(YR_SCAN_CONTEXT *ctx, int message, void *data, void *user)
{
    (void)ctx;
    if (message != CALLBACK_MSG_RULE_MATCHING || RULE_IS_PRIVATE((YR_RULE *)data))
        return CALLBACK_CONTINUE;
    if (seen.matches++ >= YARA_MATCHES) { /* what else would match nobody knows */
        struct scanning *s = user;
        msg_add_exception(s->m, "yara-matches", s->part, YARA_MATCHES, seen.matches);
        return CALLBACK_ABORT;
    }
    match(user, data);
    return CALLBACK_CONTINUE;
}

static void
forget(void *m)
{
    if (seen.m == m)
        seen.m = NULL;
}

static void
late(struct msg *m, const char *part)
{
    if (!seen.late)
        msg_add_exception(m, "yara-late", part, YARA_MESSAGE_SECONDS, seen.spent / 1000);
    seen.late = true;
}

static void
scan(YR_SCANNER *s, struct msg *m, const char *part, const char *name, const unsigned char *p,
     size_t n)
{
    struct scanning what = {m, part};
    const char *dot = strrchr(name, '.');
    int64_t start = when_mono();
    yr_scanner_set_callback(s, on_match, &what);
    yr_scanner_set_timeout(s, YARA_SECONDS);
    /* A crash is to be seen as one: libyara would take SIGSEGV for a file that became shorter. */
    yr_scanner_set_flags(s, SCAN_FLAGS_FAST_MODE | SCAN_FLAGS_NO_TRYCATCH |
                                SCAN_FLAGS_REPORT_RULES_MATCHING);
    yr_scanner_define_string_variable(s, "filename", name);
    yr_scanner_define_string_variable(s, "extension", dot ? dot : "");
    int rc = yr_scanner_scan_mem(s, p, n);
    seen.spent += when_mono() - start;
    if (rc == ERROR_SCAN_TIMEOUT)
        late(m, part);
    else if (rc != ERROR_SUCCESS && rc != ERROR_CALLBACK_ERROR && rc != ERROR_TOO_MANY_MATCHES)
        msg_add_exception(m, "yara-failed", part, 0, rc);
}

void
yara_rules_scan(struct msg *m, const char *part, const char *name, const unsigned char *p, size_t n)
{
    YR_SCANNER *s;
    if (!rules || n == 0)
        return;
    if (seen.m != m) {
        memset(&seen, 0, sizeof seen);
        seen.m = m;
        arena_defer(m->arena, forget, m);
    }
    if (seen.matches > YARA_MATCHES)
        return;
    if (seen.spent > YARA_MESSAGE_SECONDS * 1000) {
        late(m, part);
        return;
    }
    if (yr_scanner_create(rules, &s) != ERROR_SUCCESS) {
        msg_add_exception(m, "yara-failed", part, 0, 0);
        return;
    }
    scan(s, m, part, name, p, n);
    yr_scanner_destroy(s);
}
