#include "file_password.h"

#include <stdlib.h>
#include <string.h>

#include "arena.h"
#include "buf.h"
#include "jsonx.h"

#define LINES 1000

enum file_password_problem
file_password_check(const char *value)
{
    struct arena *a;
    bool utf8;

    if (!*value)
        return FILE_PASSWORD_EMPTY;
    if (strlen(value) > FILE_PASSWORD_BYTES)
        return FILE_PASSWORD_LONG;
    for (const unsigned char *p = (const unsigned char *)value; *p; p++)
        if (*p < ' ' || *p == 127)
            return FILE_PASSWORD_SIGNS;
    a = arena_new();
    utf8 = strcmp(jsonx_utf8(a, value, strlen(value)), value) == 0;
    arena_free(&a);
    return utf8 ? FILE_PASSWORD_FINE : FILE_PASSWORD_SIGNS;
}

static int
priority_of(const char *text)
{
    char *end;
    long n = strtol(text, &end, 10);

    return *text && !*end && n >= 1 && n <= FILE_PASSWORD_PRIORITIES ? (int)n : 0;
}

static void
read_line(struct arena *a, char *line, int number, struct file_password *all, int n)
{
    struct file_password *x = &all[n];
    char *tab = strchr(line, '\t');

    *x = (struct file_password){.line = number, .value = "", .priority = FILE_PASSWORD_PRIORITY};
    if (tab) {
        *tab = '\0';
        x->priority = priority_of(tab + 1);
    }
    x->problem = file_password_check(line);
    if (x->problem == FILE_PASSWORD_FINE && !x->priority)
        x->problem = FILE_PASSWORD_RANK;
    for (int i = 0; i < n && x->problem == FILE_PASSWORD_FINE; i++)
        if (strcmp(all[i].value, line) == 0)
            x->problem = FILE_PASSWORD_AGAIN;
    if (x->problem == FILE_PASSWORD_FINE)
        x->value = arena_strdup(a, line);
}

int
file_password_read(struct arena *a, const char *p, size_t n, struct file_password **out)
{
    const char *end = p + n;
    int count = 0, number = 0;

    *out = arena_calloc(a, LINES, sizeof **out);
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3;
    while (p < end && count < LINES) {
        const char *eol = memchr(p, '\n', (size_t)(end - p));
        size_t len = (size_t)((eol ? eol : end) - p), seen = strnlen(p, len);
        char *line = arena_strndup(a, p, seen);
        number++;
        if (seen && line[seen - 1] == '\r')
            line[seen - 1] = '\0';
        if (*line)
            read_line(a, line, number, *out, count++);
        p = eol ? eol + 1 : end;
    }
    return count;
}

void
file_password_write(struct buf *b, const char *value, int priority)
{
    buf_printf(b, "%s\t%d\n", value, priority);
}
