#include "charset_guess.h"

#include <ctype.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/utf16.h>
#include <unicode/utf8.h>

/* A few bytes prove nothing: then it is Western text, which is the most usual by far. */
#define PRIOR 2.5

/* The first of equals wins. */
static const char *const candidates[] = {
    "windows-1252", "Shift_JIS",    "EUC-JP",       "GB18030",      "Big5",         "EUC-KR",
    "windows-1251", "KOI8-R",       "KOI8-U",       "IBM866",       "ISO-8859-5",   "windows-1250",
    "ISO-8859-2",   "windows-1253", "windows-1254", "windows-1255", "windows-1256", "TIS-620"};

/* The most usual characters of Chinese (both ways of writing) and Japanese, and syllables of Korean. */
static const char frequent[] =
    "的一是不了在人有我他这個个们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那"
    "得于於着著下自之年过過发發后後作里裡用道行所然"
    "家种種事成方多经經么麼去法学學如都同现現当當没沒动動面起看定天分还還进進好小部其些主样樣理心她"
    "本前开開但因只从從想实實日军軍者意无無力它与與"
    "长長把机機十民第公此已工使情明性知全三又关關点點正业業外将將两兩高间間由问問很最重并並物手应應"
    "战戰向头頭文体體政美相见見被利什二等产產或新己制"
    "身果加西斯月话話合回特代内內信表化老给給世位次度门門任常先海通教儿兒原东東声聲提立及比员員解水"
    "名真论論处處走义義各入几幾口认認条條平系气氣题題"
    "活尔爾更别別打女变變四神总總何电電数數安少报報才结結反受目太量再感建务務做接必场場件计計管期市"
    "直德资資命山金指克许許统統区區保至队隊形社便空决決"
    "治展马馬科司五基眼书書非则則听聽白却卻界达達光放强強即像难難且权權思王象完设設式色路记記南品住"
    "告类類求据據程北边邊死张張该該交规規万萬取拉格望"
    "觉覺术術领領共确確传傳师師观觀清今切院让讓识識候带帶导導争爭运運您请請账帳户戶款费費付银銀行邮"
    "郵件箱网網站登录錄密码碼客服务購购买賣卖"
    "円様御願致確認株式会社申込送料無料支払注文番号届東京県市商品利用登録情報変更完了気持対応際込読"
    "込担当連絡先週"
    "이다는을를에의가고하지한로은도해사자시기서아어나대인있일니요안리보수정부주그것들여전게만습합세"
    "용원계입금구내드";

static uint8_t usual[0x10000 / 8];

static void
load(void)
{
    for (int32_t i = 0, n = sizeof frequent - 1; i < n;) {
        UChar32 c;

        U8_NEXT_UNSAFE((const uint8_t *)frequent, i, c);
        usual[c >> 3] |= (uint8_t)(1 << (c & 7));
    }
}

static bool
is_usual(UChar32 c)
{
    return c < 0x10000 && (usual[c >> 3] >> (c & 7) & 1);
}

/* ---------------------------------------------------------------- how usual is a character? */

static bool
listed(const UChar32 *list, UChar32 c)
{
    for (; *list; list++)
        if (*list == c)
            return true;
    return false;
}

static bool
ascii_letter(UChar32 c)
{
    return c < 0x80 && isalpha(c);
}

/* A letter of a script that has no place in one word with ASCII letters. */
static double
foreign(UChar32 c, const UChar32 *often, const UChar32 *seldom)
{
    return listed(often, c) ? 2.4 : listed(seldom, c) ? 0.4 : 1.3;
}

static double
cyrillic(UChar32 c, UChar32 before)
{
    static const UChar32 often[] = {0x43e, 0x435, 0x430, 0x438, 0x43d, 0x442,
                                    0x441, 0x440, 0x432, 0x43b, 0};
    static const UChar32 seldom[] = {0x449, 0x44a, 0x44d, 0x444, 0x446, 0x44e, 0x451,
                                     0x436, 0x448, 0x445, 0x447, 0x439, 0};

    if (u_isupper(c))
        return u_islower(before) ? -5 : 0.6;
    if (c >= 0x454 && c <= 0x457)
        return 1;
    return (c >= 0x430 && c <= 0x44f) || c == 0x451 ? foreign(c, often, seldom)
           : c == 0x491                             ? 0.5
                                                    : -1;
}

static double
hebrew(UChar32 c)
{
    static const UChar32 often[] = {0x5d9, 0x5d5, 0x5d4, 0x5dc, 0x5d0, 0x5ea,
                                    0x5e8, 0x5de, 0x5d1, 0x5e9, 0};
    static const UChar32 seldom[] = {0x5d8, 0x5e3, 0x5e5, 0x5d6, 0x5e1, 0};

    return c >= 0x5d0 ? foreign(c, often, seldom) : -1;
}

static double
arabic(UChar32 c)
{
    static const UChar32 often[] = {0x627, 0x644, 0x64a, 0x645, 0x646, 0x648,
                                    0x631, 0x62a, 0x628, 0x629, 0};
    static const UChar32 seldom[] = {0x6a9, 0x686, 0x6af, 0x67e, 0x6ba, 0x6d2, 0};

    return foreign(c, often, seldom);
}

static double
thai(UChar32 c)
{
    static const UChar32 often[] = {0xe32, 0xe19, 0xe23, 0xe2d, 0xe01, 0xe40, 0xe07, 0xe21,
                                    0xe22, 0xe25, 0xe27, 0xe14, 0xe17, 0xe2a, 0xe15, 0xe30,
                                    0xe31, 0xe35, 0xe48, 0xe49, 0xe34, 0xe1b, 0};

    return listed(often, c) ? 1.9 : 0;
}

/* Accented letters stand between plain ones; seldom beside one another. */
static double
western(UChar32 c, UChar32 before, UChar32 after)
{
    static const UChar32 seldom[] = {0xf0, 0xfe,  0xd0,  0xde,  0xfd,  0xff,  0xc3,
                                     0xc2, 0x178, 0x155, 0x13a, 0x154, 0x139, 0};
    static const UChar32 less[] = {0xf8, 0xf9, 0xec, 0x13e, 0};
    bool beside = (before < 0x80 && u_isalpha(before)) || (after < 0x80 && u_isalpha(after));

    if (listed(seldom, c))
        return beside ? 0.2 : -1;
    if (u_isupper(c) && u_islower(before))
        return -2;
    if (before >= 0x80 && u_isalpha(before))
        return after >= 0x80 && u_isalpha(after) ? -2 : listed(less, c) ? -1 : -0.5;
    return !beside ? 0.3 : listed(less, c) ? 0.7 : 1.2;
}

static double
han_or_other(UChar32 c)
{
    if (c >= 0x3041 && c <= 0x3096)
        return 3;
    if (c >= 0x30a1 && c <= 0x30fc)
        return 2.5;
    if (c >= 0x4e00 && c <= 0x9fff)
        return is_usual(c) ? 3 : 0.5;
    if (c >= 0xac00 && c <= 0xd7a3)
        return is_usual(c) ? 3.4 : 1.6;
    if (c >= 0x3000 && c <= 0x3011)
        return 2;
    if (c >= 0xff61 && c <= 0xff9f) /* narrow Katakana: what other charsets become in Shift_JIS */
        return -0.5;
    if (c >= 0xff01 && c <= 0xff5e)
        return 1.5;
    if (c >= 0x3400 || (c >= 0x2500 && c < 0x25a0)) /* private, rare, lines of boxes */
        return -3;
    return 0;
}

static double
character(UChar32 c, UChar32 before, UChar32 after)
{
    bool letter = u_isalpha(c) || u_charType(c) == U_NON_SPACING_MARK;
    bool inside = u_isalpha(before) && u_isalpha(after);

    if (c < 0xa0 || c == 0xfffd)
        return -5;
    if (c >= 0x2500)
        return han_or_other(c);
    if (c == 0xa0) /* behind a full stop, before a sign: as usual as it can be */
        return 1;
    if (c == 0xb4) /* somebody's apostrophe */
        return 0.5;
    if (!letter) /* signs in the middle of a word */
        return inside && c != 0x2019 && c != 0xb7 && c != 0xad ? -3
               : c >= 0x2010 && c <= 0x2026                    ? 0.8
                                                               : 0.1;
    if (c < 0x370)
        return western(c, before, after);
    if (ascii_letter(before) || ascii_letter(after))
        return -3;
    if (c < 0x400)
        return u_isupper(c) ? (u_islower(before) ? -5 : 0.4) : 1.6;
    if (c < 0x530)
        return cyrillic(c, before);
    if (c < 0x600)
        return hebrew(c);
    if (c < 0x700)
        return before < 0x250 && u_isalpha(before) ? -2 : arabic(c);
    return c >= 0xe00 && c < 0xe80 ? thai(c) : 0;
}

/* ---------------------------------------------------------------- reading */

double
charset_score(const char *charset, const char *p, size_t n, int *high)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    UChar u[CHARSET_GUESS_BYTES + 16], *to = u;
    UErrorCode ec = U_ZERO_ERROR;
    UConverter *cnv = ucnv_open(charset, &ec);
    const char *from = p, *end;
    UChar32 before = ' ', c, after;
    double sum = 0;
    int bytes = 0, failed = 0;

    pthread_once(&once, load);
    if (U_FAILURE(ec))
        return -100;
    end = p + (n > CHARSET_GUESS_BYTES ? CHARSET_GUESS_BYTES : n);
    for (const char *q = p; q < end; q++)
        bytes += (unsigned char)*q >= 0x80;
    if (high)
        *high = bytes;
    ucnv_setToUCallBack(cnv, UCNV_TO_U_CALLBACK_SUBSTITUTE, NULL, NULL, NULL, &ec);
    /* Not flushed: a character that was cut off at the end does not count. */
    ucnv_toUnicode(cnv, &to, u + CHARSET_GUESS_BYTES + 16, &from, end, NULL, 0, &ec);
    ucnv_close(cnv);
    for (int32_t i = 0, len = (int32_t)(to - u); i < len;) {
        U16_NEXT(u, i, len, c);
        after = ' ';
        if (i < len)
            U16_GET(u, 0, i, len, after);
        failed += c == 0xfffd;
        if (c >= 0x80)
            sum += character(c, before, after);
        before = c;
    }
    return !bytes ? 0 : failed * 20 > bytes ? -100 : sum / bytes;
}

const char *
charset_guess(const char *p, size_t n)
{
    const char *best = candidates[0];
    int high;
    double most = charset_score(best, p, n, &high) + PRIOR / (high ? high : 1);

    for (size_t i = 1; i < sizeof candidates / sizeof *candidates; i++) {
        double score = charset_score(candidates[i], p, n, NULL);

        if (score > most + 0.01) {
            most = score;
            best = candidates[i];
        }
    }
    return best;
}

const char *
charset_by_marks(const char *p, size_t n)
{
    size_t look = n > CHARSET_GUESS_BYTES ? CHARSET_GUESS_BYTES : n, nul[2] = {0, 0};

    if (n >= 2 && memcmp(p, "\xff\xfe", 2) == 0)
        return "UTF-16LE";
    if (n >= 2 && memcmp(p, "\xfe\xff", 2) == 0)
        return "UTF-16BE";
    for (size_t i = 0; i < look && (i > 0 || memchr(p, '\0', look)); i++)
        if (!p[i])
            nul[i & 1]++;
    if (look >= 8 && nul[1] * 5 > look && nul[0] * 50 < look)
        return "UTF-16LE";
    if (look >= 8 && nul[0] * 5 > look && nul[1] * 50 < look)
        return "UTF-16BE";
    if (!memchr(p, 0x1b, n))
        return NULL;
    if (memmem(p, n, "\x1b$B", 3) || memmem(p, n, "\x1b$@", 3) || memmem(p, n, "\x1b(J", 3))
        return "ISO-2022-JP";
    if (memmem(p, n, "\x1b$)C", 4))
        return "ISO-2022-KR";
    if (memmem(p, n, "\x1b$)A", 4) || memmem(p, n, "\x1b$A", 3))
        return "ISO-2022-CN";
    return NULL;
}
