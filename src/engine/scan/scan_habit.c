/*
 * Habits of those who send what nobody asked for to many: a way to unsubscribe in the text, but none for mail programs
 * (RFC 2369, 8058), text far below the last line that a reader sees, a number in the sender's name, the highest
 * priority. Honest senders have one of them now and then, so these are notes.
 */
#include "scan.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../msg/msg.h"
#include "cues.h"
#include "origin.h"

#define SHOWN 80  /* bytes of a field in evidence */
#define BREAKS 15 /* lines that are left free */
#define BELOW 100 /* bytes of text behind them */
#define DIGITS 5  /* in a row: no year, no "365" */

static void
add(struct msg *m, const char *code, double score, const char *evidence)
{
    msg_add_note(m, "habit", code, score, jsonx_utf8(m->arena, evidence, strnlen(evidence, SHOWN)));
}

/* Those who send to many say in the header how to leave, since inboxes ask for it. Services forget it in mail about
 * orders, so it is a sign only where nothing agrees with the sender. Mail of older days did not have it. */
static void
look_for_way_out(struct msg *m, const struct origin *o)
{
    const struct cues *c = cues_of(m);

    if (m->html && o->modern && origin_disagrees(o) && !m->list_mail && c->n[CUE_leave] > 0 &&
        !msg_field(m, "List-Post"))
        add(m, "unsubscribe-unnamed", 0.8, c->first[CUE_leave]);
}

/* ------------------------------------------------------------------ text below */

/* Behind white space of markup. */
static const char *
skip_blank(const char *p)
{
    for (;;) {
        p += strspn(p, " \t\r\n");
        if (strncasecmp(p, "&nbsp;", 6) != 0)
            return p;
        p += 6;
    }
}

/* Bytes outside of tags, not counted beyond most. */
static size_t
text_behind(const char *p, size_t most)
{
    size_t n = 0;

    while (*p && n < most) {
        size_t text = strcspn(p, "<"), tag = strcspn(p + text, ">");
        for (size_t i = 0; i < text && n < most; i++)
            n += (unsigned char)p[i] > ' ';
        p += text + tag + (p[text + tag] == '>');
    }
    return n;
}

/* The end of the first long run of <br>; NULL: there is none. */
static const char *
below(const char *p, int *run)
{
    *run = 0;
    while ((p = strchr(p, '<'))) {
        const char *end = p + 1 + strcspn(p + 1, "<>"), *next = skip_blank(end + (*end == '>'));
        bool is_break = *end == '>' && strncasecmp(p, "<br", 3) == 0;

        *run += is_break;
        if (*run >= BREAKS && (!is_break || *next != '<'))
            return p;
        if (!is_break || *next != '<')
            *run = 0;
        p = is_break ? next : end;
    }
    return NULL;
}

/* A run of empty lines, and text: what is behind it is not for readers. */
static void
look_below(struct msg *m)
{
    int run;
    const char *p = below(m->source, &run);

    if (p && text_behind(p, BELOW) >= BELOW)
        add(m, "text-below", 1.2, arena_printf(m->arena, "%d", run));
}

/* ------------------------------------------------------------------ header */

static void
look_at_name(struct msg *m)
{
    static const char digits[] = "0123456789";

    for (const char *p = m->from_name; *p; p += strspn(p, digits)) {
        size_t word = strcspn(p, digits);
        p += word;
        if (strspn(p, digits) < DIGITS || (word && isalpha((unsigned char)p[-1])))
            continue; /* "ISO17799" */
        add(m, "name-numbered", 0.6, m->from_name);
        return;
    }
}

/* The value of a field; "": there is none. */
static const char *
value_of(const struct msg *m, const char *name)
{
    const struct msg_field *f = msg_field(m, name);

    return f ? f->text + strspn(f->text, " \t") : "";
}

/* "1" and "2" of five. People press that button, too, in mail to each other, which leads nowhere. */
static void
look_at_priority(struct msg *m, const struct origin *o)
{
    const char *x = value_of(m, "X-Priority"), *importance = value_of(m, "Importance");

    if (!o->elsewhere || o->own)
        return;
    if (*x == '1' || *x == '2')
        add(m, "priority-high", 0.5, x);
    else if (strncasecmp(importance, "high", 4) == 0)
        add(m, "priority-high", 0.5, importance);
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct origin *o = origin_of(m);

    look_at_name(m);
    if (o->conversation)
        return;
    look_for_way_out(m, o);
    look_below(m);
    look_at_priority(m, o);
}

const struct scanner scan_habit = {.name = "habit",
                                   .help = "Habits of those who send unwanted mail to many",
                                   .prepare = cues_prepare,
                                   .run = run};
