/*
 * The line is made by the JSON encoder and written by one write(2), so that lines of several
 * threads and processes never mix.
 */
#include "evlog.h"
#include "arena.h"
#include "buf.h"
#include "jsonx.h"
#include "settings.h"
#include "when.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {"debug", "info", "warn", "error"};
static char program[64] = "sekisho";
static enum evlog_level lowest = EVLOG_INFO;

void
evlog_init(const char *name)
{
    snprintf(program, sizeof program, "%s", name);
    const char *level = settings_text(SET_log_level);
    for (int i = 0; i < 4; i++)
        if (level && strcmp(level, names[i]) == 0)
            lowest = (enum evlog_level)i;
}

/* Characters that show nothing or turn the text around on a terminal: DEL and C1 controls, zero
 * width, bidirectional and interlinear marks, line and paragraph separators, byte order mark. */
static bool
invisible(unsigned c)
{
    return (c >= 0x7f && c <= 0x9f) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
           (c >= 0xfff9 && c <= 0xfffb);
}

/* The line with its end. In JSON such characters are inside strings only, where \uXXXX may stand.
 */
static const struct buf *
visible(struct arena *a, const char *json)
{
    struct buf *b = buf_new(a, 0);
    const unsigned char *u = (const unsigned char *)json;
    while (*u) {
        size_t n = *u < 0x80 ? 1 : *u < 0xe0 ? 2 : *u < 0xf0 ? 3 : 4; /* it is valid UTF-8 */
        unsigned c = n == 1   ? u[0]
                     : n == 2 ? (u[0] & 0x1fu) << 6 | (u[1] & 0x3fu)
                              : (u[0] & 0x0fu) << 12 | (u[1] & 0x3fu) << 6 | (u[2] & 0x3fu);
        if (n < 4 && invisible(c))
            buf_printf(b, "\\u%04x", c);
        else
            buf_add(b, u, n);
        u += n;
    }
    buf_char(b, '\n');
    return b;
}

void
evlog(enum evlog_level level, const char *event, ...)
{
    if (level < lowest)
        return;
    struct arena *a = arena_new();
    json_t *line = jsonx_own(a, json_object());
    json_object_set_new(line, "at", json_string(when_rfc3339(a, when_now())));
    json_object_set_new(line, "level", json_string(names[level]));
    json_object_set_new(line, "program", json_string(program));
    json_object_set_new(line, "event", json_string(event));
    va_list ap;
    va_start(ap, event);
    for (const char *key; (key = va_arg(ap, const char *));) {
        const char *text = va_arg(ap, const char *);
        json_t *value = text ? jsonx_text(a, text, strlen(text)) : json_null();
        json_object_set(line, key, value);
    }
    va_end(ap);
    const struct buf *text = visible(a, jsonx_dump(a, line, NULL));
    if (write(STDERR_FILENO, text->data, text->len) < 0) {
        /* A log that cannot be written never stops mail (F-34). */
    }
    arena_free(&a);
}
