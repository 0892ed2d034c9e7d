/* sekisho sender list|add|delete|import|export|enable|disable|settings */
#include <stdio.h>
#include <string.h>

#include "cli_org.h"
#include "common/addr.h"
#include "common/arena.h"
#include "common/buf.h"
#include "common/sender_file.h"
#include "common/sender_pattern.h"
#include "common/sender_skips.h"
#include "store/store_sender.h"

#define FILE_MAX (16 * 1024 * 1024)

/* What --org, --for, --approved and --blocked say. */
struct which {
    const char *org, *target, *list;
    struct scope scope; /* who changes entries has one: the audit log is locked before them */
};

/* "org" or NULL, a domain, an address. */
static int
target_of(struct cli *c, const char *text, const char **target)
{
    struct addr address;
    char *domain;

    if (!text || strcmp(text, "org") == 0) {
        *target = "";
        return 0;
    }
    if (strchr(text, '@')) {
        if (addr_parse(c->a, text, &address, &c->err) < 0)
            return -1;
        *target = address.key;
        return 0;
    }
    if (addr_domain(c->a, text, &domain, &c->err) < 0)
        return -1;
    *target = domain;
    return 0;
}

/* The list that was named; NULL: none, or both. */
static const char *
list_of(struct cli *c)
{
    bool approved = cli_flag(c, "--approved"), blocked = cli_flag(c, "--blocked");

    return approved == blocked ? NULL : approved ? "approved" : "blocked";
}

/* missing: a word that is not there. */
static int
which(struct cli *c, const char *missing, const char *org, const char *target, struct which *w)
{
    if (cli_end(c, missing) < 0 || cli_org(c, org, &w->org) < 0)
        return -1;
    w->scope = (struct scope){0};
    snprintf(w->scope.org, sizeof w->scope.org, "%s", w->org);
    return target_of(c, target, &w->target);
}

static int
pattern_of(struct cli *c, const char *text, const char **pattern)
{
    enum sender_problem p = sender_pattern_parse(c->a, text, pattern);

    if (p == SENDER_FINE)
        return 0;
    return err_set(&c->err, ERR_INPUT, sender_problem_code(p), "\"%.100s\": %s", cli_safe(c, text),
                   sender_problem_text(p));
}

/* ---------------------------------------------------------------- list */

static void
print_entry(struct cli *c, const struct store_sender *s)
{
    if (c->json)
        cli_json(c, json_pack("{ss ss ss ss ss sb sb sI ss}", "id", s->entry_id, "level", s->level,
                              "target", s->target, "list", s->list, "sender", s->pattern,
                              "only_verified", s->only_verified, "enabled", s->enabled, "added_at",
                              (json_int_t)s->added_at, "added_by", s->added_by));
    else
        printf("%s\t%s\t%s\t%s%s\n", s->pattern, *s->target ? s->target : "org",
               cli_time(c, s->added_at), cli_safe(c, s->added_by), s->enabled ? "" : "\tdisabled");
}

int
cmd_sender_list(struct cli *c)
{
    const char *org = cli_opt(c, "--org"), *target = cli_opt(c, "--for");
    const char *search = cli_opt(c, "--search");
    struct store_sender_query q = {.list = cli_flag(c, "--blocked") ? "blocked" : "approved",
                                   .search = search ? search : "",
                                   .limit = 100};
    struct store_sender *rows;
    struct which w;
    bool more = true;
    int n;

    if (which(c, NULL, org, target, &w) < 0)
        return -1;
    q.target = target ? w.target : NULL;
    while (more) {
        if (store_sender_list(cli_db(c), NULL, c->a, w.org, &q, &rows, &n, &more, &c->err) < 0)
            return -1;
        for (int i = 0; i < n; i++)
            print_entry(c, &rows[i]);
        if (n > 0) {
            q.from.at = rows[n - 1].added_at;
            memcpy(q.from.id, rows[n - 1].entry_id, sizeof q.from.id);
        }
    }
    return 0;
}

/* ---------------------------------------------------------------- one */

static int
explain(struct cli *c, const char *pattern)
{
    if (strcmp(c->err.code, "sender_twice") == 0)
        return err_set(&c->err, ERR_CONFLICT, "sender_twice", "%s is on one of the lists already",
                       pattern);
    if (strcmp(c->err.code, "sender_limit") == 0)
        return err_set(&c->err, ERR_INPUT, "sender_limit",
                       "the list is full: delete senders that are not needed any more");
    if (strcmp(c->err.code, "target") == 0)
        return err_set(&c->err, ERR_NOTFOUND, "target",
                       "that is not in a domain of the organisation");
    return -1;
}

int
cmd_sender_add(struct cli *c)
{
    const char *org = cli_opt(c, "--org"), *target = cli_opt(c, "--for"), *list = list_of(c);
    bool unverified = cli_flag(c, "--unverified");
    const char *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_sender s = {.list = list};
    struct which w;
    char id[37];

    if (which(c,
              !word   ? "PATTERN"
              : !list ? "--approved or --blocked"
                      : NULL,
              org, target, &w) < 0 ||
        pattern_of(c, word, &s.pattern) < 0)
        return -1;
    s.target = w.target;
    s.only_verified = strcmp(list, "approved") == 0 && !unverified;
    if (store_sender_add(cli_db(c), &w.scope, c->a, &by, w.org, &s, id, &c->err) < 0)
        return explain(c, s.pattern);
    if (c->json)
        cli_json(c, json_pack("{ss ss ss ss}", "id", id, "sender", s.pattern, "target", s.target,
                              "list", list));
    else
        printf("%s is %s%s.\n", s.pattern, list, s.only_verified ? " when it is verified" : "");
    return 0;
}

int
cmd_sender_delete(struct cli *c)
{
    const char *org = cli_opt(c, "--org"), *target = cli_opt(c, "--for"), *word = cli_word(c);
    struct store_actor by = cli_by(c);
    const char *pattern, *gone, *const *ids;
    struct store_sender *rows;
    struct which w;
    int n, deleted = 0;

    if (which(c, word ? NULL : "PATTERN", org, target, &w) < 0 ||
        pattern_of(c, word, &pattern) < 0 ||
        store_sender_all(cli_db(c), NULL, c->a, w.org, w.target, &rows, &n, &c->err) < 0)
        return -1;
    for (int i = 0; i < n; i++)
        if (strcmp(rows[i].pattern, pattern) == 0 &&
            store_sender_remove(cli_db(c), &w.scope, c->a, &by, w.org,
                                (const char *const[]){rows[i].entry_id}, 1, &ids, &deleted, &gone,
                                &c->err) < 0)
            return -1;
    if (deleted == 0)
        return err_set(&c->err, ERR_NOTFOUND, "sender", "%s is on neither list", pattern);
    if (c->json)
        cli_json(c, json_pack("{ss}", "deleted", pattern));
    else
        printf("%s is on no list any more.\n", pattern);
    return 0;
}

/* ---------------------------------------------------------------- files */

/* Marks every line; *n as in sender_file_read(). */
static int
compare(struct cli *c, const struct which *w, bool replace, const char *p, size_t len,
        struct sender_line **lines, int *n)
{
    struct sender_known *known;
    struct store_sender *rows;
    int nrows;

    if (sender_file_read(c->a, p, len, strcmp(w->list, "approved") == 0, lines, n) < 0)
        return err_set(&c->err, ERR_INPUT, "lines", "the file has more than %d lines",
                       SENDER_FILE_LINES);
    if (store_sender_all(cli_db(c), NULL, c->a, w->org, w->target, &rows, &nrows, &c->err) < 0)
        return -1;
    known = arena_calloc(c->a, (size_t)nrows, sizeof *known);
    for (int i = 0; i < nrows; i++)
        known[i] = (struct sender_known){.pattern = rows[i].pattern,
                                         .other = strcmp(rows[i].list, w->list) != 0};
    sender_file_compare(*lines, *n, known, nrows,
                        strchr(w->target, '@') ? STORE_SENDERS_MAX : STORE_SENDERS_MAX_WIDE,
                        replace);
    return 0;
}

static void
print_line(struct cli *c, const struct sender_line *l)
{
    const char *why = l->state == SENDER_LINE_INVALID ? sender_problem_text(l->problem) : "";

    if (c->json)
        cli_json(c, json_pack("{si ss ss ss}", "line", l->number, "text", l->text, "state",
                              sender_line_state_name(l->state), "reason", why));
    else if (l->state != SENDER_LINE_NEW)
        printf("line %d: %s: %s%s%s\n", l->number, sender_line_state_name(l->state),
               cli_safe(c, l->text), *why ? ": " : "", why);
}

static int
import_lines(struct cli *c, const struct which *w, const struct sender_line *lines, int n,
             bool replace, bool dry)
{
    struct store_sender *rows = arena_calloc(c->a, (size_t)n, sizeof *rows);
    struct store_actor by = cli_by(c);
    struct store_sender_imported done = {0};
    int k = 0;

    for (int i = 0; i < n; i++) {
        print_line(c, &lines[i]);
        if (lines[i].state == SENDER_LINE_NEW)
            rows[k++] = (struct store_sender){.pattern = lines[i].pattern,
                                              .only_verified = lines[i].only_verified};
    }
    if (!dry && store_sender_import(cli_db(c), &w->scope, c->a, &by, w->org, w->target, w->list,
                                    rows, k, replace, &done, &c->err) < 0)
        return explain(c, "a sender");
    if (c->json)
        cli_json(c, json_pack("{si si si}", "lines", n, "valid", k, "added", done.added));
    else if (dry)
        printf("%d of %d lines can be imported.\n", k, n);
    else
        printf("%d senders imported, %d lines left out.\n", done.added, n - done.added);
    return 0;
}

int
cmd_sender_import(struct cli *c)
{
    const char *org = cli_opt(c, "--org"), *target = cli_opt(c, "--for");
    bool replace = cli_flag(c, "--replace"), dry = cli_flag(c, "--dry-run");
    struct which w = {.list = list_of(c)};
    const char *file = cli_word(c);
    char *p;
    size_t len;
    struct sender_line *lines;
    int n;

    if (which(c,
              !file     ? "FILE"
              : !w.list ? "--approved or --blocked"
                        : NULL,
              org, target, &w) < 0 ||
        cli_file(c, file, FILE_MAX, &p, &len) < 0 ||
        compare(c, &w, replace, p, len, &lines, &n) < 0)
        return -1;
    return import_lines(c, &w, lines, n, replace, dry);
}

int
cmd_sender_export(struct cli *c)
{
    const char *org = cli_opt(c, "--org"), *target = cli_opt(c, "--for");
    struct which w = {.list = list_of(c)};
    struct store_sender *rows;
    int n;

    if (which(c, w.list ? NULL : "--approved or --blocked", org, target, &w) < 0 ||
        store_sender_all(cli_db(c), NULL, c->a, w.org, w.target, &rows, &n, &c->err) < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        if (strcmp(rows[i].list, w.list) != 0)
            continue;
        if (c->json)
            cli_json(c, json_pack("{ss sb}", "sender", rows[i].pattern, "only_verified",
                                  rows[i].only_verified));
        else
            (void)fputs(sender_file_line(c->a, rows[i].pattern, strcmp(w.list, "approved") == 0,
                                         rows[i].only_verified),
                        stdout);
    }
    return 0;
}

/* ---------------------------------------------------------------- how they are used */

static int
enable(struct cli *c, bool on)
{
    const char *org = cli_opt(c, "--org"), *word = cli_word(c);
    struct store_actor by = cli_by(c);
    struct store_sender_lists *rows;
    struct which w;
    bool changed, more;
    int n;

    if (which(c, word ? NULL : "TARGET", org, word, &w) < 0 ||
        store_sender_lists(cli_db(c), NULL, c->a, w.org, w.target, NULL, NULL, false, 1, &rows, &n,
                           &more, &c->err) < 0)
        return -1;
    if (n == 0)
        return err_set(&c->err, ERR_NOTFOUND, "list", "it never had a list");
    if (store_sender_enable(cli_db(c), NULL, c->a, &by, w.org, w.target, on, &changed, &c->err) < 0)
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss sb}", "target", w.target, "enabled", on));
    else
        printf("The lists of %s are %s.\n", *w.target ? w.target : "the organisation",
               on ? "applied" : "not applied");
    return 0;
}

int
cmd_sender_enable(struct cli *c)
{
    return enable(c, true);
}

int
cmd_sender_disable(struct cli *c)
{
    return enable(c, false);
}

static int
on_off(struct cli *c, const char *text, bool *value)
{
    if (text && strcmp(text, "on") != 0 && strcmp(text, "off") != 0)
        return err_set(&c->err, ERR_INPUT, "value", "\"%.20s\": on or off", cli_safe(c, text));
    if (text)
        *value = strcmp(text, "on") == 0;
    return 0;
}

/* The words that are checks, each once. */
static int
checks_of(struct cli *c, const char *text, const char **out)
{
    struct buf *b = buf_new(c->a, 0);
    char *copy = arena_strdup(c->a, strcmp(text, "none") ? text : ""), *rest = NULL;
    unsigned seen = 0;

    for (char *w = strtok_r(copy, " ,", &rest); w; w = strtok_r(NULL, " ,", &rest)) {
        unsigned bit = sender_skip_named(w);
        if (!bit)
            return err_set(&c->err, ERR_INPUT, "check", "\"%.40s\" is not a check", cli_safe(c, w));
        if (!(seen & bit))
            buf_printf(b, "%s%s", b->len ? " " : "", w);
        seen |= bit;
    }
    *out = buf_cstr(b);
    return 0;
}

int
cmd_sender_settings(struct cli *c)
{
    const char *org_name = cli_opt(c, "--org"), *header = cli_opt(c, "--header-match");
    const char *insert = cli_opt(c, "--insert-header"), *checks = cli_opt(c, "--still-check"), *org;
    struct store_actor by = cli_by(c);
    struct store_sender_settings s;

    if (cli_end(c, NULL) < 0 || cli_org(c, org_name, &org) < 0 ||
        store_sender_settings(cli_db(c), NULL, c->a, org, &s, &c->err) < 0 ||
        on_off(c, header, &s.header_match) < 0 || on_off(c, insert, &s.insert_header) < 0 ||
        (checks && checks_of(c, checks, &s.still_checked) < 0))
        return -1;
    if ((header || insert || checks) &&
        store_sender_settings_set(cli_db(c), NULL, c->a, &by, org, &s, &c->err) < 0)
        return -1;
    if (c->json)
        cli_json(c, json_pack("{sb sb ss}", "header_match", s.header_match, "insert_header",
                              s.insert_header, "still_checked", s.still_checked));
    else
        printf("header match %s, insert header %s, approved senders do not skip: %s\n",
               s.header_match ? "on" : "off", s.insert_header ? "on" : "off",
               *s.still_checked ? s.still_checked : "none");
    return 0;
}
