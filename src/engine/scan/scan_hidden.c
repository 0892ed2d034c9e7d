/*
 * Text that is hidden from people to confuse filters (T-E1, T-E2). Hiding as such is no offence: newsletters hide the line
 * that inboxes show, and what is for phones only. What nobody does for readers is to cut words in pieces by hidden text,
 * comments, invisible characters or letters of other alphabets; and to hide far more text than is shown in ways that
 * are not meant for programs (letters of a pixel, white on white).
 */
#include "scan.h"

#include "../../common/arena.h"
#include "../msg/html.h"
#include "../msg/msg.h"

#define SPLIT_SURE 3 /* words in pieces: one may be an accident of an editor */
#define INVISIBLE_SURE \
    20 /* characters of no width inside words: some senders set a few, against links in dates */
#define INVISIBLE_EACH 60 /* ... and one for so many bytes of text */
#define MASS 800          /* hidden letters */
#define MASS_RATIO 3      /* to shown ones */

static void
add(struct msg *m, const char *code, const char *kind, double score, const char *evidence)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "hidden",
                                            .code = code,
                                            .kind = kind,
                                            .score = score,
                                            .evidence = evidence,
                                            .part = "",
                                            .org = ""});
}

static void
words_in_pieces(struct msg *m)
{
    const struct msg_hiding *x = &m->hiding;
    int all = x->split_words + x->comments + x->unknown_tags;

    if (x->split_words >= SPLIT_SURE)
        add(m, "hidden-in-words", "spam", 5, x->word);
    else if (all >= SPLIT_SURE)
        add(m, "markup-in-words", "", 2.5, x->word);
    else if (x->split_words > 0)
        add(m, "hidden-in-words", "", 1.5, x->word);
}

static void
hidden_mass(struct msg *m)
{
    static const enum html_hiding sly[] = {HTML_NO_SIZE, HTML_NO_CONTRAST, HTML_ELSEWHERE,
                                           HTML_NO_ROOM};
    size_t letters = 0;

    for (size_t i = 0; i < sizeof sly / sizeof *sly; i++)
        letters += m->hiding.letters[sly[i]];
    if (letters >= MASS && letters > m->hiding.letters[HTML_SHOWN] * MASS_RATIO)
        add(m, "hidden-text", "", 2,
            arena_printf(m->arena, "%zu : %zu", letters, m->hiding.letters[HTML_SHOWN]));
}

static void
odd_letters(struct msg *m)
{
    const struct text_tricks *t = &m->tricks;

    if (t->invisible >= INVISIBLE_SURE && (size_t)t->invisible * INVISIBLE_EACH >= m->normal_len)
        add(m, "invisible-in-words", "spam", 5, arena_printf(m->arena, "%d", t->invisible));
    else if (t->invisible >= 3)
        add(m, "invisible-in-words", "", 1, arena_printf(m->arena, "%d", t->invisible));
    if (t->folded >= 2)
        add(m, "mixed-alphabets", "", t->folded >= 6 ? 4 : 2,
            arena_printf(m->arena, "%d", t->folded));
    if (t->marks >= 3)
        add(m, "marks-in-words", "", 2.5, arena_printf(m->arena, "%d", t->marks));
    if (t->swapped > 0)
        add(m, "swapped-letters", "", t->swapped > 1 ? 2.5 : 1.5,
            arena_printf(m->arena, "%d", t->swapped));
    if (t->bidi > 0)
        add(m, "forced-direction", "", 1.5, arena_printf(m->arena, "%d", t->bidi));
    if (t->spaced >= 3)
        add(m, "spaced-words", "", 1, arena_printf(m->arena, "%d", t->spaced));
}

static void
run(struct scan_ctx *c)
{
    words_in_pieces(c->msg);
    hidden_mass(c->msg);
    odd_letters(c->msg);
}

const struct scanner scan_hidden = {.name = "hidden",
                                    .help = "Text that is hidden from people, and words in pieces",
                                    .prepare = text_normal_prepare,
                                    .run = run};
