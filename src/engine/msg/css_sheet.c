#include "css_sheet.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>

#define COMPOUNDS 3 /* "table.x td .y" */
#define SHEET_BYTES (256 * 1024)
#define NESTING 8

struct compound {
    const char *name, *id, *classes[2]; /* NULL: any */
    bool child;                         /* directly below the one before */
};

struct rule {
    struct compound parts[COMPOUNDS];
    int nparts, weight;
    struct css_block block;
};

struct css_sheet {
    struct arena *a;
    struct buf *text, *body;
    struct rule *rules;
    int nrules;
    long work;
};

struct css_sheet *
css_sheet_new(struct arena *a)
{
    struct css_sheet *s = arena_alloc(a, sizeof *s);
    s->a = a;
    s->text = buf_new(a, 0);
    s->body = buf_new(a, 0);
    s->work = CSS_WORK;
    return s;
}

bool
css_sheet_any(const struct css_sheet *s)
{
    return s->nrules > 0;
}

/* ------------------------------------------------------------------ reading */

static size_t
word(const char *p)
{
    size_t n = 0;
    while (isalnum((unsigned char)p[n]) || (unsigned char)p[n] >= 0x80 || p[n] == '-' ||
           p[n] == '_')
        n++;
    return n;
}

/* One compound ("td.x#y"). Bytes used, 0: something that is not understood. */
static size_t
read_compound(struct arena *a, const char *p, struct compound *c, int *weight)
{
    const char *start = p;
    int classes = 0;
    size_t n = word(p);
    if (*p == '*') {
        p++;
    } else if (n) {
        c->name = arena_strndup(a, p, n);
        *weight += 1;
        p += n;
    }
    while (*p == '.' || *p == '#') {
        if (!(n = word(p + 1)) || (*p == '.' && classes == 2) || (*p == '#' && c->id))
            return 0;
        if (*p == '.')
            c->classes[classes++] = arena_strndup(a, p + 1, n);
        else
            c->id = arena_strndup(a, p + 1, n);
        *weight += *p == '.' ? 100 : 10000;
        p += 1 + n;
    }
    return (size_t)(p - start);
}

/* One selector; false: it is not understood, or says nothing here (":hover"). */
static bool
read_selector(struct arena *a, const char *p, struct rule *r)
{
    bool child = false;
    while (*p == ' ')
        p++;
    while (*p) {
        if (r->nparts == COMPOUNDS)
            return false;
        struct compound *c = &r->parts[r->nparts];
        size_t n = read_compound(a, p, c, &r->weight);
        if (!n)
            return false;
        c->child = child;
        r->nparts++;
        p += n;
        if (*p && *p != ' ' && *p != '>')
            return false;
        child = false;
        for (; *p == ' ' || *p == '>'; p++)
            child |= *p == '>';
    }
    return r->nparts > 0;
}

static void
add_rule(struct css_sheet *s, char *selectors, const char *body, size_t n)
{
    struct css_declaration list[CSS_DECLARATIONS];
    int count = css_read(s->body, body, n, list);
    struct css_block block = {count ? arena_memdup(s->a, list, (size_t)count * sizeof *list) : NULL,
                              count};
    while (count && selectors && *selectors && s->nrules < CSS_RULES) {
        size_t len = strcspn(selectors, ",");
        char *next = selectors[len] ? selectors + len + 1 : NULL;
        selectors[len] = '\0';
        struct rule r = {.block = block};
        if (read_selector(s->a, selectors, &r)) {
            if (!s->rules)
                s->rules = arena_calloc(s->a, CSS_RULES, sizeof *s->rules);
            s->rules[s->nrules++] = r;
        }
        selectors = next;
    }
}

/* Does what follows "@" hold on a usual screen? */
static bool
group_applies(const char *prelude)
{
    if (strncmp(prelude, "media", 5) == 0)
        return !strchr(prelude, '(') && !strstr(prelude, "print") && !strstr(prelude, "not ");
    return strncmp(prelude, "layer", 5) == 0;
}

void
css_sheet_read(struct css_sheet *s, const char *p, size_t n)
{
    char *text = css_plain(s->text, p, n > SHEET_BYTES ? SHEET_BYTES : n);
    bool applies[NESTING + 1] = {true};
    int depth = 0;
    while (*text) {
        size_t len;
        char *at;
        /* An old trick to hide the sheet from older programs. */
        text += strspn(text, " ;");
        if (strncmp(text, "<!--", 4) == 0 || strncmp(text, "-->", 3) == 0) {
            text += *text == '<' ? 4 : 3;
            continue;
        }
        if (*text == '}') {
            depth -= depth > 0;
            text++;
            continue;
        }
        len = strcspn(text, *text == '@' ? "{;" : "{");
        at = text;
        text += len + (text[len] != '\0');
        if (text[-1] != '{' || !len)
            continue;
        text[-1] = '\0';
        if (*at == '@' && strncmp(at, "@font-face", 10) != 0 && strncmp(at, "@page", 5) != 0) {
            if (depth < NESTING) {
                depth++;
                applies[depth] = applies[depth - 1] && group_applies(at + 1);
            }
            continue;
        }
        len = strcspn(text, "}");
        if (*at != '@' && applies[depth])
            add_rule(s, at, text, len);
        text += len + (text[len] != '\0');
    }
}

/* ------------------------------------------------------------------ matching */

static bool
has_class(const char *classes, const char *want)
{
    size_t n = strlen(want);
    for (const char *p = classes; *p;) {
        size_t len = strcspn(p, " \t\r\n\f");
        if (len == n && memcmp(p, want, n) == 0)
            return true;
        p += len;
        p += strspn(p, " \t\r\n\f");
    }
    return false;
}

static bool
fits(const struct compound *c, const struct css_element *e)
{
    if ((c->name && strcmp(c->name, e->name) != 0) || (c->id && strcmp(c->id, e->id) != 0))
        return false;
    for (int i = 0; i < 2 && c->classes[i]; i++)
        if (!has_class(e->classes, c->classes[i]))
            return false;
    return true;
}

static bool
matches(struct css_sheet *s, const struct rule *r, const struct css_element *const *path, int depth)
{
    int part = r->nparts - 1;
    s->work--;
    if (!fits(&r->parts[part], path[depth - 1]))
        return false;
    for (int i = depth - 2; part > 0 && i >= 0; i--) {
        s->work--;
        if (fits(&r->parts[part - 1], path[i]))
            part--;
        else if (r->parts[part].child)
            return false; /* a browser would try once more further up: we take it as not hidden */
    }
    return part == 0;
}

int
css_sheet_match(struct css_sheet *s, const struct css_element *const *path, int depth,
                struct css_block out[CSS_MATCHES])
{
    int weights[CSS_MATCHES], n = 0;
    for (int i = 0; i < s->nrules && s->work > 0; i++) {
        int at = n;
        if (!matches(s, &s->rules[i], path, depth))
            continue;
        while (at > 0 && weights[at - 1] > s->rules[i].weight)
            at--;
        if (n == CSS_MATCHES) { /* the weakest one goes */
            if (at == 0)
                continue;
            memmove(out, out + 1, (size_t)(at - 1) * sizeof *out);
            memmove(weights, weights + 1, (size_t)(at - 1) * sizeof *weights);
            at--;
        } else {
            memmove(out + at + 1, out + at, (size_t)(n - at) * sizeof *out);
            memmove(weights + at + 1, weights + at, (size_t)(n - at) * sizeof *weights);
            n++;
        }
        out[at] = s->rules[i].block;
        weights[at] = s->rules[i].weight;
    }
    return n;
}
