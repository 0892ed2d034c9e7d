/* A parser for expressions: what PCRE2 is asked to compile, with the modifiers that regex.c lets through. */
#include "tree.h"
#include "../../common/arena.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct reader {
    struct arena *a;
    const char *p, *end;
    bool caseless, extended;
    bool odd; /* something that is not understood */
    int depth, nodes;
};

static struct tree *alternatives(struct reader *r);

static struct tree *
node(struct reader *r, enum tree_kind kind)
{
    struct tree *t = arena_alloc(r->a, sizeof *t);
    r->odd |= ++r->nodes > TREE_NODES;
    *t = (struct tree){.kind = kind};
    return t;
}

static char
at(const struct reader *r, size_t i)
{
    return i < (size_t)(r->end - r->p) ? r->p[i] : 0;
}

/* ------------------------------------------------------------------ sets of bytes */

static const struct bytes all_bytes = {{~0ull, ~0ull, ~0ull, ~0ull}};

static void
invert(struct bytes *b)
{
    for (int i = 0; i < 4; i++)
        b->bit[i] = ~b->bit[i];
}

static void
add_range(struct bytes *b, int from, int to)
{
    for (int c = from; c <= to; c++)
        bytes_add(b, (unsigned char)c);
}

static void
fold(struct bytes *b)
{
    for (int c = 'a'; c <= 'z'; c++)
        if (bytes_has(b, (unsigned char)c) || bytes_has(b, (unsigned char)(c - 32))) {
            bytes_add(b, (unsigned char)c);
            bytes_add(b, (unsigned char)(c - 32));
        }
}

/* "\d", "\S" and the like. false: c is none of them. */
static bool
kind_of_byte(char c, struct bytes *out)
{
    *out = (struct bytes){{0}};
    switch (tolower((unsigned char)c)) {
    case 'd':
        add_range(out, '0', '9');
        break;
    case 'w':
        add_range(out, '0', '9');
        add_range(out, 'a', 'z');
        add_range(out, 'A', 'Z');
        bytes_add(out, '_');
        break;
    case 's':
        bytes_add(out, ' ');
        add_range(out, 9, 13);
        break;
    case 'h':
        bytes_add(out, ' ');
        bytes_add(out, '\t');
        bytes_add(out, 0xa0);
        break;
    case 'v':
        add_range(out, 10, 13);
        bytes_add(out, 0x85);
        break;
    default:
        return false;
    }
    if (isupper((unsigned char)c))
        invert(out);
    return true;
}

/* "[:alpha:]" at p: its end, and what is in it; NULL: there is none. */
static const char *
named_set(const struct reader *r, struct bytes *out)
{
    static const struct {
        const char *name;
        int (*is)(int);
    } names[] = {{"alpha:]", isalpha}, {"digit:]", isdigit},  {"alnum:]", isalnum},
                 {"space:]", isspace}, {"upper:]", isupper},  {"lower:]", islower},
                 {"punct:]", ispunct}, {"xdigit:]", isxdigit}};
    if (at(r, 0) != '[' || !strchr(":.=", at(r, 1)) || !at(r, 1))
        return NULL;
    *out = (struct bytes){{0}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(r->p + 2, names[i].name, strlen(names[i].name)) == 0) {
            for (int c = 0; c < 128; c++)
                if (names[i].is(c))
                    bytes_add(out, (unsigned char)c);
            return r->p + 2 + strlen(names[i].name);
        }
    return r->end; /* too rare to know them all: see set_item() */
}

/* Digits of a base, at most so many. */
static int
number(struct reader *r, int base, int most)
{
    int v = 0, digit;
    for (; most > 0 && r->p < r->end && isxdigit((unsigned char)*r->p); most--, r->p++) {
        char c = *r->p;
        digit = isdigit((unsigned char)c) ? c - '0' : tolower((unsigned char)c) - 'a' + 10;
        if (digit >= base)
            break;
        v = v * base + digit;
    }
    return v;
}

/* Behind "\x". */
static int
hexadecimal(struct reader *r)
{
    if (at(r, 0) != '{')
        return number(r, 16, 2);
    r->p++;
    int v = number(r, 16, 8);
    if (at(r, 0) != '}' || v > 255 || v < 0)
        r->odd = true;
    r->p += r->p < r->end;
    return v & 255;
}

/* A letter behind "\" that stands for one byte; -1: it does not. */
static int
control(char c)
{
    static const char letters[] = "nrtfae", values[] = "\n\r\t\f\a\033";
    const char *found = c ? strchr(letters, c) : NULL;
    return found ? values[found - letters] : -1;
}

/* An item of a set, behind its "\" if it has one. -1: it is not one byte, and already in out. */
static int
set_escape(struct reader *r, struct bytes *out)
{
    struct bytes kind;
    char c = at(r, 0);
    int v = control(c);
    r->p += r->p < r->end;
    if (v >= 0)
        return v;
    if (c == 'x')
        return hexadecimal(r);
    if (c == 'b')
        return '\b';
    if (c >= '0' && c <= '7') {
        r->p--;
        return number(r, 8, 3) & 255;
    }
    if (kind_of_byte(c, &kind)) {
        bytes_join(out, &kind);
        return -1;
    }
    r->odd |= isalnum((unsigned char)c) || !c;
    return (unsigned char)c;
}

static int
set_item(struct reader *r, struct bytes *out)
{
    struct bytes named;
    const char *end = named_set(r, &named);
    if (end) {
        r->odd |= end == r->end;
        bytes_join(out, &named);
        r->p = end;
        return -1;
    }
    char c = *r->p++;
    return c == '\\' ? set_escape(r, out) : (unsigned char)c;
}

/* Behind "[". */
static struct tree *
set(struct reader *r)
{
    struct tree *t = node(r, TREE_SET);
    bool inverted = at(r, 0) == '^', first = true;
    r->p += inverted;
    while (r->p < r->end && (*r->p != ']' || first) && !r->odd) {
        first = false;
        int from = set_item(r, &t->set), to = from;
        if (from >= 0 && at(r, 0) == '-' && at(r, 1) != ']' && at(r, 1)) {
            r->p++;
            to = set_item(r, &t->set);
            if (to < 0) { /* "[a-\d]": the hyphen is one */
                bytes_add(&t->set, '-');
                to = from;
            }
        }
        if (from >= 0)
            add_range(&t->set, from, to);
    }
    r->odd |= r->p >= r->end;
    r->p += r->p < r->end;
    if (r->caseless)
        fold(&t->set);
    if (inverted)
        invert(&t->set);
    return t;
}

/* ------------------------------------------------------------------ pieces */

static struct tree *
one_byte(struct reader *r, int c)
{
    struct tree *t = node(r, TREE_SET);
    bytes_add(&t->set, (unsigned char)c);
    if (r->caseless)
        fold(&t->set);
    return t;
}

static struct tree *
any_byte(struct reader *r)
{
    struct tree *t = node(r, TREE_SET);
    t->set = all_bytes;
    return t;
}

/* "\12": a back reference, or an octal number; who knows. */
static struct tree *
digits(struct reader *r, char c)
{
    if (c == '0')
        return one_byte(r, number(r, 8, 2));
    while (isdigit((unsigned char)at(r, 0)))
        r->p++;
    return node(r, TREE_ANY);
}

/* Behind "\". */
static struct tree *
escape(struct reader *r)
{
    struct bytes kind;
    struct tree *t;
    char c = at(r, 0);
    int v = control(c);
    r->p += r->p < r->end;
    if (v >= 0)
        return one_byte(r, v);
    if (c == 'x')
        return one_byte(r, hexadecimal(r));
    if (isdigit((unsigned char)c))
        return digits(r, c);
    if (c && strchr("bBAzZGK", c))
        return node(r, TREE_ALL);
    if (c == 'R' || c == 'X')
        return node(r, TREE_ANY);
    if (c == 'N' && at(r, 0) != '{')
        return any_byte(r);
    if (kind_of_byte(c, &kind)) {
        t = node(r, TREE_SET);
        t->set = kind;
        return t;
    }
    r->odd |= isalnum((unsigned char)c) || !c; /* properties, quotes, named references ... */
    return one_byte(r, c);
}

/* "(?i)", "(?-x:": changes the modifiers; ends at ")" or ":". */
static void
modifiers(struct reader *r)
{
    bool on = true;
    if (at(r, 0) == '^') {
        r->caseless = r->extended = false;
        r->p++;
    }
    for (; r->p < r->end && *r->p != ':' && *r->p != ')'; r->p++) {
        if (*r->p == '-')
            on = false;
        else if (*r->p == 'i')
            r->caseless = on;
        else if (*r->p == 'x' && at(r, 1) != 'x')
            r->extended = on;
        else
            r->odd |= !strchr("msn", *r->p);
    }
}

/* What kind of group stands behind "(?". */
enum group { GROUP, POSITION, SETTING };

static enum group
group_kind(struct reader *r)
{
    char c = at(r, 0), d = at(r, 1);
    if (c == '=' || c == '!') {
        r->p++;
        return POSITION;
    }
    if (c == '<' && (d == '=' || d == '!')) {
        r->p += 2;
        return POSITION;
    }
    if (c == '<' || c == '\'' || (c == 'P' && d == '<')) {
        r->p += c == 'P' ? 2 : 1;
        while (r->p < r->end && *r->p != '>' && *r->p != '\'')
            r->p++;
        r->p += r->p < r->end;
        return GROUP;
    }
    if (c == '>' || c == '|') {
        r->p++;
        return GROUP;
    }
    if (c == ':' || c == '^' || c == '-' || strchr("imsxn", c))
        modifiers(r);
    else
        r->odd = true; /* conditions, recursion, code ... */
    if (at(r, 0) == ')')
        return SETTING;
    r->p += r->p < r->end;
    return GROUP;
}

/* Behind "(". */
static struct tree *
group(struct reader *r)
{
    bool caseless = r->caseless, extended = r->extended;
    enum group kind = GROUP;
    struct tree *t;
    r->odd |= at(r, 0) == '*'; /* verbs */
    if (at(r, 0) == '?') {
        r->p++;
        kind = group_kind(r);
    }
    if (kind == SETTING) { /* a setting is for the rest of the group around */
        r->p += r->p < r->end;
        return node(r, TREE_ALL);
    }
    t = alternatives(r);
    r->odd |= at(r, 0) != ')';
    r->p += r->p < r->end;
    r->caseless = caseless;
    r->extended = extended;
    return kind == POSITION ? node(r, TREE_ALL) : t;
}

static struct tree *
piece(struct reader *r)
{
    char c = *r->p++;
    if (c == '\\')
        return escape(r);
    if (c == '[')
        return set(r);
    if (c == '(')
        return group(r);
    if (c == '.')
        return any_byte(r);
    if (c == '^' || c == '$')
        return node(r, TREE_ALL);
    return one_byte(r, (unsigned char)c);
}

/* ------------------------------------------------------------------ what stands behind pieces */

static void
skip_to(struct reader *r, char end)
{
    while (r->p < r->end && *r->p != end)
        r->p++;
    r->p += r->p < r->end;
}

/* "(?#...)" is a comment anywhere; it may stand before a count, as blanks may. */
static void
skip(struct reader *r)
{
    while (r->p < r->end) {
        if (r->end - r->p >= 3 && memcmp(r->p, "(?#", 3) == 0)
            skip_to(r, ')');
        else if (r->extended && *r->p == '#')
            skip_to(r, '\n');
        else if (r->extended && isspace((unsigned char)*r->p))
            r->p++;
        else
            return;
    }
}

/* "{2,5}" at p. */
static bool
braces(struct reader *r, int *least, int *most)
{
    char *end;
    if (at(r, 0) != '{' || !isdigit((unsigned char)at(r, 1)))
        return false;
    unsigned long from = strtoul(r->p + 1, &end, 10), to = from;
    if (*end == ',' && isdigit((unsigned char)end[1]))
        to = strtoul(end + 1, &end, 10);
    else if (*end == ',')
        to = TREE_MANY, end++;
    if (*end != '}' || from > TREE_MANY || to > TREE_MANY)
        return false;
    *least = (int)from;
    *most = (int)to;
    r->p = end + 1;
    return true;
}

static bool
quantifier(struct reader *r, int *least, int *most)
{
    char c;
    skip(r);
    c = at(r, 0);
    if (c == '*' || c == '+' || c == '?') {
        *least = c == '+';
        *most = c == '?' ? 1 : TREE_MANY;
        r->p++;
    } else if (!braces(r, least, most)) {
        return false;
    }
    skip(r);
    if (at(r, 0) == '?' || at(r, 0) == '+')
        r->p++;
    return true;
}

static struct tree *
sequence(struct reader *r)
{
    struct tree *all = node(r, TREE_ALL), **last = &all->first;
    int least, most;
    for (skip(r); r->p < r->end && *r->p != '|' && *r->p != ')' && !r->odd; skip(r)) {
        struct tree *t = piece(r);
        if (quantifier(r, &least, &most)) {
            struct tree *again = node(r, TREE_REPEAT);
            again->first = t;
            again->least = least;
            again->most = most;
            t = again;
        }
        *last = t;
        last = &t->next;
    }
    return all;
}

static struct tree *
alternatives(struct reader *r)
{
    struct tree *any = node(r, TREE_ONE_OF), **last = &any->first;
    if (++r->depth > TREE_DEPTH)
        r->odd = true;
    for (bool more = true; more && !r->odd;) {
        struct tree *t = sequence(r);
        *last = t;
        last = &t->next;
        more = at(r, 0) == '|';
        r->p += more;
    }
    r->depth--;
    return any->first && !any->first->next ? any->first : any;
}

const struct tree *
tree_of(struct arena *a, const struct regex_text *t)
{
    const char *x = strchr(t->flags, 'x');
    struct reader r = {.a = a,
                       .p = t->pattern,
                       .end = t->pattern + strlen(t->pattern),
                       .caseless = strchr(t->flags, 'i') != NULL,
                       .extended = x != NULL};
    r.odd = x && strchr(x + 1, 'x'); /* blanks mean nothing in sets, either */
    struct tree *all = alternatives(&r);
    return r.odd || r.p < r.end ? NULL : all;
}
