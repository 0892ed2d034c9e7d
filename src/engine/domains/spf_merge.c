#include "spf_merge.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/buf.h"
#include "../authn/spf_parse.h"

#define RECORDS_MAX 10
#define TERMS_MAX 400 /* of all records; each has at least two bytes */

struct word {
    const char *p;
    size_t n;
};
struct merger {
    struct word words[TERMS_MAX];
    int n;
    struct word all, redirect, exp; /* p NULL: none */
};

static bool
same(struct word w, const char *text)
{
    return w.n == strlen(text) && strncasecmp(w.p, text, w.n) == 0;
}

static bool
begins(struct word w, const char *text)
{
    return w.n >= strlen(text) && strncasecmp(w.p, text, strlen(text)) == 0;
}

static struct word
unqualified(struct word w)
{
    return w.n > 1 && strchr("+-~?", w.p[0]) ? (struct word){w.p + 1, w.n - 1} : w;
}

/* The next word of the record; false at its end. */
static bool
next(const char **p, const char *end, struct word *w)
{
    while (*p < end && **p == ' ')
        (*p)++;
    w->p = *p;
    while (*p < end && **p != ' ')
        (*p)++;
    w->n = (size_t)(*p - w->p);
    return w->n > 0;
}

/* Ours wherever it stands is left out (it comes first), and what is there already. */
static void
take(struct merger *m, struct word w, const char *ours)
{
    if (same(unqualified(w), ours))
        return;
    if (same(unqualified(w), "all")) {
        m->all = m->all.p ? m->all : w;
    } else if (begins(w, "redirect=")) {
        m->redirect = m->redirect.p ? m->redirect : w;
    } else if (begins(w, "exp=")) {
        m->exp = m->exp.p ? m->exp : w;
    } else {
        for (int i = 0; i < m->n; i++)
            if (m->words[i].n == w.n && strncasecmp(m->words[i].p, w.p, w.n) == 0)
                return;
        if (m->n < TERMS_MAX)
            m->words[m->n++] = w;
    }
}

static void
put(struct buf *b, struct word w)
{
    if (w.p) {
        buf_char(b, ' ');
        buf_add(b, w.p, w.n);
    }
}

/* redirect= has no effect beside all (6.1), so it stays only without one. What stood behind all in its
 * record was never reached and must not come to life. */
static const char *
merged(struct arena *a, const struct spf_text *r, int n, const char *ours)
{
    struct merger *m = arena_calloc(a, 1, sizeof *m);
    struct buf *b = buf_new(a, 0);
    struct word w;

    for (int i = 0; i < n; i++) {
        const char *p = r[i].p + strlen("v=spf1"), *end = r[i].p + r[i].n;
        bool reached = true;
        while (next(&p, end, &w)) {
            if (reached || begins(w, "exp="))
                take(m, w, ours);
            reached = reached && !same(unqualified(w), "all");
        }
    }
    buf_str(b, "v=spf1 ");
    buf_str(b, ours);
    for (int i = 0; i < m->n; i++)
        put(b, m->words[i]);
    put(b, m->all);
    if (!m->all.p)
        put(b, m->redirect);
    put(b, m->exp);
    return arena_strndup(a, b->data, b->len);
}

/* Why we do not pass by this record; NULL: we do. */
static const char *
why_not(const struct spf_text *r, const char *ours)
{
    const char *p = r->p + strlen("v=spf1"), *end = r->p + r->n, *why = "spf-without-us";
    bool reached = true;
    struct word w;

    while (next(&p, end, &w)) {
        if (same(unqualified(w), ours)) {
            if (!reached)
                return "spf-behind-all";
            if (w.p[0] == '+' || same(w, ours))
                return NULL;
            why = "spf-not-pass";
        }
        reached = reached && !same(unqualified(w), "all");
    }
    return why;
}

const char *
spf_merge(struct arena *a, const struct spf_text *texts, int n, const char *ours,
          const char **wanted, const char **problem)
{
    struct spf_text records[RECORDS_MAX];
    struct spf_record parsed;
    const char *why;
    int found = 0;

    *wanted = *problem = "";
    for (int i = 0; i < n && found < RECORDS_MAX; i++)
        if (spf_is_record(texts[i].p, texts[i].n))
            records[found++] = texts[i];
    if (found == 0) {
        *wanted = arena_printf(a, "v=spf1 %s ~all", ours);
        return "spf-missing";
    }
    for (int i = 0; i < found; i++)
        if (!spf_parse(a, records[i].p, records[i].n, &parsed)) {
            *problem = parsed.problem;
            return "spf-syntax";
        }
    why = found > 1 ? "spf-many" : why_not(&records[0], ours);
    if (why)
        *wanted = merged(a, records, found, ours);
    return why;
}
