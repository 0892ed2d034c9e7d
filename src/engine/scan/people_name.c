#include "people_name.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "fold.h"

void
people_name(struct arena *a, const char *text, struct people_name *out)
{
    const char *folded = fold_text(a, text, 500);

    out->n = fold_words(a, folded, out->words, PEOPLE_WORDS);
    for (int i = 0; i < out->n; i++)
        out->words[i] = fold_skeleton(a, out->words[i]);
    out->joined = fold_skeleton(a, fold_letters(a, folded));
}

bool
people_has_word(const struct people_name *n, const char *word)
{
    for (int i = 0; i < n->n; i++)
        if (strcmp(n->words[i], word) == 0)
            return true;
    return false;
}

static int
by_text(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one, *(const char *const *)other);
}

#define KEY_WORDS 5 /* more are no name */
#define KEY_BYTES 200

const char *
people_key(struct arena *a, const char *text)
{
    struct people_name n;
    struct buf *b;

    people_name(a, text, &n);
    if (strchr(text, '@') || n.n == 0 || n.n > KEY_WORDS ||
        strlen(n.joined) > KEY_BYTES - KEY_WORDS)
        return "";
    if ((unsigned char)*n.joined >= 0x80) /* with or without a blank between the parts */
        return strlen(n.joined) >= 6 ? n.joined : "";
    if (n.n < 2)
        return "";
    qsort(n.words, (size_t)n.n, sizeof *n.words, by_text);
    b = buf_new(a, 0);
    for (int i = 0; i < n.n; i++) {
        if (i > 0)
            buf_char(b, ' ');
        buf_str(b, n.words[i]);
    }
    return b->len <= KEY_BYTES ? buf_cstr(b) : "";
}

/* ------------------------------------------------------------------ the lists' people */

static const char *
text_of(const json_t *o, const char *key)
{
    const char *s = json_string_value(json_object_get(o, key));

    return s ? s : "";
}

static void
make(struct arena *a, const json_t *person, struct people_person *out)
{
    const char *first = text_of(person, "first"), *last = text_of(person, "last");
    struct people_name both;

    people_name(a, first, &out->first);
    people_name(a, last, &out->last);
    people_name(a, arena_printf(a, "%s %s", first, last), &both);
    out->first_last = both.joined;
    people_name(a, arena_printf(a, "%s %s", last, first), &both);
    out->last_first = both.joined;
}

static json_t *
name_json(const struct people_name *n)
{
    json_t *words = json_array();

    for (int i = 0; i < n->n; i++)
        json_array_append_new(words, json_string(n->words[i]));
    return words;
}

void
people_fold(struct arena *a, json_t *person)
{
    struct people_person p;

    make(a, person, &p);
    json_object_set_new(person, "folded",
                        json_pack("{so so ss ss ss ss}", "first", name_json(&p.first), "last",
                                  name_json(&p.last), "f", p.first.joined, "l", p.last.joined, "fl",
                                  p.first_last, "lf", p.last_first));
}

static void
name_of(const json_t *words, const char *joined, struct people_name *out)
{
    out->n = 0;
    for (size_t i = 0; i < json_array_size(words) && out->n < PEOPLE_WORDS; i++) {
        const char *s = json_string_value(json_array_get(words, i));
        if (s)
            out->words[out->n++] = s;
    }
    out->joined = joined;
}

void
people_read(struct arena *a, const json_t *person, struct people_person *out)
{
    const json_t *folded = json_object_get(person, "folded");

    if (!folded) {
        make(a, person, out);
        return;
    }
    name_of(json_object_get(folded, "first"), text_of(folded, "f"), &out->first);
    name_of(json_object_get(folded, "last"), text_of(folded, "l"), &out->last);
    out->first_last = text_of(folded, "fl");
    out->last_first = text_of(folded, "lf");
}

/* ------------------------------------------------------------------ comparing */

/* All words of a part of a name ("van der Berg"). */
static bool
has_part(const struct people_name *shown, const struct people_name *part)
{
    for (int i = 0; i < part->n; i++)
        if (!people_has_word(shown, part->words[i]))
            return false;
    return part->n > 0;
}

/* Scripts without blanks, and names that were written in one: 山田太郎, TaroYamada. */
static bool
is_joined(const struct people_name *shown, const struct people_person *p)
{
    if ((unsigned char)*p->first_last >= 0x80) /* no Latin letters: part of a longer text, too */
        return strstr(shown->joined, p->first_last) || strstr(shown->joined, p->last_first);
    return strcmp(shown->joined, p->first_last) == 0 || strcmp(shown->joined, p->last_first) == 0;
}

static bool
has_initial(const struct people_name *shown, const struct people_name *first)
{
    for (int i = 0; i < shown->n; i++)
        if (strlen(shown->words[i]) == 1 && shown->words[i][0] == first->words[0][0])
            return true;
    return false;
}

enum people_match
people_compare(const struct people_name *shown, const struct people_person *p)
{
    const struct people_name *f = &p->first, *l = &p->last;

    if (!shown->n || (!f->n && !l->n))
        return PEOPLE_NO;
    if (!f->n || !l->n) /* one part only: that and nothing else */
        return strcmp(shown->joined, f->n ? f->joined : l->joined) == 0 ? PEOPLE_NAME : PEOPLE_NO;
    if ((has_part(shown, f) && has_part(shown, l) && shown->n <= f->n + l->n + 4) ||
        is_joined(shown, p))
        return PEOPLE_NAME;
    return has_part(shown, l) && has_initial(shown, f) && shown->n <= l->n + 2 ? PEOPLE_INITIALS
                                                                               : PEOPLE_NO;
}
