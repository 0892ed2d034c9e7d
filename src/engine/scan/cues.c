#include "cues.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../msg/msg.h"
#include "fold.h"
#include "phrases.h"

#define TEXT (128 * 1024) /* what is behind that nobody reads */

static const struct cue {
    enum cue_topic topic;
    const char *phrase;
} cues[] = {
#define CUE(topic, lang, phrase) {CUE_##topic, phrase},
#include "cues.def"
#undef CUE
};
#define CUES (sizeof cues / sizeof *cues)

static struct arena *arena;
static struct phrases *search;

void
cues_prepare(void)
{
    const char *list[CUES];

    if (search)
        return;
    fold_prepare();
    arena = arena_new();
    for (size_t i = 0; i < CUES; i++)
        list[i] = fold_text(arena, cues[i].phrase, strlen(cues[i].phrase));
    search = phrases_new(list, (int)CUES);
}

struct counting {
    struct cues *out;
    unsigned char seen[CUES];
};

static void
found(void *ctx, int i, size_t at)
{
    struct counting *c = ctx;
    enum cue_topic t = cues[i].topic;

    (void)at;
    if (c->seen[i])
        return;
    c->seen[i] = 1;
    if (c->out->n[t] < 2)
        *(c->out->n[t] == 0 ? &c->out->first[t] : &c->out->second[t]) = cues[i].phrase;
    c->out->n[t]++;
}

/* Lines are broken anywhere: a blank for each run of white space. */
static const char *
one_line(struct arena *a, const char *s)
{
    char *out = arena_alloc(a, strlen(s) + 1), *to = out;

    for (; *s; s++) {
        bool blank = (unsigned char)*s <= ' ';
        if (!blank)
            *to++ = *s;
        else if (to > out && to[-1] != ' ')
            *to++ = ' ';
    }
    return out;
}

const struct cues *
cues_of(struct msg *m)
{
    static struct cues last;
    static const struct msg *of;
    static unsigned char sha256[32];
    struct arena *scratch;
    struct counting c = {.out = &last};
    const char *text;
    size_t at = msg_shown_at(m), n = m->text_len - at;

    if (of == m && memcmp(sha256, m->sha256, sizeof sha256) == 0)
        return &last;
    cues_prepare();
    last = (struct cues){0};
    for (int t = 0; t < CUE_TOPICS; t++)
        last.first[t] = last.second[t] = "";
    scratch = arena_new();
    text = one_line(scratch, fold_text(scratch, m->subject, 2000));
    phrases_find(search, text, strlen(text), found, &c);
    text = one_line(scratch, fold_text(scratch, m->text + at, n > TEXT ? TEXT : n));
    phrases_find(search, text, strlen(text), found, &c);
    arena_free(&scratch);
    of = m;
    memcpy(sha256, m->sha256, sizeof sha256);
    return &last;
}
