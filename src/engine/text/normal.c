#include "normal.h"

#include <stdbool.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "lookalike.h"

#define FORCED 200 /* characters of forced direction that are turned round */
#define GAP 3      /* characters between the letters of a spaced word */

enum kind { OTHER, DIGIT, LATIN, SIMILAR, KATAKANA, HAN, KANA, LETTER };

/* The text as characters. */
struct chars {
    UChar32 *c;
    size_t n;
    bool ascii; /* surely nothing else in it */
};

static enum kind
kind_beyond(UChar32 c)
{
    UErrorCode ec = U_ZERO_ERROR;

    if (c == 0x30fc)
        return KATAKANA; /* the long mark belongs to both */
    if (!u_isalpha(c))
        return OTHER;
    switch (uscript_getScript(c, &ec)) {
    case USCRIPT_LATIN:
        return lookalike_latin(c, true) ? SIMILAR : LATIN;
    case USCRIPT_CYRILLIC:
    case USCRIPT_GREEK:
    case USCRIPT_ARMENIAN:
    case USCRIPT_CHEROKEE:
    case USCRIPT_COPTIC:
    case USCRIPT_LISU:
        return SIMILAR;
    case USCRIPT_KATAKANA:
        return KATAKANA;
    case USCRIPT_HIRAGANA:
        return KANA;
    case USCRIPT_HAN:
        return HAN;
    default:
        return LETTER;
    }
}

#define LETTERS_AT(first) [first...(first) + 25] = LATIN
static const unsigned char ascii_kind[128] = {
    ['0' ... '9'] = DIGIT, LETTERS_AT('A'), LETTERS_AT('a')};

/* What an ASCII character is in a word; 0: it is in none. */
enum { IN_LATIN = 1, IN_DIGITS = 2, IN_CAPITALS = 4, IN_I = 8 };
static const unsigned char ascii_word[128] = {['0' ... '9'] = IN_DIGITS,
                                              ['@'] = IN_DIGITS,
                                              ['$'] = IN_DIGITS,
                                              ['!'] = IN_DIGITS,
                                              ['a' ... 'z'] = IN_LATIN,
                                              ['A' ... 'H'] = IN_LATIN | IN_CAPITALS,
                                              ['I'] = IN_LATIN | IN_CAPITALS | IN_I,
                                              ['J' ... 'Z'] = IN_LATIN | IN_CAPITALS};

/* Asked several times for each character, and most are ASCII. */
static inline enum kind
kind_of(UChar32 c)
{
    return c >= 0x80 ? kind_beyond(c) : (enum kind)ascii_kind[c];
}

/* ---------------------------------------------------------------- characters that nobody sees */

static bool
joins_letters(UChar32 before, UChar32 after)
{
    enum kind one = kind_of(before), two = kind_of(after);

    return one >= LATIN && one <= KANA && two >= LATIN && two <= KANA;
}

/* c[from..to-1] turned round, as somebody sees them in forced direction. */
static void
turn(UChar32 *c, size_t from, size_t to)
{
    while (from + 1 < to) {
        UChar32 x = c[from];

        c[from++] = c[--to];
        c[to] = x;
    }
}

static void
remove_invisible(struct chars *t, struct text_tricks *tricks)
{
    size_t o = 0, forced = 0;
    bool inside = false;

    for (size_t i = 0; i < t->n; i++) {
        UChar32 c = t->c[i];

        if (inside && (c == 0x202c || c == '\n' || o - forced >= FORCED || i + 1 == t->n)) {
            if (c != 0x202c && c != '\n')
                t->c[o++] = c, c = 0x202c;
            turn(t->c, forced, o);
            inside = false;
        }
        if (c == 0x202e) {
            inside = true;
            forced = o;
            tricks->bidi++;
        }
        if (c < 0xad || !u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) {
            if (!(c >= 0xfff9 && c <= 0xfffb))
                t->c[o++] = c;
            continue;
        }
        if (o && i + 1 < t->n && joins_letters(t->c[o - 1], t->c[i + 1]) && c != 0xad)
            tricks->invisible++;
    }
    t->n = o;
}

/* ---------------------------------------------------------------- NFKC */

/* Words of letters in a style are letters with a style; counted before it is lost. */
static void
count_styled(const struct chars *t, struct text_tricks *tricks)
{
    bool in_word = false;

    for (size_t i = 0; i < t->n; i++) {
        UChar32 c = t->c[i];
        bool styled = (c >= 0x1d400 && c <= 0x1d7ff) || (c >= 0x24b6 && c <= 0x24e9) ||
                      (c >= 0x1f130 && c <= 0x1f189) || lookalike_styled(c);

        if (styled && !in_word)
            tricks->styled++;
        in_word = styled;
    }
}

static void
compose(struct arena *a, struct chars *t)
{
    UErrorCode ec = U_ZERO_ERROR;
    const UNormalizer2 *nfkc = unorm2_getNFKCInstance(&ec);
    int32_t room = (int32_t)t->n * 2 + 1, n = 0, len;
    UChar *u = arena_calloc(a, (size_t)room, sizeof *u), *v;

    for (size_t i = 0; i < t->n; i++)
        U16_APPEND_UNSAFE(u, n, t->c[i]);
    if (U_FAILURE(ec) || unorm2_quickCheck(nfkc, u, n, &ec) == UNORM_YES)
        return;
    /* Most become one character, a few up to 18: those lose the rest of the text's room, not we ours. */
    room = n * 3 + 100;
    v = arena_calloc(a, (size_t)room, sizeof *v);
    ec = U_ZERO_ERROR;
    len = unorm2_normalize(nfkc, u, n, v, room, &ec);
    if (U_FAILURE(ec))
        return;
    t->c = arena_calloc(a, (size_t)len + 1, sizeof *t->c);
    t->n = 0;
    for (int32_t i = 0; i < len;) {
        UChar32 c;

        U16_NEXT(v, i, len, c);
        t->c[t->n++] = c;
    }
}

/* ---------------------------------------------------------------- words */

struct word {
    UChar32 *c;
    size_t n;
    int latin, similar, digits, capitals; /* capitals and I of ASCII alone */
    bool any_i;
    bool all_strict; /* every similar letter looks like a Latin one, by UTS #39 */
};

/*
 * Marks that no language puts on Latin letters: overlays, bars, doubled signs (Unicode's blocks of combining marks), and
 * marks of other scripts.
 */
static bool
is_odd_mark(UChar32 c)
{
    UErrorCode ec = U_ZERO_ERROR;

    if (c < 0x370)
        return (c >= 0x334 && c <= 0x344) || (c >= 0x346 && c <= 0x357) ||
               (c >= 0x359 && c <= 0x362);
    return (c >= 0x20d0 && c <= 0x20ff) || uscript_getScript(c, &ec) != USCRIPT_INHERITED;
}

/* Marks on letters that have no such letter: strokes through words, heaps of accents. */
static void
drop_marks(struct chars *t, struct text_tricks *tricks)
{
    size_t o = 0;

    for (size_t i = 0; i < t->n; i++) {
        UChar32 c = t->c[i];
        bool mark = c >= 0x300 &&
                    (u_charType(c) == U_NON_SPACING_MARK || u_charType(c) == U_ENCLOSING_MARK);
        enum kind before = o && mark ? kind_of(t->c[o - 1]) : OTHER;

        if (!mark || (before != LATIN && before != SIMILAR && before != DIGIT))
            t->c[o++] = c;
        else
            tricks->marks += before == LATIN && is_odd_mark(c);
    }
    t->n = o;
}

static bool
in_word_beyond(UChar32 c)
{
    enum kind k = kind_beyond(c);

    return k == LATIN || k == SIMILAR || lookalike_styled(c);
}

static void
read_word(struct chars *t, size_t from, struct word *w)
{
    *w = (struct word){.c = t->c + from, .all_strict = true};
    while (from + w->n < t->n) {
        UChar32 c = w->c[w->n];
        enum kind k;

        if (c < 0x80) { /* nearly all */
            unsigned in = ascii_word[c];
            if (!in)
                return;
            w->n++;
            w->latin += in & IN_LATIN ? 1 : 0;
            w->digits += in & IN_DIGITS ? 1 : 0;
            w->capitals += in & IN_CAPITALS ? 1 : 0;
            w->any_i |= (in & IN_I) != 0;
            continue;
        }
        if (!in_word_beyond(c))
            return;
        w->n++;
        k = kind_beyond(c);
        w->latin += k == LATIN;
        w->digits += k == OTHER;
        w->similar += k == SIMILAR;
        if (k == SIMILAR && !lookalike_latin(c, false))
            w->all_strict = false;
    }
}

static bool
is_leet(const struct word *w)
{
    int inside = 0;

    for (size_t i = 1; i + 1 < w->n; i++) {
        bool digit = w->c[i] < 0x80 && strchr("013457@$!", (int)w->c[i]);

        if (digit && u_isalpha(w->c[i - 1]) && u_isalpha(w->c[i + 1]))
            inside++;
    }
    return inside > 0 && w->latin >= 3 && inside <= w->latin;
}

static bool
is_capital(UChar32 c)
{
    return c >= 'A' && c <= 'Z';
}

/* No code of letters in any order, as links have them: capitals at its beginning and once inside, beside I. */
static bool
is_small_word(const struct word *w)
{
    size_t small = 0, inner = 0;

    for (size_t i = 0; i < w->n; i++) {
        small += w->c[i] >= 'a' && w->c[i] <= 'z';
        if (w->c[i] >= 0x80 || (is_capital(w->c[i]) && i > 0 && w->c[i] != 'I' && ++inner > 1))
            return false;
    }
    return small >= 3;
}

/*
 * I for l at the end of small letters or twice inside them ("PayPaI", "waIIet"), l for I among capitals ("lRS"). One I
 * inside a word is how names are written ("LinkedIn", "McIntyre").
 */
static bool
swap_capital_i(struct word *w)
{
    size_t capitals = 0, small_l = 0, at = 0;

    if (is_small_word(w)) {
        size_t first = 1, n = 0;
        while (first < w->n && w->c[first] != 'I')
            first++;
        while (first + n < w->n && w->c[first + n] == 'I')
            w->c[first + n++] = 'l';
        if (n && (is_capital(w->c[first - 1]) || (n == 1 && first + n < w->n)))
            while (n > 0)
                w->c[first + --n] = 'I';
        return n > 0;
    }
    for (size_t i = 0; i < w->n; i++) {
        capitals += is_capital(w->c[i]);
        if (w->c[i] == 'l')
            small_l++, at = i;
    }
    if (small_l != 1 || capitals < 2 || capitals + 1 != w->n)
        return false;
    if (at + 1 == w->n && w->c[at - 1] == 'C')
        return false; /* chlorine: "HCl" */
    w->c[at] = 'I';
    return true;
}

static void
fold(struct word *w, bool loose)
{
    for (size_t i = 0; i < w->n; i++) {
        char latin = kind_of(w->c[i]) == SIMILAR ? lookalike_latin(w->c[i], loose) : 0;

        if (latin)
            w->c[i] = latin;
    }
}

static void
styled_word(struct word *w)
{
    for (size_t i = 0; i < w->n; i++) {
        char latin = w->c[i] < 0x80 ? 0 : lookalike_styled(w->c[i]);

        if (latin)
            w->c[i] = latin;
    }
}

/* Is the text around Latin? By the letters of all of it. */
static bool
mostly_latin(const struct chars *t)
{
    size_t latin = 0, others = 0;

    for (size_t i = 0; i < t->n; i++) {
        enum kind k = kind_of(t->c[i]);

        latin += k == LATIN;
        others += k == SIMILAR;
    }
    return latin >= others * 2;
}

/* Only words with an I, and capitals around one other letter, can be what swap_capital_i() looks for. Letters in a style
 * were not counted as what they stand for. */
static bool
may_be_swapped(const struct chars *t, const struct word *w)
{
    return w->latin >= 3 &&
           (!t->ascii || w->any_i || (w->capitals >= 2 && (size_t)w->capitals + 1 == w->n));
}

static void
fold_words(struct chars *t, struct text_tricks *tricks)
{
    bool latin = t->ascii || mostly_latin(t);

    for (size_t i = 0; i < t->n;) {
        struct word w;

        read_word(t, i, &w);
        if (!w.n) {
            i++;
            continue;
        }
        if (!t->ascii)
            styled_word(&w);
        tricks->swapped += may_be_swapped(t, &w) && swap_capital_i(&w);
        if (w.similar && w.latin) {
            fold(&w, true);
            tricks->folded++;
        } else if (w.similar && latin && w.all_strict) {
            fold(&w, false);
            tricks->folded += w.n >= 5;
        }
        tricks->leet += w.digits && is_leet(&w);
        i += w.n;
    }
}

/* Chinese characters for the Katakana that look the same, inside of words in Katakana. */
static void
fold_katakana(struct chars *t, struct text_tricks *tricks)
{
    for (size_t i = 0; i < t->n; i++) {
        UChar32 to = t->c[i] >= 0x3000 ? lookalike_katakana(t->c[i]) : 0;
        enum kind before, after, behind;

        if (!to)
            continue;
        before = i ? kind_of(t->c[i - 1]) : OTHER;
        after = i + 1 < t->n ? kind_of(t->c[i + 1]) : OTHER;
        behind = i + 2 < t->n ? kind_of(t->c[i + 2]) : OTHER;
        bool inside = before == KATAKANA && after == KATAKANA;
        bool first = before != HAN && before != KANA && after == KATAKANA && behind == KATAKANA;
        bool last = before == KATAKANA && i > 1 && kind_of(t->c[i - 2]) == KATAKANA &&
                    after != HAN && after != KANA;

        if (inside || first || last) {
            t->c[i] = to;
            tricks->folded++;
        }
    }
}

/* ---------------------------------------------------------------- spaced words */

static bool
stands_alone(const struct chars *t, size_t i, enum kind *k)
{
    *k = kind_of(t->c[i]);
    if (*k == OTHER || *k == DIGIT)
        return false;
    return i + 1 == t->n || kind_of(t->c[i + 1]) == OTHER;
}

/* Characters between the letter at i and the next one; 0: too many, or a line ends. */
static size_t
gap(const struct chars *t, size_t i)
{
    size_t n = 0;

    while (i + 1 + n < t->n && n <= GAP && kind_of(t->c[i + 1 + n]) == OTHER) {
        if (t->c[i + 1 + n] == '\n')
            return 0;
        n++;
    }
    return n <= GAP && i + 1 + n < t->n ? n : 0;
}

/* Letters from i on that stand alone, with the same gap between them; one needs no gap at all. */
static size_t
spaced_letters(const struct chars *t, size_t i, size_t *step)
{
    size_t first = gap(t, i), n = 1, at = i;
    enum kind k;

    *step = first + 1;
    if (!first)
        return 1;
    for (;;) {
        size_t next = at + *step;

        if (next >= t->n || gap(t, at) != first ||
            memcmp(t->c + i + 1, t->c + at + 1, first * sizeof *t->c) != 0 ||
            !stands_alone(t, next, &k))
            return n;
        n++;
        at = next;
    }
}

static void
join_spaced(struct chars *t, struct text_tricks *tricks)
{
    size_t o = 0;
    enum kind before = OTHER, k;

    for (size_t i = 0; i < t->n; i++) {
        size_t step, n;

        k = kind_of(t->c[i]);
        if (before == OTHER && k >= LATIN && stands_alone(t, i, &k) &&
            (n = spaced_letters(t, i, &step)) > 1) {
            bool joined = n >= (k >= KATAKANA && k <= KANA ? 3 : 4);

            for (size_t j = 0; j < n; j++) {
                t->c[o++] = t->c[i + j * step];
                for (size_t g = 1; !joined && j + 1 < n && g < step; g++)
                    t->c[o++] = t->c[i + j * step + g];
            }
            tricks->spaced += joined;
            i += (n - 1) * step;
            before = LATIN;
            continue;
        }
        before = k;
        t->c[o++] = t->c[i];
    }
    t->n = o;
}

/* ---------------------------------------------------------------- all together */

static struct chars
decoded(struct arena *a, const char *p, size_t n)
{
    struct chars t = {.c = arena_calloc(a, n + 1, sizeof *t.c), .ascii = true};

    for (size_t i = 0; i < n;) {
        UChar32 c = (unsigned char)p[i];

        if (c < 0x80) {
            i++;
        } else {
            U8_NEXT_OR_FFFD((const uint8_t *)p, i, n, c);
            t.ascii = false;
        }
        t.c[t.n++] = c;
    }
    return t;
}

static char *
encoded(struct arena *a, const struct chars *t, size_t *out_n)
{
    uint8_t *o = arena_alloc(a, t->n * 4 + 1);
    size_t n = 0;
    bool blank = true;

    for (size_t i = 0; i < t->n; i++) {
        UChar32 c = t->c[i];
        bool space = c <= 0x20 || (c >= 0x80 && u_isUWhiteSpace(c));

        if (c > 0x20 && c < 0x80) {
            o[n++] = (uint8_t)c;
        } else if (space) { /* a line end swallows the blanks before it */
            if (c == '\n' && n && o[n - 1] == ' ')
                o[n - 1] = '\n';
            else if (!blank)
                o[n++] = c == '\n' ? '\n' : ' ';
        } else {
            U8_APPEND_UNSAFE(o, n, c);
        }
        blank = space;
    }
    o[n] = '\0';
    *out_n = n;
    return (char *)o;
}

char *
text_normal(struct arena *a, const char *p, size_t n, size_t *out_n, struct text_tricks *tricks)
{
    struct chars t = decoded(a, p, n);

    if (!t.ascii) {
        remove_invisible(&t, tricks);
        count_styled(&t, tricks);
        compose(a, &t);
        drop_marks(&t, tricks);
    }
    fold_words(&t, tricks);
    if (!t.ascii)
        fold_katakana(&t, tricks);
    join_spaced(&t, tricks);
    return encoded(a, &t, out_n);
}

void
text_normal_prepare(void)
{
    static const char sample[] = "p\xd0\xb0ypal \xef\xbd\x81\xe2\x80\x8b \xe6\x97\xa5";
    struct arena *a = arena_new();
    struct text_tricks tricks = {0};
    size_t n;

    lookalike_prepare();
    (void)text_normal(a, sample, sizeof sample - 1, &n, &tricks);
    arena_free(&a);
}
