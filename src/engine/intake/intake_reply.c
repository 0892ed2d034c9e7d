#include "intake_reply.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* class "." 1-3 digits "." 1-3 digits (RFC 3463) */
static bool
enhanced_ok(const char *s, char class)
{
    int digits;

    if (!s || s[0] != class)
        return false;
    s++;
    for (int part = 0; part < 2; part++) {
        if (*s++ != '.')
            return false;
        for (digits = 0; digits < 3 && isdigit((unsigned char)*s); digits++)
            s++;
        if (digits == 0)
            return false;
    }
    return *s == '\0';
}

void
reply_make(struct reply *out, int code, const char *enhanced, const char *text)
{
    size_t n = 0;

    if (code < 400 || code > 599)
        code = 451;
    (void)snprintf(out->code, sizeof out->code, "%d", code);
    if (enhanced_ok(enhanced, out->code[0]))
        (void)snprintf(out->enhanced, sizeof out->enhanced, "%s", enhanced);
    else
        (void)snprintf(out->enhanced, sizeof out->enhanced, "%c.0.0", out->code[0]);
    for (; text && *text && n < sizeof out->text - 1; text++) {
        unsigned char c = (unsigned char)*text;
        if (c < 0x20 || c > 0x7e || c == '%')
            c = c == '%' || c > 0x7e ? '?' : ' ';
        if (c == ' ' && (n == 0 || out->text[n - 1] == ' '))
            continue;
        out->text[n++] = (char)c;
    }
    while (n > 0 && out->text[n - 1] == ' ')
        n--;
    out->text[n] = '\0';
    if (n == 0)
        (void)snprintf(out->text, sizeof out->text, "%s",
                       out->code[0] == '4' ? "Try again later" : "Message refused");
}
