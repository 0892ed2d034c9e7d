/*
 * Tags in expressions: <A> stands for the text of `replace_tag A`; <pre X>, <inter X> and <post X> in an
 * expression put the text of that name before, between and behind its tags. The texts may hold tags.
 */
#include "ruleset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>

#define PASSES 6
#define EXPANDED (REGEX_BYTES)

/* Cuts <word NAME> out of the text and returns the name; NULL: there is none. */
static const char *
take_out(struct arena *a, char *text, const char *word)
{
    char *at = text;
    size_t n = strlen(word);
    while ((at = strchr(at, '<'))) {
        char *end = strchr(at, '>');
        if (end && strncmp(at + 1, word, n) == 0 && at[1 + n] == ' ' && end > at + n + 2) {
            const char *name = arena_strndup(a, at + n + 2, (size_t)(end - at - (ptrdiff_t)n - 2));
            memmove(at, end + 1, strlen(end + 1) + 1);
            return name;
        }
        at++;
    }
    return NULL;
}

static const char *
text_of(const struct names *t, const char *name)
{
    const char *text = name ? names_get(t, name, strlen(name)) : NULL;
    return text ? text : "";
}

struct affixes {
    const char *pre, *inter, *post;
};

/* The end of "<...>" at p; NULL: it is none. */
static const char *
tag_end(const char *p)
{
    const char *end = *p == '<' ? strpbrk(p + 1, "<>") : NULL;
    return end && *end == '>' && end > p + 1 ? end : NULL;
}

/* true: what was put in may hold tags itself. */
static bool
one_pass(struct ruleset *s, const char *text, const struct affixes *x, struct buf *out)
{
    bool again = false, after_tag = false;
    const char *end;
    while (*text && out->len < EXPANDED) {
        if (!(end = tag_end(text))) {
            after_tag = false;
            buf_char(out, *text++);
            continue;
        }
        const char *tag = names_get(&s->tags, text + 1, (size_t)(end - text - 1));
        if (after_tag)
            buf_str(out, x->inter);
        buf_str(out, x->pre);
        if (tag)
            buf_str(out, tag);
        else
            buf_add(out, text, (size_t)(end + 1 - text));
        buf_str(out, x->post);
        again |= tag && strchr(tag, '<');
        after_tag = true;
        text = end + 1;
    }
    return again;
}

static const char *
expanded(struct ruleset *s, const char *pattern)
{
    bool again = true;
    char *text = arena_strdup(s->a, pattern);
    for (int i = 0; i < PASSES && again; i++) {
        struct arena *scratch = arena_new();
        struct affixes x = {text_of(&s->tag_pre, take_out(s->a, text, "pre")), "", ""};
        x.post = text_of(&s->tag_post, take_out(s->a, text, "post"));
        x.inter = text_of(&s->tag_inter, take_out(s->a, text, "inter"));
        struct buf *out = buf_new(scratch, 0);
        again = one_pass(s, text, &x, out);
        text = arena_strndup(s->a, buf_cstr(out), out->len);
        arena_free(&scratch);
        if (strlen(text) >= EXPANDED)
            return NULL;
    }
    return text;
}

void
replace_tags(struct ruleset *s)
{
    for (int i = 0; i < s->nrules; i++) {
        struct rule *r = s->rules[i];
        if (!r->replace || !r->text.pattern)
            continue;
        r->text.pattern = expanded(s, r->text.pattern);
        if (!r->text.pattern) {
            ruleset_problem(s, PROBLEM_ERROR, r->file, r->line, r->name,
                            "the expression is too long with its tags");
            r->kind = RULE_NONE;
        }
    }
}
