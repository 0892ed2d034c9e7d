#include "css.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Those that mail has, and all that are nearly white or black. Others count as unknown, which hides nothing. */
static const struct {
    const char *name;
    uint32_t rgb;
} names[] = {
    {"aliceblue", 0xf0f8ff},     {"antiquewhite", 0xfaebd7}, {"aqua", 0x00ffff},
    {"azure", 0xf0ffff},         {"beige", 0xf5f5dc},        {"black", 0x000000},
    {"blue", 0x0000ff},          {"brown", 0xa52a2a},        {"cornsilk", 0xfff8dc},
    {"crimson", 0xdc143c},       {"cyan", 0x00ffff},         {"darkblue", 0x00008b},
    {"darkgray", 0xa9a9a9},      {"darkgreen", 0x006400},    {"darkgrey", 0xa9a9a9},
    {"darkred", 0x8b0000},       {"dimgray", 0x696969},      {"dimgrey", 0x696969},
    {"dodgerblue", 0x1e90ff},    {"firebrick", 0xb22222},    {"floralwhite", 0xfffaf0},
    {"fuchsia", 0xff00ff},       {"gainsboro", 0xdcdcdc},    {"ghostwhite", 0xf8f8ff},
    {"gold", 0xffd700},          {"gray", 0x808080},         {"green", 0x008000},
    {"grey", 0x808080},          {"honeydew", 0xf0fff0},     {"indigo", 0x4b0082},
    {"ivory", 0xfffff0},         {"khaki", 0xf0e68c},        {"lavender", 0xe6e6fa},
    {"lavenderblush", 0xfff0f5}, {"lemonchiffon", 0xfffacd}, {"lightblue", 0xadd8e6},
    {"lightcyan", 0xe0ffff},     {"lightgray", 0xd3d3d3},    {"lightgreen", 0x90ee90},
    {"lightgrey", 0xd3d3d3},     {"lightyellow", 0xffffe0},  {"lime", 0x00ff00},
    {"linen", 0xfaf0e6},         {"magenta", 0xff00ff},      {"maroon", 0x800000},
    {"midnightblue", 0x191970},  {"mintcream", 0xf5fffa},    {"mistyrose", 0xffe4e1},
    {"navy", 0x000080},          {"oldlace", 0xfdf5e6},      {"olive", 0x808000},
    {"orange", 0xffa500},        {"orangered", 0xff4500},    {"papayawhip", 0xffefd5},
    {"pink", 0xffc0cb},          {"purple", 0x800080},       {"red", 0xff0000},
    {"royalblue", 0x4169e1},     {"seashell", 0xfff5ee},     {"silver", 0xc0c0c0},
    {"skyblue", 0x87ceeb},       {"slategray", 0x708090},    {"snow", 0xfffafa},
    {"steelblue", 0x4682b4},     {"tan", 0xd2b48c},          {"teal", 0x008080},
    {"tomato", 0xff6347},        {"violet", 0xee82ee},       {"white", 0xffffff},
    {"whitesmoke", 0xf5f5f5},    {"yellow", 0xffff00},
};

/* #rgb, #rgba, #rrggbb, #rrggbbaa; s stands behind the "#". */
static bool
hex_color(const char *s, size_t n, uint32_t *out)
{
    char digits[9] = "";
    if (n != 3 && n != 4 && n != 6 && n != 8)
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)s[i]))
            return false;
    memcpy(digits, s, n);
    unsigned long v = strtoul(digits, NULL, 16);
    if (n <= 4) {
        if (n == 4 && (v & 15) == 0)
            return *out = CSS_CLEAR, true;
        v = n == 4 ? v >> 4 : v;
        *out = (uint32_t)((v >> 8 & 15) * 0x110000 | (v >> 4 & 15) * 0x1100 | (v & 15) * 0x11);
        return true;
    }
    if (n == 8 && (v & 255) < 13)
        return *out = CSS_CLEAR, true;
    *out = (uint32_t)(n == 8 ? v >> 8 : v) & 0xffffff;
    return true;
}

static uint32_t
channel(double v)
{
    return v <= 0 ? 0 : v >= 255 ? 255 : (uint32_t)(v + 0.5);
}

/* Hue in degrees, the others 0 to 1. */
static uint32_t
from_hsl(double h, double s, double l)
{
    uint32_t rgb = 0;
    static const double shift[] = {0, 8, 4};
    double most = l < 1 - l ? l : 1 - l;
    if (!(h > -1e6 && h < 1e6))
        h = 0;
    for (int i = 0; i < 3; i++) {
        double k = shift[i] + h / 30, v, one, two;
        k -= 12 * (double)(long)(k / 12);
        k = k < 0 ? k + 12 : k;
        one = k - 3, two = 9 - k;
        v = one < two ? one : two;
        v = v > 1 ? 1 : v < -1 ? -1 : v;
        rgb = rgb << 8 | channel(255 * (l - s * most * v));
    }
    return rgb;
}

/* rgb(), rgba(), hsl(), hsla(), with commas or blanks, numbers or percent. */
static bool
function_color(const char *s, uint32_t *out)
{
    bool hsl = strncasecmp(s, "hsl", 3) == 0;
    double v[4] = {0, 0, 0, 1};
    int n = 0;
    const char *p = strchr(s, '(');
    if (!p || (!hsl && strncasecmp(s, "rgb", 3) != 0))
        return false;
    for (p++; *p && *p != ')' && n < 4; n++) {
        char *end;
        while (*p && strchr(" ,/", *p))
            p++;
        v[n] = strtod(p, &end);
        if (end == p)
            break;
        if (*end == '%') {
            v[n] = n == 3 || hsl ? v[n] / 100 : v[n] * 2.55;
            end++;
        }
        for (p = end; isalpha((unsigned char)*p); p++) /* deg */
            ;
    }
    if (n < 3)
        return false;
    if (v[3] < 0.05)
        *out = CSS_CLEAR;
    else
        *out = hsl ? from_hsl(v[0], v[1], v[2])
                   : channel(v[0]) << 16 | channel(v[1]) << 8 | channel(v[2]);
    return true;
}

bool
css_color(const char *text, uint32_t *out)
{
    size_t n;
    while (*text == ' ')
        text++;
    n = strlen(text);
    while (n && text[n - 1] == ' ')
        n--;
    if (*text == '#')
        return hex_color(text + 1, n - 1, out);
    if (n == 11 && strncasecmp(text, "transparent", 11) == 0)
        return *out = CSS_CLEAR, true;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i].name) == n && strncasecmp(text, names[i].name, n) == 0)
            return *out = names[i].rgb, true;
    return function_color(text, out) || (n == 6 && hex_color(text, n, out));
}

/* Browsers' eyes: differences of each channel, weighed by how bright it looks. 24 of 255 is a very light grey on white,
 * which people still read as a line of dust. */
bool
css_contrast(uint32_t text, uint32_t background)
{
    if (text == CSS_CLEAR)
        return false;
    if (text >= CSS_UNKNOWN || background >= CSS_UNKNOWN)
        return true;
    int r = abs((int)(text >> 16) - (int)(background >> 16));
    int g = abs((int)(text >> 8 & 255) - (int)(background >> 8 & 255));
    int b = abs((int)(text & 255) - (int)(background & 255));
    return 3 * r + 6 * g + b > 24 * 5;
}
