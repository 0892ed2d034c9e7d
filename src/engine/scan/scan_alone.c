/*
 * From a free mailbox: a document and nothing to read, so that no filter reads it; a sum of money and where to get it.
 * People send files without words and speak of money, too, so these are notes.
 */
#include "scan.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../msg/msg.h"
#include "chance.h"
#include "origin.h"

#define LITTLE 100 /* bytes of text without white space */
#define SHORT 1500 /* ... of a text that has no time for more than its bait */
#define LOOKED_AT 4000
#define SUM 24 /* bytes of a sum */

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

/* ------------------------------------------------------------------ sums */

static bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Thousands or more, without what is behind the last mark when that are cents. */
static bool
is_large(const char *number, size_t n)
{
    size_t digits = 0, cents = 0;

    for (size_t i = 0; i < n; i++) {
        digits += digit(number[i]);
        cents = digit(number[i]) ? cents + 1 : 0;
    }
    return (cents == 2 && digits < n ? digits - cents : digits) >= 4;
}

/* A large number with a sign of a currency in front or behind. NULL: none. */
static const char *
sum(struct arena *a, const char *text, size_t n)
{
    static const char *const signs[] = {"$", "€", "£", "¥", "usd", "eur"};

    for (size_t i = 0; i < n; i++) {
        size_t end = i, behind;
        bool known = false;
        if (!digit(text[i]))
            continue;
        while (end < n && end - i < SUM && (digit(text[end]) || strchr(".,", text[end])) &&
               text[end])
            end++;
        behind = end + (end < n && text[end] == ' ');
        for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
            size_t len = strlen(signs[k]);
            known |= (i >= len && strncasecmp(text + i - len, signs[k], len) == 0) ||
                     (i > len && strncasecmp(text + i - len - 1, signs[k], len) == 0) ||
                     strncasecmp(text + behind, signs[k], len) == 0;
        }
        if (known && is_large(text + i, end - i))
            return arena_strndup(a, text + i, end - i);
        i = end;
    }
    return NULL;
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
    money = sum(m->arena, m->text, m->text_len < LOOKED_AT ? m->text_len : LOOKED_AT);
    if (money)
        add(m, "sum-freemail", 1.3, money, "");
}

const struct scanner scan_alone = {
    .name = "alone",
    .help = "Documents without text and sums of money from free mailboxes",
    .run = run};
