/*
 * A password is refused when nothing but well-known words is left after the usual disguises are
 * taken off: capitals, digits and signs around the words, 0 for o, 1 for i, @ for a. That covers
 * the long ones of every published top list without shipping one: those are such words, a sequence
 * of keys, or a short piece repeated.
 */
#include "password_rule.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static const char *const weak_words[] = {
    "password",   "passwort",   "passwd",    "passw",     "pass",     "word",
    "welcome",    "willkommen", "letmein",   "login",     "admin",    "administrator",
    "root",       "user",       "test",      "guest",     "master",   "default",
    "changeme",   "change",     "me",        "secret",    "secure",   "security",
    "access",     "temp",       "temporary", "qwerty",    "qwertz",   "azerty",
    "qwertyuiop", "asdfghjkl",  "asdf",      "zxcvbnm",   "zxcvbn",   "qazwsx",
    "qaz",        "wsx",        "edc",       "iloveyou",  "love",     "you",
    "sunshine",   "princess",   "monkey",    "dragon",    "football", "baseball",
    "soccer",     "basketball", "superman",  "batman",    "starwars", "pokemon",
    "hello",      "world",      "summer",    "winter",    "spring",   "autumn",
    "sommer",     "january",    "february",  "march",     "april",    "may",
    "june",       "july",       "august",    "september", "october",  "november",
    "december",   "monday",     "tuesday",   "wednesday", "thursday", "friday",
    "saturday",   "sunday",     "company",   "server",    "mail",     "email",
    "gateway",    "quarantine", "console",   "portal",    "spam",     "filter",
    "computer",   "internet",   "google",    "facebook",  "michael",  "jordan",
    "jennifer",   "jessica",    "ashley",    "trustno",   "whatever", "nothing",
    "freedom",    "shadow",     "killer",    "hunter",    "ninja",    "mustang",
    "correct",    "horse",      "battery",   "staple",    "abc",      "abcd",
    "my",         "the",        "is",        "this",      "new",      "old",
    "first",      "last",       "only",      "one",       "two",      "three",
    "sekisho",    "kanri",      "nihon",     "tokyo",     "sakura",   "himitsu",
    "anshou",     "angou",      "a",         "i",         "x",        NULL};

#define N_(msgid) (msgid) /* marks for xgettext */
#define LETTERS_MAX 128   /* longer ones are never made of weak words only */
#define PATTERN_MIN 6     /* in shorter ones neighbours of the keyboard meet by chance */

static size_t
characters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xc0) != 0x80;
    return n;
}

/* "aaaaaaaaaaaa", "abcabcabcabc": a piece of up to four bytes over and over. */
static bool
repeats(const char *p, size_t n)
{
    for (size_t period = 1; period <= 4; period++) {
        size_t i = period;
        while (i < n && p[i] == p[i - period])
            i++;
        if (i == n)
            return true;
    }
    return false;
}

/* "abcdefghijkl", "210987654321", and rows of the keyboard. */
static bool
sequence(const char *p, size_t n)
{
    static const char *const rows[] = {"qwertyuiop",
                                       "asdfghjkl",
                                       "zxcvbnm",
                                       "qwertzuiopasdfghjklyxcvbnm",
                                       "azertyuiopqsdfghjklmwxcvbn",
                                       "1234567890",
                                       "0987654321",
                                       "1q2w3e4r5t6y7u8i9o0p",
                                       "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
                                       "qwertyuiopasdfghjklzxcvbnm",
                                       "abcdefghijklmnopqrstuvwxyz"};
    size_t steps = 0;
    for (size_t i = 1; i < n; i++) {
        char a = (char)tolower((unsigned char)p[i - 1]), b = (char)tolower((unsigned char)p[i]);
        bool near = a + 1 == b || a - 1 == b || a == b;
        for (size_t r = 0; r < sizeof rows / sizeof *rows && !near; r++) {
            const char *at = strchr(rows[r], a);
            near = at && (at[1] == b || (at > rows[r] && at[-1] == b));
        }
        steps += near;
    }
    return steps + 3 >= n;
}

/* Letters only, disguises off. Returns their number, or 0 when there are too many to be weak. */
static size_t
plain_letters(const char *p, size_t len, char out[LETTERS_MAX])
{
    static const char from[] = "01345789@$!|+", to[] = "oieastbgasiit";
    size_t n = 0;
    for (; len; p++, len--) {
        unsigned char c = (unsigned char)*p;
        const char *d = c < 0x80 ? strchr(from, c) : NULL;
        if (!isalpha(c) && !d && c < 0x80)
            continue;
        if (n == LETTERS_MAX)
            return 0;
        out[n++] = d ? to[d - from] : (char)tolower(c);
    }
    return n;
}

static bool
word_at(const char *p, size_t n, const char *word, size_t len)
{
    if (!len || len > n)
        return false;
    for (size_t i = 0; i < len; i++)
        if (tolower((unsigned char)word[i]) != (unsigned char)p[i])
            return false;
    return true;
}

static void
reach(const char *text, size_t n, size_t at, const char *word, size_t len, bool *seen)
{
    if (word_at(text + at, n - at, word, len))
        seen[at + len] = true;
}

static void
reach_context(const char *text, size_t n, size_t at, const char *const *context, bool *seen)
{
    for (; context && *context; context++) {
        for (const char *p = *context; *p;) {
            size_t len = 0;
            while (isalpha((unsigned char)p[len]) || ((unsigned char)p[len] & 0x80))
                len++;
            if (len >= 3)
                reach(text, n, at, p, len, seen);
            p += len ? len : 1;
        }
    }
}

/* Can the whole text be put together from weak words? */
static bool
only_weak(const char *text, size_t n, const char *const *context)
{
    bool seen[LETTERS_MAX + 1] = {true};

    for (size_t at = 0; at < n; at++) {
        if (!seen[at])
            continue;
        for (const char *const *w = weak_words; *w; w++)
            reach(text, n, at, *w, strlen(*w), seen);
        reach_context(text, n, at, context, seen);
    }
    return seen[n];
}

/* The same with digits and signs dropped instead of read as letters: "pass2026word". */
static size_t
bare_letters(const char *p, char out[LETTERS_MAX])
{
    size_t n = 0;
    for (; *p; p++) {
        unsigned char c = (unsigned char)*p;
        if (!isalpha(c) && c < 0x80)
            continue;
        if (n == LETTERS_MAX)
            return 0;
        out[n++] = (char)tolower(c);
    }
    return n;
}

/* Weak in one of three readings: digits are letters, only those between letters are, or none. */
static bool
weak(const char *password, size_t n, const char *const *context)
{
    char letters[LETTERS_MAX];
    size_t first = 0, last = n, k;

    while (first < n && !isalpha((unsigned char)password[first]))
        first++;
    while (last > first && !isalpha((unsigned char)password[last - 1]))
        last--;
    k = bare_letters(password, letters);
    if (k && only_weak(letters, k, context))
        return true;
    k = plain_letters(password + first, last - first, letters);
    if (k && only_weak(letters, k, context))
        return true;
    k = plain_letters(password, n, letters);
    return k && only_weak(letters, k, context);
}

unsigned
password_rule(const char *password, const char *const *context)
{
    size_t n = strlen(password), letters = 0;
    unsigned faults = 0;

    if (n > PASSWORD_MAX)
        return PASSWORD_LONG;
    if (characters(password) < PASSWORD_MIN)
        faults |= PASSWORD_SHORT;
    for (const char *p = password; *p; p++)
        letters += isalpha((unsigned char)*p) || ((unsigned char)*p & 0x80);
    if (letters < 4 && 2 * letters < n && n < 20)
        faults |= PASSWORD_FIGURES;
    if (n >= PATTERN_MIN && (repeats(password, n) || sequence(password, n)))
        faults |= PASSWORD_PATTERN;
    if (weak(password, n, context))
        faults |= PASSWORD_WORDS;
    return faults;
}

const char *
password_fault_text(enum password_fault f)
{
    switch (f) {
    case PASSWORD_SHORT:
        return N_("This password is too short. Use 12 characters or more.");
    case PASSWORD_LONG:
        return N_("This password is too long. Use at most 1,024 bytes.");
    case PASSWORD_FIGURES:
        return N_("This password has almost only digits and signs. Use letters, too.");
    case PASSWORD_PATTERN:
        return N_("This password repeats itself or follows the alphabet or the keyboard. Use a less regular one.");
    case PASSWORD_WORDS:
        return N_("This password is made of well-known words only, or of names from this organisation. Use several "
                  "words that do not belong together.");
    }
    return "";
}
