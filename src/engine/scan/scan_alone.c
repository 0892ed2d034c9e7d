/*
 * From a free mailbox: a document and nothing to read, so that no filter reads it; a sum of money and where to get it.
 * People send files without words and speak of money, too, so these are notes.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../msg/msg.h"
#include "chance.h"
#include "money.h"
#include "origin.h"

#define LITTLE 100 /* bytes of text without white space */
#define SHORT 1500 /* ... of a text that has no time for more than its bait */
#define LOOKED_AT 4000
#define THOUSANDS 4 /* digits of a sum that a text is about */
#define SUBJECT 2   /* ... that a subject is about */

static void
add(struct msg *m, const char *code, double score, const char *evidence, const char *part)
{
    msg_add_finding(m, (struct msg_finding){.scanner = "alone",
                                            .code = code,
                                            .kind = "",
                                            .score = score,
                                            .evidence = evidence,
                                            .part = part,
                                            .org = ""});
}

/* Of several files none: somebody who sends his papers. */
static const struct msg_part *
only_file(const struct msg *m)
{
    const struct msg_part *file = NULL;

    for (int i = 0; i < m->nparts; i++) {
        if (!m->parts[i].attachment || strchr(m->parts[i].id, '/'))
            continue;
        if (file)
            return NULL;
        file = &m->parts[i];
    }
    return file;
}

static bool
is_pdf(const struct msg_part *file)
{
    return strcmp(file->type, "application/pdf") == 0 ||
           strcmp(file->true_type, "application/pdf") == 0;
}

/* ------------------------------------------------------------------ all */

/* The last word of a name in front of its suffix. */
static bool
named_by_chance(const char *name)
{
    const char *dot = strrchr(name, '.'), *end = dot ? dot : name + strlen(name), *word = end;

    while (word > name && !strchr(" _.-", word[-1]))
        word--;
    return chance_word(word, (size_t)(end - word));
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct origin *o = origin_of(m);
    const struct msg_part *file = only_file(m);
    size_t n = o->freemail && !o->conversation ? msg_letters(m, SHORT) : SHORT;
    const char *money;

    if (file && is_pdf(file) && n < LITTLE && !o->elsewhere)
        add(m, "file-alone", 1.3, file->name, file->id);
    if (file && named_by_chance(file->name))
        add(m, "file-chance", o->freemail ? 1.0 : 0.4, file->name, file->id);
    if (n >= SHORT || (!file && !o->elsewhere))
        return;
    money = money_sum(m->arena, m->subject, strlen(m->subject), SUBJECT);
    if (money) {
        add(m, "sum-subject", 1.3, money, "");
        return;
    }
    money =
        money_sum(m->arena, m->text, m->text_len < LOOKED_AT ? m->text_len : LOOKED_AT, THOUSANDS);
    if (money)
        add(m, "sum-freemail", 1.3, money, "");
}

const struct scanner scan_alone = {
    .name = "alone",
    .help = "Documents without text and sums of money from free mailboxes",
    .run = run};
