/* sekisho feed add|update|list|delete|check: lists of dangerous things that the operator imports */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "common/arena.h"
#include "common/settings.h"
#include "engine/reputation/feed_build.h"
#include "engine/reputation/feeds.h"

static const char *
feeds_dir(void)
{
    return settings_path("feeds");
}

static const struct feed *
find(struct cli *c, const struct feed_set *set, const char *name)
{
    for (int i = 0; i < set->n; i++)
        if (strcmp(set->feed[i].head->name, name) == 0)
            return &set->feed[i];
    err_set(&c->err, ERR_NOTFOUND, "feed", "there is no feed %.40s; `sekisho feed list` shows them",
            name);
    return NULL;
}

/* ---------------------------------------------------------------- add, update */

static void
say_bad(struct cli *c, const struct feed_report *r)
{
    for (int i = 0; i < r->nbad; i++) {
        const struct feed_bad *x = &r->first[i];
        if (!c->json)
            printf("line %llu: %s: %s\n", (unsigned long long)x->line, cli_safe(c, x->text),
                   x->why);
    }
    if (!c->json && r->bad > (uint64_t)r->nbad)
        printf("and %llu more lines that cannot be read\n",
               (unsigned long long)(r->bad - (uint64_t)r->nbad));
}

static json_t *
bad_json(struct cli *c, const struct feed_report *r)
{
    json_t *list = json_array();

    for (int i = 0; i < r->nbad; i++)
        json_array_append_new(list,
                              json_pack("{sI ss ss}", "line", (json_int_t)r->first[i].line, "text",
                                        cli_safe(c, r->first[i].text), "problem", r->first[i].why));
    return list;
}

static int
build(struct cli *c, const struct feed_order *o)
{
    struct feed_report r;
    int rc = feed_build(feeds_dir(), o, &r, &c->err);

    say_bad(c, &r);
    if (rc < 0)
        return -1;
    if (c->json)
        cli_json(c, json_pack("{ss sI sI sI sI so}", "name", o->name, "lines", (json_int_t)r.lines,
                              "entries", (json_int_t)r.entries, "bad", (json_int_t)r.bad, "skipped",
                              (json_int_t)r.skipped, "problems", bad_json(c, &r)));
    else
        printf("%s: %llu entries from %llu lines; %llu could not be read, %llu were skipped\n",
               o->name, (unsigned long long)r.entries, (unsigned long long)r.lines,
               (unsigned long long)r.bad, (unsigned long long)r.skipped);
    return 0;
}

static int
read_order(struct cli *c, struct feed_order *o, const char *format, const char *level,
           const char *kind, const char *file)
{
    char *path;

    o->format = format ? feed_format_named(format) : FEED_LIST;
    if (o->format == FEED_FORMATS)
        return err_set(&c->err, ERR_INPUT, "format",
                       "the format is list, domains, urls, hosts, csv or rpz");
    o->level = level ? risk_level_named(level) : RISK_DANGEROUS;
    if (o->level == RISK_LEVELS)
        return err_set(&c->err, ERR_INPUT, "level",
                       "the level is dangerous, highly-suspicious, suspicious or safe");
    if (kind && strcmp(kind, "phishing") != 0 && strcmp(kind, "malware") != 0)
        return err_set(&c->err, ERR_INPUT, "kind", "the kind is phishing or malware");
    o->malware = kind && strcmp(kind, "malware") == 0;
    if (!o->column)
        o->column = o->format == FEED_CSV ? "1" : "";
    path = realpath(file, NULL); /* update may run in another folder */
    if (!path)
        return err_set(&c->err, ERR_INPUT, "file", "%.150s cannot be read: %s", file,
                       strerror(errno));
    o->source = arena_strdup(c->a, path);
    free(path);
    return 0;
}

int
cmd_feed_add(struct cli *c)
{
    const char *file = cli_opt(c, "--file"), *format = cli_opt(c, "--format");
    const char *level = cli_opt(c, "--level"), *kind = cli_opt(c, "--kind");
    struct feed_order o = {.column = cli_opt(c, "--column")};

    o.name = cli_word(c);
    if (cli_end(c, !o.name ? "NAME"
                   : !file ? "--file FILE"
                           : NULL) ||
        read_order(c, &o, format, level, kind, file))
        return -1;
    return build(c, &o);
}

static int
update(struct cli *c, const struct feed_head *h)
{
    const struct feed_order o = {.name = h->name,
                                 .source = h->source,
                                 .column = h->column,
                                 .format = (enum feed_format)h->format,
                                 .level = (enum risk_level)h->level,
                                 .malware = h->malware};

    return build(c, &o);
}

int
cmd_feed_update(struct cli *c)
{
    const char *name = cli_word(c);
    const struct feed_set *set;
    const struct feed *f;
    int rc = 0;

    if (cli_end(c, NULL))
        return -1;
    set = feeds_read(c->a, feeds_dir(), NULL);
    if (name)
        return (f = find(c, set, name)) ? update(c, f->head) : -1;
    for (int i = 0; i < set->n; i++) /* one that fails does not stop the others */
        if (update(c, set->feed[i].head) < 0) {
            fprintf(stderr, "sekisho: %s stays as it was: %s\n", set->feed[i].head->name,
                    c->err.text);
            rc = -1;
        }
    return rc ? err_set(&c->err, ERR_INPUT, "feed", "not all feeds could be updated") : 0;
}

/* ---------------------------------------------------------------- list, delete */

static void
print(struct cli *c, const struct feed_head *h)
{
    if (c->json)
        cli_json(c, json_pack("{ss ss ss ss ss sI sI sI sI}", "name", h->name, "format",
                              feed_format_name((enum feed_format)h->format), "level",
                              risk_level_name((enum risk_level)h->level), "kind",
                              h->malware ? "malware" : "phishing", "file", cli_safe(c, h->source),
                              "entries", (json_int_t)h->count, "bad", (json_int_t)h->bad, "skipped",
                              (json_int_t)h->skipped, "made_at", (json_int_t)h->made_at));
    else
        printf("%s\t%s\t%s\t%llu entries\t%s\t%s\n", h->name,
               risk_level_name((enum risk_level)h->level), h->malware ? "malware" : "phishing",
               (unsigned long long)h->count, cli_time(c, h->made_at), cli_safe(c, h->source));
}

int
cmd_feed_list(struct cli *c)
{
    const struct feed_set *set;
    int damaged = 0;

    if (cli_end(c, NULL))
        return -1;
    set = feeds_read(c->a, feeds_dir(), &damaged);
    for (int i = 0; i < set->n; i++)
        print(c, set->feed[i].head);
    return damaged ? err_set(&c->err, ERR_ENV, "feed",
                             "%d feeds are damaged and not used; add them again", damaged)
                   : 0;
}

int
cmd_feed_delete(struct cli *c)
{
    const char *name = cli_word(c), *path;

    if (cli_end(c, name ? NULL : "NAME"))
        return -1;
    if (!feed_name_ok(name))
        return err_set(&c->err, ERR_INPUT, "name", "this is no name of a feed");
    path = arena_printf(c->a, "%s/%s" FEED_SUFFIX, feeds_dir(), name);
    if (unlink(path) == 0)
        return 0;
    if (errno == ENOENT)
        return err_set(&c->err, ERR_NOTFOUND, "feed",
                       "there is no feed %.40s; `sekisho feed list` shows them", name);
    return err_set(&c->err, ERR_ENV, "feed", "%.150s cannot be deleted: %s", path, strerror(errno));
}

/* ---------------------------------------------------------------- check */

static int
candidates(struct cli *c, const char *text, struct threat *out)
{
    enum threat_problem problem = threat_parse(c->a, text, out);
    const char *host;

    if (problem != THREAT_FINE)
        return err_set(&c->err, ERR_INPUT, "value", "%.100s: %s", text,
                       threat_problem_text(problem));
    if (out->type == THREAT_DOMAIN)
        return threat_domain_candidates(c->a, out->value, out);
    if (out->type != THREAT_URL)
        return 1;
    (void)threat_url(c->a, arena_printf(c->a, "http://%s", out->value), &host);
    return threat_candidates(c->a, out->value, host, out);
}

int
cmd_feed_check(struct cli *c)
{
    struct threat t[THREAT_CANDIDATES];
    const char *text = cli_word(c);
    const struct feed_set *set;
    int n;

    if (cli_end(c, text ? NULL : "VALUE") || (n = candidates(c, text, t)) < 0)
        return -1;
    set = feeds_read(c->a, feeds_dir(), NULL);
    for (int i = 0; i < set->n; i++)
        for (int k = 0; k < n; k++) {
            const struct feed_head *h = set->feed[i].head;
            if (!feed_has(&set->feed[i], &t[k]))
                continue;
            if (c->json)
                cli_json(c, json_pack("{ss ss ss ss}", "feed", h->name, "level",
                                      risk_level_name((enum risk_level)h->level), "type",
                                      threat_type_name(t[k].type), "value", t[k].value));
            else
                printf("%s\t%s\t%s %s\n", h->name, risk_level_name((enum risk_level)h->level),
                       threat_type_name(t[k].type), cli_safe(c, t[k].value));
            break;
        }
    return 0;
}
