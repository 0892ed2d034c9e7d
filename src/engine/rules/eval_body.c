/* Eval tests about text: how it is spaced, shouted, repeated in HTML. */
#include "evals.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

bool
eval_check_blank_line_ratio(struct view *v, const struct rule *r)
{
    double min = eval_number(r, 0, 0), max = eval_number(r, 1, 100), least = eval_number(r, 2, 1);
    double lines = 0, blank = 0, ratio;
    const struct spans *all = view_source(v);
    for (int i = 0; i < all->n; i++)
        for (const char *p = all->v[i].p, *end = p + all->v[i].n; p < end; lines++) {
            const char *stop = memchr(p, '\n', (size_t)(end - p));
            stop = stop ? stop + 1 : end;
            blank += span_trim((struct span){p, (size_t)(stop - p)}).n == 0;
            p = stop;
        }
    ratio = lines < (least < 1 ? 1 : least) ? -1 : 100 * blank / lines;
    return ratio <= max && (min <= 0 || ratio > min);
}

bool
eval_tvd_vertical_words(struct view *v, const struct rule *r)
{
    double min = eval_number(r, 0, 0), max = eval_number(r, 1, 100), most = -1;
    const struct spans *all = view_text(v);
    for (int i = 0; i < all->n; i++) {
        size_t spaces = 0, n = all->v[i].n;
        if (n <= 5)
            continue;
        for (size_t k = 0; k < n; k++)
            spaces += all->v[i].p[k] == ' ';
        double share =
            spaces > n - spaces || n == spaces ? 100 : (double)(100 * spaces / (n - spaces));
        most = share > most ? share : most;
    }
    return most >= min && most < (max >= 100 ? 101 : max);
}

bool
eval_check_body_length(struct view *v, const struct rule *r)
{
    return (double)v->body.n <= eval_number(r, 0, -1);
}

bool
eval_check_body_8bits(struct view *v, const struct rule *r)
{
    (void)v, (void)r; /* all languages are welcome */
    return false;
}

/* ------------------------------------------------------------------ shouting */

static bool
often_capital(const char *charset, size_t n)
{
    static const char *const parts[] = {"koi",          "jp",         "jis",   "euc",
                                        "gb",           "big5",       "isoir", "cp1251",
                                        "windows-1251", "georgianps", "pt154", "tis"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (span_has((struct span){charset, n}, parts[i]))
            return true;
    return false;
}

static bool
any_often_capital(struct view *v)
{
    const char *s = eval_mime_facts(v)->charsets;
    return often_capital(s, strlen(s));
}

/* Lines of base64 that nobody decoded. */
static bool
encoded_line(struct span s)
{
    size_t n = 0, runs = 0;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (isalnum((unsigned char)c) || c == '+' || c == '/' || c == '=') {
            n++;
        } else if (c == ' ' && n >= 60 && n <= 76) {
            if (++runs == 2)
                return true;
            n = 0;
        } else {
            return false;
        }
    }
    return false;
}

static bool
two_words(struct span s)
{
    s = span_trim(s);
    for (size_t i = 0; i < s.n; i++)
        if (isspace((unsigned char)s.p[i]))
            return true;
    return false;
}

/* Per cent of the letters in lines of more than one word; 0: there are few of them. */
static double
capitals(struct view *v)
{
    const struct spans *all = view_text(v);
    size_t lower = 0, upper = 0, len = 0;
    for (int i = 0; i < all->n; i++) {
        struct span s = all->v[i];
        if (!two_words(s) || encoded_line(s))
            continue;
        len += s.n;
        for (size_t k = 0; k < s.n; k++) {
            lower += (s.p[k] >= 'a' && s.p[k] <= 'z') || (s.p[k] >= '0' && s.p[k] <= '9');
            upper += s.p[k] >= 'A' && s.p[k] <= 'Z';
        }
    }
    return len < 200 || upper + lower == 0 ? 0 : 100 * (double)upper / (double)(upper + lower);
}

bool
eval_check_for_uppercase(struct view *v, const struct rule *r)
{
    if (any_often_capital(v))
        return eval_number(r, 0, 0) < 0;
    if (!v->have_capitals)
        v->capitals = capitals(v);
    v->have_capitals = true;
    return v->capitals > eval_number(r, 0, 0) && v->capitals <= eval_number(r, 1, 100);
}

bool
eval_subject_is_all_caps(struct view *v, const struct rule *r)
{
    static const char *const marks[] = {"re", "fwd", "fw", "aw", "antwort",
                                        "wg", "sv",  "vb", "vs", "vl"};
    struct span s = span_trim(view_one(v, "Subject")), raw = view_one(v, "Subject:raw");
    size_t letters = 0;
    bool again = true;
    (void)r;
    while (again) {
        again = false;
        for (size_t i = 0; i < sizeof marks / sizeof *marks && !again; i++) {
            size_t n = strlen(marks[i]);
            again = s.n > n && strncasecmp(s.p, marks[i], n) == 0 && s.p[n] == ':';
            if (again)
                s = span_trim((struct span){s.p + n + 1, s.n - n - 1});
        }
    }
    if (s.n < 10 || !two_words(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= 'a' && s.p[i] <= 'z')
            return false;
        letters += s.p[i] >= 'A' && s.p[i] <= 'Z';
    }
    const char *word = raw.n ? memmem(raw.p, raw.n, "=?", 2) : NULL;
    if (word) {
        size_t n = raw.n - (size_t)(word + 2 - raw.p);
        const char *end = memchr(word + 2, '?', n);
        if (end && often_capital(word + 2, (size_t)(end - word - 2)))
            return false;
    }
    return letters > 0;
}

/* ------------------------------------------------------------------ shares for sale */

/* "Target price: 3" is one of such labels. */
static int
stock_label(const char *label)
{
    static const char *const ends[] = {"company",        "companyname",
                                       "stock",          "symbol",
                                       "target",         "ticker",
                                       "openingprice",   "currentprice",
                                       "projected",      "position",
                                       "expectations",   "weekshigh",
                                       "weekhigh",       "marketperformance",
                                       "yeartarget",     "weektarget",
                                       "monthtarget",    "daytarget",
                                       "pricetarget",    "sector",
                                       "recommendation", "rating",
                                       "tradedate",      "tradingdate"};
    size_t n = strlen(label);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t m = strlen(ends[i]);
        if (n >= m && strcmp(label + n - m, ends[i]) == 0)
            return (int)i;
    }
    return -1;
}

static struct span
text_before_colon(struct span line)
{
    const char *colon = line.n ? memchr(line.p, ':', line.n) : NULL;
    struct span s =
        colon ? span_trim((struct span){line.p, (size_t)(colon - line.p)}) : (struct span){0};
    bool good = s.n >= 3 && s.n <= 30 &&
                span_trim((struct span){colon + 1, line.n - (size_t)(colon + 1 - line.p)}).n;
    return good ? s : (struct span){0};
}

bool
eval_check_stock_info(struct view *v, const struct rule *r)
{
    uint64_t seen = 0;
    struct view_part *p = NULL;
    for (int i = 0; i < v->nparts && !p; i++)
        if (v->parts[i].leaf && strcmp(v->parts[i].type, "text/plain") == 0)
            p = &v->parts[i];
    if (p && view_rendered(v, p) && !p->html)
        for (const char *q = p->text.p, *end = q + p->text.n; q < end;) {
            const char *stop = memchr(q, '\n', (size_t)(end - q));
            stop = stop ? stop : end;
            struct span s = text_before_colon((struct span){q, (size_t)(stop - q)});
            char label[40] = "", *to = label;
            for (size_t i = 0; i < s.n; i++)
                if (isalpha((unsigned char)s.p[i]))
                    *to++ = (char)tolower((unsigned char)s.p[i]);
            int n = s.n ? stock_label(label) : -1;
            seen |= n >= 0 ? 1ull << n : 0;
            q = stop + 1;
        }
    double min = eval_number(r, 0, 0);
    return min <= 0 || __builtin_popcountll(seen) >= min;
}

/* ------------------------------------------------------------------ text against HTML */

struct words {
    struct names seen; /* struct word_count by word */
    int n;
};

struct word_count {
    int n;
};

static bool
has_letter(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (isalnum((unsigned char)s.p[i]) || s.p[i] == '_' || (unsigned char)s.p[i] >= 0xc3)
            return true;
    return false;
}

static void
count_words(struct arena *a, struct words *w, struct span text)
{
    for (size_t i = 0; i < text.n;) {
        size_t start = i;
        while (i < text.n && !isspace((unsigned char)text.p[i]) &&
               !((unsigned char)text.p[i] == 0xc2 && i + 1 < text.n &&
                 (unsigned char)text.p[i + 1] == 0xa0))
            i++;
        struct span s = {text.p + start, i - start};
        if (s.n > 0 && has_letter(s)) {
            struct word_count *c = names_get(&w->seen, s.p, s.n);
            if (!c) {
                c = arena_alloc(a, sizeof *c);
                names_put(&w->seen, s.p, s.n, c);
                w->n++;
            }
            c->n++;
        }
        i += i < text.n && (unsigned char)text.p[i] == 0xc2 ? 2 : 1;
    }
}

struct difference {
    double most;
    int html, text;
};

static bool
inside(const struct view *v, int part, int around)
{
    while (part >= 0 && part != around)
        part = v->parts[part].parent;
    return part == around;
}

static void
compare(struct view *v, int alternative, struct difference *d)
{
    struct arena *a = arena_new();
    struct words html = {0}, text = {0};
    int left = 0;
    names_init(&html.seen, a);
    names_init(&text.seen, a);
    for (int i = alternative; i < v->nparts; i++) {
        struct view_part *p = &v->parts[i];
        if (!p->leaf || strncmp(p->type, "text", 4) != 0 || !inside(v, i, alternative) ||
            !view_rendered(v, p))
            continue;
        count_words(a, p->html ? &html : &text, p->text);
        if (p->html && html.n == 0 && names_get(&p->html->tags, "img", 3))
            count_words(a, &html, (struct span){"\001img", 4});
    }
    for (size_t i = 0; i < html.seen.size; i++) {
        const struct name_slot *s = &html.seen.slots[i];
        const struct word_count *h = s->name ? s->value : NULL,
                                *t = s->name ? names_get(&text.seen, s->name, s->len) : NULL;
        left += h && !(t && h->n <= t->n);
    }
    if (html.n > 0) {
        double share = 100.0 * left / html.n;
        d->most = share > d->most ? share : d->most;
        d->html = html.n;
        d->text = text.n;
    }
    arena_free(&a);
}

static struct difference
differences(struct view *v)
{
    struct difference d = {0};
    bool meeting = v->nparts == 3 && strcmp(v->parts[0].type, "multipart/alternative") == 0 &&
                   strcmp(v->parts[1].type, "text/html") == 0 &&
                   strcmp(v->parts[2].type, "text/calendar") == 0;
    for (int i = 0, n = 0; i < v->nparts && !meeting && n < 20; i++)
        if (strcmp(v->parts[i].type, "multipart/alternative") == 0) {
            compare(v, i, &d);
            n++;
        }
    return d;
}

bool
eval_multipart_alternative_difference(struct view *v, const struct rule *r)
{
    double min = eval_number(r, 0, 0), most = differences(v).most;
    return (min <= 0 || most > min) && most <= eval_number(r, 1, 1e300);
}

bool
eval_multipart_alternative_difference_count(struct view *v, const struct rule *r)
{
    struct difference d = differences(v);
    return d.html > eval_number(r, 1, 0) && (double)d.text / d.html > eval_number(r, 0, 0);
}
