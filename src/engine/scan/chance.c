#include "chance.h"

#include <string.h>

/* A label that nobody can say: no vowel in five letters or more, or six consonants in a row. */
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
    return (letters >= 5 && vowels == 0) || most >= 6;
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
