/*
 * A small parser for expressions. Each piece has a set of literals, one of which is in all that it matches,
 * or no set. In a sequence the best set of its pieces is that of the whole; alternatives need a set each;
 * what may be missing has none. Literals grow over pieces that are one character.
 */
#include "literal.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 60

struct scan {
    const char *p, *end;
    bool extended; /* blanks and comments mean nothing */
    bool odd;      /* something that is not understood: no set at all */
    int depth;
};

static void alternatives(struct scan *s, struct literals *out);

/* ------------------------------------------------------------------ sets */

/* How much a set is worth: the length of its shortest literal, then how few they are. */
static int
worth(const struct literals *l)
{
    int least = LITERAL_BYTES;
    if (l->n == 0)
        return 0;
    for (int i = 0; i < l->n; i++)
        least = l->v[i].n < least ? l->v[i].n : least;
    return least < LITERAL_MIN ? 0 : (least > 8 ? 8 : least) * 100 - l->n;
}

static void
better(struct literals *best, const struct literals *l)
{
    if (worth(l) > worth(best))
        *best = *l;
}

static void
add(struct literals *l, const struct literal *x)
{
    for (int i = 0; i < l->n; i++)
        if (l->v[i].n == x->n && memcmp(l->v[i].text, x->text, (size_t)x->n) == 0)
            return;
    if (l->n < LITERAL_SET)
        l->v[l->n++] = *x;
    else
        l->n = LITERAL_SET + 1; /* too many: see alternatives() */
}

/* The literal in hand ends. */
static void
flush(struct literals *best, struct literal *run)
{
    struct literals one = {.n = 1};
    one.v[0] = *run;
    if (run->n > 0)
        better(best, &one);
    run->n = 0;
}

/* ------------------------------------------------------------------ pieces */

enum what { CHARACTER, SET, NOTHING };

/* "\x41", "\.", "\d": CHARACTER and *c, or SET for classes, or NOTHING for positions. */
static enum what
escape(struct scan *s, char *c)
{
    char e = *s->p++;
    char *end;
    if (e == 'x') {
        bool brace = s->p < s->end && *s->p == '{';
        char digits[3] = "";
        if (brace) {
            s->odd = true;
            return SET;
        }
        for (int i = 0; i < 2 && s->p < s->end && isxdigit((unsigned char)*s->p); i++)
            digits[i] = *s->p++;
        *c = (char)strtol(digits, &end, 16);
        return CHARACTER;
    }
    if (strchr("bBAzZGK", e))
        return NOTHING;
    if (strchr("dDsSwWhHvVNRXC", e))
        return SET;
    if (strchr("nrtfae", e)) {
        *c = "\n\r\t\f\a\033"[strchr("nrtfae", e) - "nrtfae"];
        return CHARACTER;
    }
    if (isalnum((unsigned char)e)) { /* back references, properties, quotes ... */
        s->odd = true;
        return SET;
    }
    *c = e;
    return CHARACTER;
}

/* "[aA]" is one character in any case; all others are sets. */
static enum what class(struct scan *s, char *c) {
    const char *start = s->p; bool escaped = false; s->p += s->p < s->end && *s->p == '^';
    s->p += s->p < s->end && *s->p == ']'; while (s->p < s->end && *s->p != ']'){
        if (*s->p == '\\') s->p++, escaped = true;
        else if (*s->p == '[' && s->p + 1 < s->end && s->p[1] == ':') while (s->p < s->end &&
                                                                             *s->p != ']') s->p++;
        s->p += s->p < s->end;}
size_t n = (size_t)(s->p - start);
s->p += s->p < s->end;
if (escaped || n == 0 || n > 2 || *start == '^' ||
    (n == 2 && tolower((unsigned char)start[0]) != tolower((unsigned char)start[1])))
    return SET;
*c = start[0];
return CHARACTER;
}

/* A group behind "(": its set, unless it is one that matches nothing itself. */
static void
group(struct scan *s, struct literals *out)
{
    bool counts = true, extended = s->extended;
    s->odd |= s->p < s->end && *s->p == '*'; /* verbs */
    if (s->p < s->end && *s->p == '?') {
        s->p++;
        char kind = s->p < s->end ? *s->p : 0;
        if (kind == 'P' && s->p + 1 < s->end && s->p[1] == '<')
            kind = *++s->p;
        if (kind == '!' || (kind == '<' && s->p + 1 < s->end && strchr("!=", s->p[1])) ||
            kind == '=')
            counts = false;
        else if (kind == '<' || kind == '\'') {
            s->p++;
            while (s->p < s->end && !strchr(">'", *s->p))
                s->p++;
        } else if (!kind || !strchr(":>^-imsxn", kind)) {
            s->odd = true; /* conditions, recursion, back references ... */
        } else {
            while (s->p < s->end && *s->p != ':' && *s->p != ')' && *s->p != '>') {
                s->odd |= strchr("x^", *s->p) != NULL; /* changed in the middle: too rare to follow */
                s->p++;
            }
        }
        if (s->p < s->end && *s->p != ')')
            s->p++;
        if (kind == '<' && !counts && s->p < s->end)
            s->p++;
    }
    alternatives(s, out);
    s->extended = extended;
    if (s->p < s->end)
        s->p++; /* ")" */
    else
        s->odd = true;
    if (!counts)
        out->n = 0;
}

/* "(?#...)" anywhere; blanks and comments where they mean nothing. They may stand before a count, too. */
static bool
skipped(struct scan *s)
{
    char until = ')';
    if (s->end - s->p < 3 || memcmp(s->p, "(?#", 3) != 0) {
        if (!s->extended || s->p >= s->end)
            return false;
        if (isspace((unsigned char)*s->p)) {
            s->p++;
            return true;
        }
        if (*s->p != '#')
            return false;
        until = '\n';
    }
    while (s->p < s->end && *s->p != until)
        s->p++;
    s->p += s->p < s->end;
    return true;
}

/* A count behind a piece: whether it may be missing, and whether it may come again. */
static bool
quantifier(struct scan *s, bool *optional)
{
    char c, *end = NULL;
    while (skipped(s))
        ;
    c = s->p < s->end ? *s->p : 0;
    *optional = false;
    if (c == '{') {
        if (s->p + 1 >= s->end || !isdigit((unsigned char)s->p[1]))
            return false;
        unsigned long from = strtoul(s->p + 1, &end, 10);
        if (*end == ',')
            end += 1 + strspn(end + 1, "0123456789");
        if (*end != '}')
            return false;
        *optional = from == 0;
        s->p = end + 1;
    } else if (c == '*' || c == '?' || c == '+') {
        *optional = c != '+';
        s->p++;
    } else {
        return false;
    }
    if (s->p < s->end && (*s->p == '?' || *s->p == '+'))
        s->p++;
    return true;
}

/* One piece. */
static enum what
piece(struct scan *s, char *c, struct literals *inside)
{
    char first = *s->p++;
    inside->n = 0;
    *c = first;
    if (first == '\\')
        return s->p < s->end ? escape(s, c) : SET;
    if (first == '[')
        return class(s, c);
    if (first == '(') {
        group(s, inside);
        return SET;
    }
    if (first == '.')
        return SET;
    return first == '^' || first == '$' ? NOTHING : CHARACTER;
}

static void
sequence(struct scan *s, struct literals *out)
{
    struct literal run = {.n = 0};
    struct literals *inside = calloc(1, sizeof *inside);
    out->n = 0;
    if (!inside) {
        s->odd = true;
        return;
    }
    while (s->p < s->end && *s->p != '|' && *s->p != ')' && !s->odd) {
        char c;
        bool optional, again;
        if (skipped(s))
            continue;
        enum what what = piece(s, &c, inside);
        if (what == NOTHING)
            continue;
        again = quantifier(s, &optional);
        if (what == CHARACTER && !optional && run.n < LITERAL_BYTES)
            run.text[run.n++] = (char)tolower((unsigned char)c);
        if (what != CHARACTER || again || run.n == LITERAL_BYTES)
            flush(out, &run);
        if (what == SET && !optional)
            better(out, inside);
    }
    flush(out, &run);
    free(inside);
}

static void
alternatives(struct scan *s, struct literals *out)
{
    struct literals *one = calloc(1, sizeof *one);
    bool first = true, none = false;
    out->n = 0;
    if (++s->depth > DEPTH || !one)
        s->odd = true;
    while (!s->odd && (first || (s->p < s->end && *s->p == '|'))) {
        s->p += !first;
        first = false;
        sequence(s, one);
        none |= worth(one) == 0;
        for (int i = 0; i < one->n && !none; i++) {
            add(out, &one->v[i]);
            none |= out->n > LITERAL_SET;
        }
    }
    s->depth--;
    if (none)
        out->n = 0;
    free(one);
}

void
literals_of(const struct regex_text *t, struct literals *out)
{
    struct scan s = {.p = t->pattern,
                     .end = t->pattern + strlen(t->pattern),
                     .extended = strchr(t->flags, 'x') != NULL};
    alternatives(&s, out);
    if (s.odd || s.p < s.end || worth(out) == 0)
        out->n = 0;
}
