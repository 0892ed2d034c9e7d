#include "urlbl_codes.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"

#define SEPARATORS " ,\t\r\n"
#define WORD_MAX 80

static unsigned
number(const unsigned char a[4])
{
    return (unsigned)a[0] << 24 | (unsigned)a[1] << 16 | (unsigned)a[2] << 8 | a[3];
}

static bool
address(const char *text, unsigned *out)
{
    unsigned char a[4];

    if (inet_pton(AF_INET, text, a) != 1 || a[0] != 127)
        return false;
    *out = number(a);
    return true;
}

static bool
mask(const char *text, unsigned *out)
{
    char *end;
    long v = strtol(text, &end, 10);

    *out = (unsigned)v;
    return v >= 1 && v <= 255 && !*end && *text >= '1' && *text <= '9';
}

/* word is ours to change. */
static bool
one(char *word, struct urlbl_codes *c)
{
    char *level = strchr(word, '='), *dash;
    int i = c->n;

    if (i == URLBL_CODES_MAX)
        return false;
    c->code[i].level = -1;
    if (level) {
        *level++ = '\0';
        c->code[i].level = (int)risk_level_named(level);
        if (c->code[i].level == RISK_LEVELS)
            return false;
    }
    c->n++;
    if (*word == '&')
        return mask(word + 1, &c->code[i].mask);
    dash = strchr(word, '-');
    if (dash)
        *dash++ = '\0';
    return address(word, &c->code[i].from) && address(dash ? dash : word, &c->code[i].to) &&
           c->code[i].from <= c->code[i].to;
}

int
urlbl_codes_parse(const char *text, struct urlbl_codes *out, struct err *e)
{
    char word[WORD_MAX];
    size_t n;

    memset(out, 0, sizeof *out);
    for (const char *p = text + strspn(text, SEPARATORS); *p; p += n + strspn(p + n, SEPARATORS)) {
        n = strcspn(p, SEPARATORS);
        if (n < sizeof word) {
            memcpy(word, p, n);
            word[n] = '\0';
        }
        if (n >= sizeof word || !one(word, out))
            return err_set(
                e, ERR_INPUT, "codes",
                "answers are written 127.0.0.2, 127.0.0.4-127.0.0.7 or &8, each with =LEVEL "
                "if it has one of its own, at most %d",
                URLBL_CODES_MAX);
    }
    return 0;
}

int
urlbl_codes_level(const struct urlbl_codes *c, enum risk_level level, const unsigned char a[4])
{
    unsigned v = number(a);
    int worst = -1;

    if (a[0] != 127 || (a[1] == 255 && a[2] == 255) || v == 0x7f0001ffu)
        return -1;
    if (c->n == 0)
        return v == 0x7f000001u ? -1 : (int)level;
    for (int i = 0; i < c->n; i++) {
        bool fits = c->code[i].mask ? a[1] == 0 && a[2] == 0 && a[3] & c->code[i].mask
                                    : v >= c->code[i].from && v <= c->code[i].to;
        int says = c->code[i].level < 0 ? (int)level : c->code[i].level;
        if (fits && says > worst)
            worst = says;
    }
    return worst;
}
