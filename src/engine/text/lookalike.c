#include "lookalike.h"

#include <ctype.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uspoof.h>

#include "../../common/err.h"

/* What ICU says about the letters of these blocks is asked once. The high bit: people take it so, UTS #39 does not. */
#define LOOSE 0x80
static const struct {
    UChar32 first, last;
} blocks[] = {{0x0180, 0x058f}, {0x13a0, 0x13ff}, {0x1c80, 0x1c8f}, {0x1d00, 0x1d7f},
              {0x2c60, 0x2cff}, {0xa4d0, 0xa4ff}, {0xa640, 0xa69f}, {0xab30, 0xabbf}};

#define SLOTS 2600
static unsigned char known[SLOTS];

static int
slot(UChar32 c)
{
    int at = 0;

    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
        if (c >= blocks[i].first && c <= blocks[i].last)
            return at + (int)(c - blocks[i].first);
        at += (int)(blocks[i].last - blocks[i].first) + 1;
    }
    return -1;
}

/* Letters that people take for a Latin one, though UTS #39, which is about identifiers, does not list them so. */
static const struct {
    UChar32 c;
    char latin;
} more[] = {
    {0x043a, 'k'}, {0x041a, 'K'}, {0x0442, 't'}, {0x0422, 'T'}, {0x043c, 'm'}, {0x041c, 'M'},
    {0x043d, 'h'}, {0x041d, 'H'}, {0x0432, 'b'}, {0x0412, 'B'}, {0x0438, 'u'}, {0x043f, 'n'},
    {0x0433, 'r'}, {0x0456, 'i'}, {0x0406, 'I'}, {0x0457, 'i'}, {0x0458, 'j'}, {0x03b1, 'a'},
    {0x03b5, 'e'}, {0x03b7, 'n'}, {0x03b9, 'i'}, {0x03ba, 'k'}, {0x03bd, 'v'}, {0x03c1, 'p'},
    {0x03c4, 't'}, {0x03c5, 'u'}, {0x03c9, 'w'}, {0x03b2, 'b'}, {0x0131, 'i'}, {0x0261, 'g'},
    {0x0251, 'a'}, {0x04cf, 'l'}, {0x04c0, 'I'}, {0x0501, 'd'}, {0x051b, 'q'}, {0x051d, 'w'}};

static unsigned char
ask(const USpoofChecker *spoof, UChar32 c)
{
    UErrorCode ec = U_ZERO_ERROR;
    UChar in[2], out[8];
    int32_t n = 0, len;
    UBool bad = 0;

    U16_APPEND(in, n, 2, c, bad);
    len = bad ? 0 : uspoof_getSkeleton(spoof, 0, in, n, out, 8, &ec);
    if (U_SUCCESS(ec) && len == 1 && out[0] < 0x80 && isalpha(out[0]))
        return (unsigned char)out[0];
    for (size_t i = 0; i < sizeof more / sizeof *more; i++)
        if (more[i].c == c)
            return (unsigned char)more[i].latin | LOOSE;
    return 0;
}

static void
load(void)
{
    UErrorCode ec = U_ZERO_ERROR;
    USpoofChecker *spoof = uspoof_open(&ec);

    BUG_IF(U_FAILURE(ec));
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        for (UChar32 c = blocks[i].first; c <= blocks[i].last; c++) {
            BUG_IF(slot(c) >= SLOTS);
            known[slot(c)] = u_isalpha(c) ? ask(spoof, c) : 0;
        }
    uspoof_close(spoof);
}

void
lookalike_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, load);
}

char
lookalike_latin(UChar32 c, bool loose)
{
    int at = slot(c);
    unsigned char latin;

    lookalike_prepare();
    latin = at >= 0 ? known[at] : 0;
    return (latin & LOOSE) && !loose ? 0 : (char)(latin & ~LOOSE);
}

char
lookalike_styled(UChar32 c)
{
    static const struct {
        UChar32 c;
        char latin;
    } small[] = {{0x0262, 'g'}, {0x026a, 'i'}, {0x0274, 'n'}, {0x0280, 'r'}, {0x028f, 'y'},
                 {0x0299, 'b'}, {0x029c, 'h'}, {0x029f, 'l'}, {0x1d00, 'a'}, {0x1d04, 'c'},
                 {0x1d05, 'd'}, {0x1d07, 'e'}, {0x1d0a, 'j'}, {0x1d0b, 'k'}, {0x1d0d, 'm'},
                 {0x1d0f, 'o'}, {0x1d18, 'p'}, {0x1d1b, 't'}, {0x1d1c, 'u'}, {0x1d20, 'v'},
                 {0x1d21, 'w'}, {0x1d22, 'z'}, {0xa730, 'f'}, {0xa731, 's'}};

    if (c < 0x262)
        return 0;
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        if (small[i].c == c)
            return small[i].latin;
    /* White on black: circled and squared. (White squares and circles are compatible with letters, NFKC.) */
    if (c >= 0x1f150 && c <= 0x1f169)
        return (char)('A' + (c - 0x1f150));
    if (c >= 0x1f170 && c <= 0x1f189)
        return (char)('A' + (c - 0x1f170));
    return 0;
}

UChar32
lookalike_katakana(UChar32 c)
{
    static const UChar32 pairs[][2] = {{0x53e3, 0x30ed}, {0x4e8c, 0x30cb}, {0x5de5, 0x30a8},
                                       {0x529b, 0x30ab}, {0x5915, 0x30bf}, {0x535c, 0x30c8},
                                       {0x516b, 0x30cf}, {0x5343, 0x30c1}, {0x4e00, 0x30fc},
                                       {0x3078, 0x30d8}, {0x308a, 0x30ea}};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        if (pairs[i][0] == c)
            return pairs[i][1];
    return 0;
}
