#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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
