#include "money.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "../../common/arena.h"

#define SUM 24 /* bytes of a number */

static bool
digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool
letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* Digits without what is behind the last mark when that are cents. */
static size_t
size_of(const char *number, size_t n)
{
    size_t digits = 0, cents = 0;

    for (size_t i = 0; i < n; i++) {
        digits += digit(number[i]);
        cents = digit(number[i]) ? cents + 1 : 0;
    }
    return cents == 2 && digits < n ? digits - cents : digits;
}

/* "$" in front or behind; letters of a code may go on ("euros"). Number: from..to in text of n bytes. */
static bool
has_currency(const char *text, size_t n, size_t from, size_t to)
{
    static const char *const signs[] = {"$", "€", "£", "¥", "usd", "eur"};
    size_t behind = to + (to < n && text[to] == ' ');

    for (size_t k = 0; k < sizeof signs / sizeof *signs; k++) {
        size_t len = strlen(signs[k]);
        if ((from >= len && strncasecmp(text + from - len, signs[k], len) == 0) ||
            (from > len && strncasecmp(text + from - len - 1, signs[k], len) == 0) ||
            (n - behind >= len && strncasecmp(text + behind, signs[k], len) == 0))
            return true;
    }
    return false;
}

/* "0.5 ETH": codes of coins are words of their own. */
static bool
has_coin(const char *text, size_t n, size_t to)
{
    static const char *const coins[] = {"btc", "eth", "usdt", "usdc", "xrp", "bnb"};
    size_t behind = to + (to < n && text[to] == ' ');

    for (size_t k = 0; k < sizeof coins / sizeof *coins; k++) {
        size_t len = strlen(coins[k]);
        if (n - behind >= len && strncasecmp(text + behind, coins[k], len) == 0 &&
            (n - behind == len || !letter(text[behind + len])))
            return true;
    }
    return false;
}

const char *
money_sum(struct arena *a, const char *text, size_t n, size_t digits)
{
    for (size_t i = 0; i < n; i++) {
        size_t end = i;
        if (!digit(text[i]))
            continue;
        while (end < n && end - i < SUM && text[end] &&
               (digit(text[end]) || strchr(".,", text[end])))
            end++;
        if (has_coin(text, n, end) ||
            (size_of(text + i, end - i) >= digits && has_currency(text, n, i, end)))
            return arena_strndup(a, text + i, end - i);
        i = end;
    }
    return NULL;
}
