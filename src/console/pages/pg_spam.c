/* Settings about spam and phishing: catch level, what is done with each kind, what is watched. */
#include "pg_spam.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../store/store_spam.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "pg_actor.h"
#include "pg_version.h"
#include "templates.h"

const struct field spam_fields[] = {
    {"level", FIELD_TEXT, 40, false, NULL},
#define SPAM_KIND(id, action, label, about) \
    {"action-" #id, FIELD_CHOICE, 0, true, "hold|tag|deliver"},
#include "../../common/spam_rule.def"
    {"tag", FIELD_TEXT, SPAM_TAG_MAX, false, NULL},
#define SPAM_GRAY(id, on, label) {"gray-" #id, FIELD_BOOL, 0, false, NULL},
#include "../../common/spam_rule.def"
    {"people", FIELD_BOOL, 0, false, NULL},
    {"domains", FIELD_BOOL, 0, false, NULL},
    {"closeness", FIELD_TEXT, 40, false, NULL},
    FIELD_VERSION,
    FIELDS_END,
};

int
pg_spam_counts(struct web_req *r, struct pg_spam_counts *out)
{
    struct store_spam_count *rows;
    int n;

    *out = (struct pg_spam_counts){{0}};
    if (store_spam_counts(r->db, &r->scope, r->a, r->scope.org, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        if (spam_list_of(rows[i].list) < SPAM_LISTS)
            out->n[spam_list_of(rows[i].list)] = rows[i].n;
    return 0;
}

static const struct ui_option *
levels(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, SPAM_LEVELS + 1, sizeof *o);

    for (int i = 0; i < SPAM_LEVELS; i++)
        o[i] = (struct ui_option){spam_levels[i].id,
                                  TF(T("{level} - from a score of {score}"), "level",
                                     T(spam_levels[i].label), "score",
                                     view_decimal(r, spam_levels[i].threshold, 1)),
                                  NULL};
    return o;
}

static const struct ui_option *
actions(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, SPAM_ACTIONS + 1, sizeof *o);

    o[0] = (struct ui_option){spam_action_ids[SPAM_HOLD], T("Hold"), NULL};
    o[1] =
        (struct ui_option){spam_action_ids[SPAM_TAG], T("Deliver with a tag in the subject"), NULL};
    o[2] = (struct ui_option){spam_action_ids[SPAM_DELIVER], T("Deliver"), NULL};
    return o;
}

static const struct ui_option *
closes(struct web_req *r)
{
    struct ui_option *o = arena_calloc(r->a, SPAM_CLOSES + 1, sizeof *o);

    for (int i = 0; i < SPAM_CLOSES; i++)
        o[i] = (struct ui_option){spam_closes[i].id, T(spam_closes[i].label), NULL};
    return o;
}

/* typed NULL: the settings as they are. */
static int
page(struct web_req *r, int status, const struct spam_rule *typed)
{
    struct pg_spam v = {.levels = levels(r),
                        .actions = actions(r),
                        .closes = closes(r),
                        .may_change = pg_may(r, ROLES_CHANGE)};
    struct spam_rule now;
    const char *settings;
    json_t *j;

    spam_rule_default(&now);
    if (store_spam_setting(r->db, &r->scope, r->a, r->scope.org, &settings, &v.version, &r->err) ||
        pg_spam_counts(r, &v.counts))
        return -1;
    if (settings &&
        (jsonx_load(r->a, settings, strlen(settings), SPAM_RULE_BYTES * 4, &j, &r->err) ||
         spam_rule_from_json(r->a, j, &now, &r->err)))
        return -1;
    v.rule = typed ? typed : &now;
    t_spam(r, &v);
    return reply_page(r, status);
}

int
pg_spam_form(struct web_req *r)
{
    return page(r, 200, NULL);
}

static void
take_level(struct web_req *r, struct spam_rule *rule)
{
    for (int i = 0; i < SPAM_LEVELS; i++)
        if (!strcmp(in_text(r, "level"), spam_levels[i].id)) {
            rule->level = (enum spam_level)i;
            return;
        }
    in_error(r, "level", N_("Choose one of the levels"));
}

static void
take_closeness(struct web_req *r, struct spam_rule *rule)
{
    for (int i = 0; i < SPAM_CLOSES; i++)
        if (!strcmp(in_text(r, "closeness"), spam_closes[i].id)) {
            rule->close = (enum spam_close)i;
            return;
        }
    in_error(r, "closeness", N_("Choose how alike a domain must be"));
}

static void
take_form(struct web_req *r, struct spam_rule *rule)
{
    bool tagged = false;

    take_level(r, rule);
    take_closeness(r, rule);
    for (int k = 0; k < SPAM_KINDS; k++) {
        const char *s = in_text(r, arena_printf(r->a, "action-%s", spam_kinds[k].id));
        for (int i = 0; i < SPAM_ACTIONS; i++)
            if (!strcmp(s, spam_action_ids[i]))
                rule->action[k] = (enum spam_action)i;
        tagged |= rule->action[k] == SPAM_TAG;
    }
    for (int g = 0; g < SPAM_GRAYS; g++)
        rule->gray[g] = in_bool(r, arena_printf(r->a, "gray-%s", spam_grays[g].id));
    rule->people = in_bool(r, "people");
    rule->domains = in_bool(r, "domains");
    rule->tag = in_text(r, "tag");
    if (tagged && !*rule->tag)
        in_error(r, "tag", N_("Enter the tag that marks such mail, for example [SPAM]"));
}

int
pg_spam(struct web_req *r)
{
    struct store_actor by = pg_actor(r);
    struct spam_rule rule;

    spam_rule_default(&rule);
    take_form(r, &rule);
    if (in_ok(r) &&
        store_spam_setting_put(r->db, &r->scope, r->a, &by, r->scope.org,
                               jsonx_dump(r->a, spam_rule_to_json(r->a, &rule), NULL),
                               in_text(r, "version"), &r->err) &&
        !pg_version_stale(r))
        return -1;
    if (!in_ok(r))
        return page(r, 422, &rule);
    return reply_flash(
        r, "/spam",
        &(struct flash){"ok", N_("Saved. It works within a second."), NULL, -1, NULL, NULL}, NULL);
}
