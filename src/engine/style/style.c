/*
 * Features are rates, so that length does not matter; each has a least deviation, since ten mails without an exclamation
 * mark do not mean that an eleventh with one is foreign. What is odd in anybody's hand (a list, a form) is far from his
 * style and from everybody's, so both distances are compared.
 *
 * Mails are short, so this is a hint and not a proof. Measured on mailing lists (tests/corpus/test_style.c: authors of 24
 * mails and more, the earlier half learned): at STYLE_DIFFERS 1 of 100 mails of his own and 18 of 100 of the others, who write about the
 * same things in the same language.
 */
#include "style.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#define LETTERS_LEAST 200 /* of what he wrote himself; Japanese says as much with half of them */
#define TEXT_MOST 20000
#define LINE 512
#define SD_MOST 4.0
#define ORDINARY 0.15 /* a mail that is like everybody's in all is no reason to look closely */

enum feature {
    WORD_LENGTH,
    LONG_WORDS,
    SHORT_WORDS,
    SENTENCE_LENGTH,
    LINE_LENGTH,
    BLANK_LINES,
    COMMAS,
    STOPS,
    EXCLAMATIONS,
    QUESTIONS,
    DASHES,
    DOTS,
    BRACKETS,
    APOSTROPHES,
    CAPITALS,
    CAPITAL_WORDS,
    SMALL_STARTS,
    DIGITS,
    ARTICLES,
    FIRST_PERSON,
    POLITE,
    HIRAGANA,
    KATAKANA,
    HAN
};

struct count {
    double letters, words, long_words, short_words, word_letters, sentences, lines, blank_lines,
        line_letters, capitals, capital_words, small_starts, digits, commas, stops, exclamations,
        questions, dashes, dots, brackets, apostrophes, articles, first_person, polite, hiragana,
        katakana, han;
    bool starts; /* the next letter begins a sentence */
    int dot_run;
    char word[24]; /* the current one, ASCII, in small letters */
    size_t nword;  /* letters of it, also beyond word[] */
    bool capital;  /* all of it */
};

/* ------------------------------------------------------------------ words */

static bool
is_one_of(const char *word, const char *const *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}
#define IS_ONE_OF(word, list) is_one_of(word, list, sizeof(list) / sizeof *(list))

static void
end_word(struct count *c)
{
    static const char *const articles[] = {"the", "a",   "an",  "of",  "and", "to",  "der", "die",
                                           "das", "und", "ein", "le",  "la",  "les", "de",  "et",
                                           "el",  "los", "il",  "che", "e",   "o",   "os"};
    static const char *const first[] = {"i",  "me", "my", "ich", "mein", "je", "mon",
                                        "yo", "mi", "io", "eu",  "we",   "our"};
    static const char *const polite[] = {"please",   "kindly", "thanks", "thank",   "regards",
                                         "bitte",    "danke",  "merci",  "gracias", "grazie",
                                         "obrigado", "dear",   "hello",  "hi"};

    if (c->nword == 0)
        return;
    c->word[c->nword < sizeof c->word ? c->nword : sizeof c->word - 1] = '\0';
    c->words++;
    c->word_letters += (double)c->nword;
    c->long_words += c->nword >= 8;
    c->short_words += c->nword <= 3;
    c->capital_words += c->capital && c->nword >= 2;
    c->articles += IS_ONE_OF(c->word, articles);
    c->first_person += IS_ONE_OF(c->word, first);
    c->polite += IS_ONE_OF(c->word, polite);
    c->nword = 0;
}

static void
letter(struct count *c, UChar32 u)
{
    bool capital = u_isupper(u);

    c->letters++;
    c->capitals += capital;
    if (c->starts)
        c->small_starts += u_islower(u);
    c->starts = false;
    if (u >= 0x3040 && u <= 0x309f) {
        c->hiragana++;
        end_word(c);
    } else if (u >= 0x30a0 && u <= 0x30ff) {
        c->katakana++;
        end_word(c);
    } else if (u >= 0x3400 && u <= 0x9fff) {
        c->han++;
        end_word(c);
    } else {
        if (c->nword == 0)
            c->capital = true;
        c->capital &= capital;
        if (c->nword < sizeof c->word - 1)
            c->word[c->nword] = u < 0x80 ? (char)tolower((int)u) : '?';
        c->nword++;
    }
}

static void
end_sentence(struct count *c)
{
    c->sentences += !c->starts;
    c->starts = true;
}

static void
mark(struct count *c, UChar32 u)
{
    end_word(c);
    c->dot_run = u == '.' ? c->dot_run + 1 : 0;
    c->dots += c->dot_run == 2 || u == 0x2026;
    switch (u) {
    case ',':
    case 0x3001:
    case 0xff0c:
        c->commas++;
        break;
    case '.':
    case 0x3002:
        c->stops++;
        end_sentence(c);
        break;
    case '!':
    case 0xff01:
        c->exclamations++;
        end_sentence(c);
        break;
    case '?':
    case 0xff1f:
        c->questions++;
        end_sentence(c);
        break;
    case '-':
    case 0x2013:
    case 0x2014:
        c->dashes++;
        break;
    case '(':
    case 0xff08:
        c->brackets++;
        break;
    default:
        break;
    }
}

static void
read_line(struct count *c, const char *p, size_t n)
{
    double before = c->letters;

    for (size_t i = 0; i < n;) {
        UChar32 u;

        U8_NEXT_OR_FFFD((const uint8_t *)p, i, n, u);
        if (u_isalpha(u))
            letter(c, u);
        else if (u == '\'' || u == 0x2019)
            c->apostrophes += c->nword > 0;
        else if (u_isdigit(u))
            c->digits++, end_word(c);
        else if (u <= 0x20 || u_isUWhiteSpace(u))
            end_word(c);
        else
            mark(c, u);
    }
    end_word(c);
    c->lines++;
    if (c->letters > before)
        c->line_letters += c->letters - before;
    else
        c->blank_lines++;
}

/* ------------------------------------------------------------------ his own part */

static bool
begins(const char *p, size_t n, const char *with)
{
    size_t k = strlen(with);

    return n >= k && strncasecmp(p, with, k) == 0;
}

/* From here on the line is somebody else's, or a signature (RFC 3676 4.3). */
static bool
is_end(const char *p, size_t n)
{
    static const char *const begin[] = {
        "-----Original", "-----Urspr", "----- Original", "________", "From: ",
        "Von: ",         "De : ",      "差出人",         "送信者",   "---------- Forwarded",
        "-----元の"};

    if (n >= 2 && n <= 3 && strncmp(p, "--", 2) == 0 && (n == 2 || p[2] == ' '))
        return true;
    for (size_t i = 0; i < sizeof begin / sizeof *begin; i++)
        if (begins(p, n, begin[i]))
            return true;
    return false;
}

/* "Taro wrote:", ">", "|": what others wrote, between his own lines. */
static bool
is_quote(const char *p, size_t n)
{
    while (n && (p[n - 1] == ' ' || p[n - 1] == '\r'))
        n--;
    return (n && (*p == '>' || *p == '|')) || (n > 6 && strncasecmp(p + n - 6, "wrote:", 6) == 0);
}

static double
per(double n, double of)
{
    return of > 0 ? n / of : 0;
}

static void
rates(const struct count *c, double out[STYLE_FEATURES])
{
    out[WORD_LENGTH] = per(c->word_letters, c->words);
    out[LONG_WORDS] = per(c->long_words, c->words) * 100;
    out[SHORT_WORDS] = per(c->short_words, c->words) * 100;
    out[SENTENCE_LENGTH] = log(1 + per(c->letters, c->sentences + 1));
    out[LINE_LENGTH] = log(1 + per(c->line_letters, c->lines - c->blank_lines));
    out[BLANK_LINES] = per(c->blank_lines, c->lines) * 100;
    out[COMMAS] = per(c->commas, c->letters) * 1000;
    out[STOPS] = per(c->stops, c->letters) * 1000;
    out[EXCLAMATIONS] = per(c->exclamations, c->letters) * 1000;
    out[QUESTIONS] = per(c->questions, c->letters) * 1000;
    out[DASHES] = per(c->dashes, c->letters) * 1000;
    out[DOTS] = per(c->dots, c->letters) * 1000;
    out[BRACKETS] = per(c->brackets, c->letters) * 1000;
    out[APOSTROPHES] = per(c->apostrophes, c->words) * 100;
    out[CAPITALS] = per(c->capitals, c->letters) * 100;
    out[CAPITAL_WORDS] = per(c->capital_words, c->words) * 100;
    out[SMALL_STARTS] = per(c->small_starts, c->sentences + 1) * 100;
    out[DIGITS] = per(c->digits, c->letters) * 1000;
    out[ARTICLES] = per(c->articles, c->words) * 100;
    out[FIRST_PERSON] = per(c->first_person, c->words) * 100;
    out[POLITE] = per(c->polite, c->words) * 100;
    out[HIRAGANA] = per(c->hiragana, c->letters) * 100;
    out[KATAKANA] = per(c->katakana, c->letters) * 100;
    out[HAN] = per(c->han, c->letters) * 100;
}

bool
style_measure(const char *text, size_t n, double out[STYLE_FEATURES])
{
    struct count c = {.starts = true};

    if (n > TEXT_MOST)
        n = TEXT_MOST;
    for (const char *p = text, *end = text + n; p < end;) {
        const char *nl = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((nl ? nl : end) - p);
        if (is_end(p, len))
            break;
        if (!is_quote(p, len))
            read_line(&c, p, len);
        p += len + (nl != NULL);
    }
    rates(&c, out);
    return c.letters + c.hiragana + c.katakana + c.han >= LETTERS_LEAST;
}

/* ------------------------------------------------------------------ many mails */

static double
distance(const struct style *s, const double x[STYLE_FEATURES])
{
    /* deviations that any writer has from one mail to the next, of enum feature */
    static const double least[STYLE_FEATURES] = {0.3, 4, 4, 0.3, 0.4, 8, 4, 4, 2, 3, 5, 2,
                                                 2,   2, 2, 2,   8,   8, 4, 3, 2, 6, 5, 6};
    double sum = 0;

    for (int i = 0; i < STYLE_FEATURES; i++) {
        double sd = fmax(sqrt(s->mails > 1 ? s->m2[i] / (s->mails - 1) : 0), least[i]);
        sum += fmin(fabs(x[i] - s->mean[i]) / sd, SD_MOST);
    }
    return sum / STYLE_FEATURES;
}

double
style_differs(const struct style *his, const struct style *everybody,
              const double x[STYLE_FEATURES])
{
    if (his->mails < STYLE_MAILS || everybody->mails < STYLE_MAILS_ALL)
        return 0;
    return distance(his, x) / (ORDINARY + distance(everybody, x));
}
