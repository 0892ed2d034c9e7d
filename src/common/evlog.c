/*
 * The line is made by the JSON encoder and written by one write(2), so that lines of several
 * threads and processes never mix.
 */
#include "evlog.h"
#include "arena.h"
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
    size_t n;
    char *text = jsonx_dump(a, line, &n);
    text[n] = '\n'; /* over the NUL: a line is written by its length */
    if (write(STDERR_FILENO, text, n + 1) < 0) {
        /* A log that cannot be written never stops mail (F-34). */
    }
    arena_free(&a);
}
