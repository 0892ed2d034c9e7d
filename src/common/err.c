#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One line, without an end of line: libpq and OpenSSL like to give several. */
static void
one_line(char *s)
{
    size_t n = strlen(s);
    while (n && (unsigned char)s[n - 1] <= ' ')
        s[--n] = '\0';
    for (; *s; s++)
        if ((unsigned char)*s < ' ' || *s == 0x7f)
            *s = ' ';
}

int
err_set(struct err *e, enum err_class cls, const char *code, const char *fmt, ...)
{
    if (!e)
        return -1;
    va_list ap;
    va_start(ap, fmt);
    e->cls = cls;
    snprintf(e->code, sizeof e->code, "%s", code);
    vsnprintf(e->text, sizeof e->text, fmt, ap);
    va_end(ap);
    one_line(e->text);
    return -1;
}

void
bug(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("bug: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}
