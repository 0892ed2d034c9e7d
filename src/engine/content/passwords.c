#include "passwords.h"

#include "candidates.h"
#include "content.h"
#include "../../common/arena.h"
#include "../msg/msg.h"

#include <jansson.h>
#include <string.h>
#include <time.h>

#define WEAK_DEAR 15 /* words that just stand in the mail, where a try is dear */
#define WORKED 8
#define ORGS 20
#define LONGEST 256 /* bytes of a listed one */

enum from { FROM_MAIL, FROM_EARLIER, FROM_LIST };

struct one {
    const char *text;
    enum from from;
    bool weak;
};

/* Of a message. */
struct passwords {
    bool off;        /* all organisations of the message have switched it off */
    bool made;       /* all[] was made from text of this length */
    size_t text_len; /* of the mail, as far as it was read */
    struct one *all;
    int n, room;
    struct one worked[WORKED];
    int nworked;
    int64_t cpu; /* microseconds spent on all tries */
};

static int64_t
cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* ---------------------------------------------------------------- what is tried */

static void
add(struct passwords *p, const char *text, enum from from, bool weak)
{
    if (!text || !*text || strlen(text) > LONGEST || p->n == p->room)
        return;
    for (int i = 0; i < p->n; i++)
        if (strcmp(p->all[i].text, text) == 0)
            return;
    p->all[p->n++] = (struct one){text, from, weak};
}

static void
add_array(struct passwords *p, const json_t *list, enum from from, size_t most)
{
    for (size_t i = 0; i < json_array_size(list) && i < most; i++)
        add(p, json_string_value(json_array_get(list, i)), from, false);
}

/* What the organisations of the message give: by organisation. */
static void
add_topic(struct passwords *p, const struct msg *m, const char *topic, enum from from, size_t most)
{
    json_t *orgs = json_object_get(m->env->lists, topic), *value;
    const char *org;
    int n = 0;

    json_object_foreach(orgs, org, value) if (n++ < ORGS)
        add_array(p, json_is_array(value) ? value : json_object_get(value, "list"), from, most);
}

static bool
switched_off(const struct msg *m)
{
    json_t *orgs = json_object_get(m->env->lists, "passwords"), *value;
    const char *org;

    json_object_foreach(orgs, org,
                        value) if (!json_is_true(json_object_get(value, "off"))) return false;
    return json_object_size(orgs) > 0;
}

static void
add_words(struct passwords *p, const struct candidate *c, int n, bool strong)
{
    for (int i = 0; i < n; i++)
        if (c[i].strong == strong)
            add(p, c[i].text, FROM_MAIL, !strong);
}

/* Made again when more of the text was read since. */
static struct passwords *
prepare(struct content *c)
{
    struct msg *m = content_msg(c);
    struct passwords **slot = content_passwords(c), *p;
    struct candidate words[CANDIDATES];
    size_t len;
    const char *text = content_body(c, &len);
    int n;

    if (!*slot)
        *slot = arena_calloc(m->arena, 1, sizeof **slot);
    p = *slot;
    if (p->made && p->text_len == len)
        return p;
    p->made = true;
    p->text_len = len;
    p->off = switched_off(m);
    p->n = 0;
    p->room = CANDIDATES + ORGS * (PASSWORDS_RECENT + PASSWORDS_LIST);
    if (!p->all)
        p->all = arena_calloc(m->arena, (size_t)p->room, sizeof *p->all);
    if (p->off)
        return p;
    n = candidates(m->arena, m, text, len, words, CANDIDATES);
    add_words(p, words, n, true);
    add_topic(p, m, "recent_passwords", FROM_EARLIER, PASSWORDS_RECENT);
    add_topic(p, m, "passwords", FROM_LIST, PASSWORDS_LIST);
    add_words(p, words, n, false);
    return p;
}

/* ---------------------------------------------------------------- the walk */

void
passwords_begin(struct password_walk *w, struct content *c, const struct content_file *f,
                enum passwords_cost cost)
{
    *w = (struct password_walk){
        .c = c, .f = f, .set = prepare(c), .cost = cost, .at = -1, .since = -1};
}

static void
stop_clock(struct password_walk *w)
{
    if (w->since >= 0)
        w->set->cpu += cpu_us() - w->since;
    w->since = -1;
}

/* Number at: first those that have worked. */
static const struct one *
number(const struct passwords *p, int at)
{
    return at < p->nworked ? &p->worked[at] : &p->all[at - p->nworked];
}

static bool
skipped(struct password_walk *w, const struct one *x)
{
    for (int i = 0; i < w->set->nworked && w->at >= w->set->nworked; i++)
        if (strcmp(w->set->worked[i].text, x->text) == 0)
            return true;
    return x->weak && w->cost == PASSWORDS_DEAR && w->weak++ >= WEAK_DEAR;
}

const char *
passwords_next(struct password_walk *w)
{
    struct passwords *p = w->set;

    stop_clock(w);
    if (p->off || p->cpu > PASSWORDS_CPU_MS * 1000)
        return NULL;
    while (++w->at < p->nworked + p->n) {
        const struct one *x = number(p, w->at);
        if (skipped(w, x))
            continue;
        w->tried++;
        w->since = cpu_us();
        return x->text;
    }
    return NULL;
}

/* ---------------------------------------------------------------- what came of it */

static struct msg_part *
part_of(struct content *c, const struct content_file *f)
{
    struct msg *m = content_msg(c);

    for (int i = m->nparts; i-- > 0;)
        if (strcmp(m->parts[i].id, f->id) == 0)
            return &m->parts[i];
    return NULL;
}

void
passwords_not_needed(struct content *c, const struct content_file *f)
{
    struct msg_part *part = part_of(c, f);

    if (part)
        part->encrypted = part->opened_with_password = true;
}

static bool
is_noted(const struct msg *m, const struct content_file *f, const char *code)
{
    for (int i = m->nfindings; i-- > 0;)
        if (strcmp(m->findings[i].part, f->id) == 0 && strcmp(m->findings[i].code, code) == 0)
            return true;
    return false;
}

static void
note(struct password_walk *w, const char *code, const char *evidence)
{
    if (!is_noted(content_msg(w->c), w->f, code))
        content_finding(w->c, w->f, code, "", 0, evidence);
}

void
passwords_opened(struct password_walk *w)
{
    static const char *const codes[] = {[FROM_MAIL] = "password-mail",
                                        [FROM_EARLIER] = "password-earlier",
                                        [FROM_LIST] = "password-list"};
    struct passwords *p = w->set;
    const struct one *x = number(p, w->at);

    stop_clock(w);
    passwords_not_needed(w->c, w->f);
    note(w, codes[x->from], w->f->name);
    if (w->at >= p->nworked && p->nworked < WORKED)
        p->worked[p->nworked++] = *x;
}

bool
passwords_failed(struct password_walk *w, const char *name)
{
    stop_clock(w);
    if (!content_locked(w->c, w->f, name))
        return false;
    if (w->tried)
        note(w, "passwords-tried",
             arena_printf(content_scratch(w->c), "%s: %d", *name ? name : w->f->name, w->tried));
    return true;
}
