/*
 * How the text is written, as numbers (F26, style/style.h): of what our own people write, and of mail in the name of a
 * high-profile user. The gate compares them with what it knows of him (intake/intake_style.c), since profiles are not
 * for the sandbox.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "../style/style.h"
#include "lists.h"
#include "people_name.h"

/* Set by look_for_org() for the message at hand. */
struct search {
    struct people_name shown;
    bool found;
};
static _Thread_local struct search search;

static void
look_for_org(struct msg *m, const char *org, const json_t *o)
{
    const json_t *people = json_object_get(o, "people");
    struct people_person person;

    (void)org;
    for (size_t i = 0; !search.found && i < json_array_size(people); i++) {
        people_read(m->arena, json_array_get(people, i), &person);
        search.found = people_compare(&search.shown, &person) == PEOPLE_NAME;
    }
}

static bool
is_high_profile(struct msg *m)
{
    search = (struct search){.found = false};
    people_name(m->arena, m->from_name, &search.shown);
    lists_each(m, look_for_org);
    return search.found;
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    bool from_inside = m->env->direction && strcmp(m->env->direction, "out") == 0;
    double x[STYLE_FEATURES];

    if (m->list_mail || m->auto_submitted || (!from_inside && !is_high_profile(m)) ||
        !style_measure(m->text, m->text_len, x))
        return;
    m->style = arena_memdup(m->arena, x, sizeof x);
}

const struct scanner scan_style = {
    .name = "style", .help = "How high-profile users write", .prepare = NULL, .run = run};
