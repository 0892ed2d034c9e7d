#include "language.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include "../../common/err.h"

#define WORD 24 /* bytes of a word, the longest small word is shorter */
#define TABLE 2048

static const struct {
    const char *code, *words;
} languages[] = {
#define LANGUAGE(code, words) {code, words},
#include "languages.def"
#undef LANGUAGE
};
#define LANGUAGES (sizeof languages / sizeof *languages)

/* Small words, open addressing: a word and the languages that have it, one bit each. */
static struct entry {
    char word[WORD];
    uint32_t who;
} table[TABLE];

/* How long the words are that begin with a byte, one bit each: most words of a text are none of them. */
static uint32_t lengths[256];

static uint32_t
hash(const char *s)
{
    uint32_t h = 2166136261u;

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

static struct entry *
find(const char *word)
{
    uint32_t i = hash(word) % TABLE;

    while (*table[i].word && strcmp(table[i].word, word) != 0)
        i = (i + 1) % TABLE;
    return &table[i];
}

static void
load(void)
{
    for (size_t i = 0; i < LANGUAGES; i++) {
        for (const char *p = languages[i].words; *p;) {
            size_t n = strcspn(p, " ");
            char word[WORD] = "";
            struct entry *e;

            BUG_IF(n >= WORD);
            memcpy(word, p, n);
            e = find(word);
            memcpy(e->word, word, WORD);
            lengths[(unsigned char)*word] |= UINT32_C(1) << n;
            e->who |= UINT32_C(1) << i;
            p += n + (p[n] == ' ');
        }
    }
}

void
text_language_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
}

/* ---------------------------------------------------------------- counting */

struct counts {
    int letters, latin, cyrillic, han, kana, hangul;
    int scripts[USCRIPT_CODE_LIMIT];
    int words, hits[LANGUAGES];
    double score[LANGUAGES];
};

/* A word that few languages have says more. */
static void
count_word(struct counts *c, const char *word, size_t n)
{
    const struct entry *e;

    c->words++;
    if (!(lengths[(unsigned char)*word] >> n & 1) || !*(e = find(word))->word)
        return;
    for (size_t i = 0; i < LANGUAGES; i++) {
        if (e->who >> i & 1) {
            c->hits[i]++;
            c->score[i] += 1.0 / __builtin_popcount(e->who);
        }
    }
}

static bool
is_ascii_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

static void
count_letter(struct counts *c, UChar32 ch)
{
    UErrorCode ec = U_ZERO_ERROR;
    UScriptCode s = uscript_getScript(ch, &ec);

    c->letters++;
    c->latin += s == USCRIPT_LATIN;
    c->cyrillic += s == USCRIPT_CYRILLIC;
    c->han += s == USCRIPT_HAN;
    c->kana += s == USCRIPT_HIRAGANA || s == USCRIPT_KATAKANA;
    c->hangul += s == USCRIPT_HANGUL;
    if (s > 0 && s < USCRIPT_CODE_LIMIT)
        c->scripts[s]++;
}

static void
count(struct counts *c, const char *p, size_t n)
{
    char word[WORD] = "";
    size_t len = 0;
    int ascii = 0;

    for (size_t i = 0; i <= n;) {
        UChar32 ch = ' ';
        size_t start = i;

        if (i < n && is_ascii_letter(p[i])) { /* nearly all */
            ascii++;
            if (len + 4 < WORD)
                word[len++] = (char)(p[i] | 0x20);
            else
                len = WORD; /* no small word */
            i++;
            continue;
        }

        if (i < n)
            U8_NEXT_OR_FFFD((const uint8_t *)p, i, n, ch);
        else
            i++;
        if (ch >= 0x80 && u_isalpha(ch)) {
            UChar32 low = u_tolower(ch);

            count_letter(c, ch);
            if (len + 4 < WORD)
                U8_APPEND_UNSAFE(word, len, low);
            else
                len = WORD;
        } else if (len && start <= n) {
            if (len < WORD) {
                word[len] = '\0';
                count_word(c, word, len);
            }
            len = 0;
        }
    }
    c->letters += ascii;
    c->latin += ascii;
    c->scripts[USCRIPT_LATIN] += ascii;
}

/* ---------------------------------------------------------------- deciding */

/* Languages that have a script for themselves, as far as mail goes. */
static const char *
by_script(const struct counts *c)
{
    static const struct {
        UScriptCode script;
        const char *code;
    } own[] = {{USCRIPT_GREEK, "el"},   {USCRIPT_HEBREW, "he"},     {USCRIPT_ARABIC, "ar"},
               {USCRIPT_THAI, "th"},    {USCRIPT_DEVANAGARI, "hi"}, {USCRIPT_GEORGIAN, "ka"},
               {USCRIPT_ARMENIAN, "hy"}};
    int east = c->han + c->kana + c->hangul;

    /* One of their characters says as much as two or three letters. */
    if (east * 2 >= c->latin && east >= 4) {
        if (c->hangul * 3 >= east)
            return "ko";
        return c->kana * 12 >= east ? "ja" : "zh";
    }
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (c->scripts[own[i].script] * 2 > c->letters)
            return own[i].code;
    return NULL;
}

static const char *
by_words(const struct counts *c)
{
    size_t best = 0;
    double second = 0;

    for (size_t i = 1; i < LANGUAGES; i++)
        if (c->score[i] > c->score[best])
            best = i;
    for (size_t i = 0; i < LANGUAGES; i++)
        if (i != best && c->score[i] > second)
            second = c->score[i];
    if (c->hits[best] < 3 || c->hits[best] * 16 < c->words || c->score[best] < second * 1.15)
        return "";
    return languages[best].code;
}

const char *
text_language(const char *p, size_t n)
{
    struct counts c = {0};
    const char *code;

    text_language_prepare();
    count(&c, p, n > LANGUAGE_BYTES ? LANGUAGE_BYTES : n);
    if (c.letters < 4)
        return "";
    code = by_script(&c);
    return code ? code : by_words(&c);
}
