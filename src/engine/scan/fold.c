#include "fold.h"

#include <string.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>
#include <unicode/utf8.h>

#include "../../common/arena.h"
#include "../../common/err.h"

static const UNormalizer2 *casefold;
static USpoofChecker *checker;

void
fold_prepare(void)
{
    UErrorCode status = U_ZERO_ERROR;
    char out[16];

    if (checker)
        return;
    casefold = unorm2_getNFKCCasefoldInstance(&status);
    checker = uspoof_open(&status);
    BUG_IF(U_FAILURE(status));
    (void)uspoof_getSkeletonUTF8(checker, 0, "a", 1, out, sizeof out, &status);
}

/* Of ASCII alone the normal form is its small letters. NULL: there is more in it. */
static const char *
fold_ascii(struct arena *a, const char *s, size_t n)
{
    char *out = arena_memdup(a, s, n);

    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)out[i];
        if (c >= 0x80)
            return NULL;
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    return out;
}

const char *
fold_text(struct arena *a, const char *s, size_t n)
{
    UErrorCode status = U_ZERO_ERROR;
    int32_t len = 0, most, bytes = 0;
    UChar *from, *to;
    const char *ascii;
    char *out;

    fold_prepare();
    n = strnlen(s, n > 1 << 22 ? 1 << 22 : n);
    if ((ascii = fold_ascii(a, s, n)))
        return ascii;
    from = arena_calloc(a, n + 1, sizeof *from);
    u_strFromUTF8WithSub(from, (int32_t)n + 1, &len, s, (int32_t)n, 0xfffd, NULL, &status);
    if (U_FAILURE(status))
        return "";
    most = 4 * len + 64; /* a few characters become many; then the rest is left out */
    to = arena_calloc(a, (size_t)most, sizeof *to);
    len = unorm2_normalize(casefold, from, len, to, most, &status);
    if (U_FAILURE(status))
        return "";
    out = arena_alloc(a, 3 * (size_t)len + 1);
    u_strToUTF8(out, 3 * len + 1, &bytes, to, len, &status);
    return U_FAILURE(status) ? "" : out;
}

const char *
fold_skeleton(struct arena *a, const char *folded)
{
    UErrorCode status = U_ZERO_ERROR;
    size_t n = strnlen(folded, 2000), most = 8 * n + 64;
    char *out = arena_alloc(a, most);

    fold_prepare();
    (void)uspoof_getSkeletonUTF8(checker, 0, folded, (int32_t)n, out, (int32_t)most, &status);
    if (U_FAILURE(status))
        return folded;
    /* The prototype of 0 is O: a small letter again. */
    return fold_text(a, out, most);
}

static bool
is_letter(UChar32 c)
{
    return c > 0 && (u_isalnum(c) || u_charType(c) == U_NON_SPACING_MARK);
}

int
fold_words(struct arena *a, const char *folded, const char **words, int max)
{
    char *copy = arena_strdup(a, folded);
    int32_t n = (int32_t)strlen(copy), i = 0, start = -1;
    int found = 0;

    while (found < max) {
        int32_t at = i;
        UChar32 c = 0;
        if (i < n)
            U8_NEXT(copy, i, n, c);
        if (is_letter(c)) {
            start = start < 0 ? at : start;
            continue;
        }
        if (start >= 0)
            words[found++] = copy + start;
        start = -1;
        if (at >= n)
            break;
        copy[at] = '\0';
    }
    return found;
}

const char *
fold_letters(struct arena *a, const char *folded)
{
    int32_t n = (int32_t)strlen(folded), i = 0;
    char *out = arena_alloc(a, (size_t)n + 1);
    size_t used = 0;

    while (i < n) {
        int32_t at = i;
        UChar32 c;
        U8_NEXT(folded, i, n, c);
        if (!is_letter(c))
            continue;
        memcpy(out + used, folded + at, (size_t)(i - at));
        used += (size_t)(i - at);
    }
    return out;
}
