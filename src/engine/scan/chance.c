#include "chance.h"

#include <string.h>

/* Letters that follow a consonant in words and names of languages with Latin letters. */
static const char *const next[26] = {
    ['b' - 'a'] = "abceijlorsuytdmbhnvkpgwf",
    ['c' - 'a'] = "aceehiklnorstuyqz",
    ['d' - 'a'] = "abdegijlmnorsuvwyhftkpczq",
    ['f' - 'a'] = "aefilorstuyjgbhmdkc",
    ['g' - 'a'] = "abdeghilmnorstuywfkpjz",
    ['h' - 'a'] = "aeilmnorstuwycdkbfgpvjz",
    ['j' - 'a'] = "aeiouk",
    ['k' - 'a'] = "abdefhiklmnoprstuvwygz",
    ['l' - 'a'] = "abcdefghiklmnopqrstuvwyzj",
    ['m' - 'a'] = "abcefilmnopstuyhdgkwrjz",
    ['n' - 'a'] = "abcdefghijklmnoqrstuvwyzxp",
    ['p' - 'a'] = "aefhiklmnoprstuywbdcgz",
    ['q' - 'a'] = "iu",
    ['r' - 'a'] = "abcdefghijklmnopqrstuvwyxz",
    ['s' - 'a'] = "abcdefghijklmnopqrstuvwyz",
    ['t' - 'a'] = "abcdefghijklmnoprstuvwyz",
    ['v' - 'a'] = "aeijkloruysn",
    ['w' - 'a'] = "aehilnorsydbkmtucpfw",
    ['x' - 'a'] = "abcefhimopstuyx",
    ['y' - 'a'] = "abcdegilmnoprstuwzfhkv",
    ['z' - 'a'] = "abcdeghiklmnoprstuvwyz",
};

/* Of n small letters: do many pairs hardly occur? A letter again and again stands for something, a year for instance. */
static bool
has_rare_pairs(const char *word, size_t n)
{
    size_t rare = 0;

    for (size_t i = 0; i + 1 < n; i++)
        rare += next[word[i] - 'a'] && word[i] != word[i + 1] &&
                !strchr(next[word[i] - 'a'], word[i + 1]);
    return n >= 8 && ((rare >= 2 && rare * 4 >= n) || (rare >= 3 && rare * 5 >= n));
}

static bool
letter(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool
is_improbable(const char *label, size_t n)
{
    for (size_t i = 0, end; i < n; i = end + 1) {
        for (end = i; end < n && letter(label[end]); end++)
            ;
        if (has_rare_pairs(label + i, end - i))
            return true;
    }
    return false;
}

/* No vowel in five letters or more, six consonants in a row, or pairs that hardly occur. */
bool
chance_unspeakable(const char *label, size_t n)
{
    int row = 0, most = 0, letters = 0, vowels = 0;

    for (size_t i = 0; i < n; i++) {
        bool vowel = strchr("aeiouy", label[i]) != NULL,
             letter = label[i] >= 'a' && label[i] <= 'z';
        letters += letter;
        vowels += vowel;
        /* "sch", "tt" are one sound */
        if (letter && !vowel && (label[i] == 'h' || (i > 0 && label[i] == label[i - 1])))
            continue;
        row = letter && !vowel ? row + 1 : 0;
        most = row > most ? row : most;
    }
    return (letters >= 5 && vowels == 0) || most >= 6 || is_improbable(label, n);
}

/* Small letters, capitals and digits in turn again and again; a capital in front of small ones is how words are
 * written ("YouTube", "iPhone15"). */
bool
chance_word(const char *word, size_t n)
{
    int changes = 0, lower = 0, upper = 0;
    char last = 0;

    for (size_t i = 0; i < n; i++) {
        char c = word[i], kind = c >= 'A' && c <= 'Z'   ? 'A'
                                 : c >= 'a' && c <= 'z' ? 'a'
                                 : c >= '0' && c <= '9' ? '0'
                                                        : 0;
        if (!kind)
            return false;
        upper += kind == 'A';
        lower += kind == 'a';
        changes += last && last != kind && !(last == 'A' && kind == 'a');
        last = kind;
    }
    return n >= 10 && upper >= 2 && lower >= 2 &&
           (changes >= 5 || (changes >= 3 && upper * 3 >= (int)n));
}
