/*
 * From folders to lines: files in the order of their names, comments and blanks taken away, `lang`,
 * `include` and conditions obeyed. What is skipped is counted.
 */
#include "ruleset.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>
#include <strings.h>

#define FILE_BYTES (16 * 1024 * 1024)
#define INCLUDE_DEPTH 10
#define CONDITION_DEPTH 50
#define LANGUAGE "en" /* of descriptions: evidence is in English for everybody, pages translate */

struct condition {
    bool skipped_before; /* outside of it */
    bool skip;           /* this branch */
    int line;
};

struct reader {
    struct parse p;
    struct condition stack[CONDITION_DEPTH];
    int depth;
};

static int include_depth;

static bool
skipping(const struct reader *r)
{
    return r->depth > 0 && (r->stack[r->depth - 1].skip || r->stack[r->depth - 1].skipped_before);
}

static void
wrong(struct reader *r, const char *what, const char *cause)
{
    ruleset_problem(r->p.set, PROBLEM_ERROR, r->p.file, r->p.line, what, cause);
}

static void
begin_condition(struct reader *r, const char *what, const char *text, bool plugin)
{
    struct arena *a = r->p.set->a;
    bool holds = false;
    const char *why;
    if (r->depth == CONDITION_DEPTH) {
        wrong(r, what, "conditions are nested too deeply");
        return;
    }
    if (plugin)
        text = arena_printf(a, "plugin(%s)", text);
    struct condition c = {.skipped_before = skipping(r), .line = r->p.line};
    if (!c.skipped_before) {
        why = parse_condition(r->p.set, text, &holds);
        if (why)
            wrong(r, what, why);
        r->p.set->skipped_conditions += !holds;
    }
    c.skip = !holds;
    r->stack[r->depth++] = c;
}

static void
end_condition(struct reader *r, const char *what)
{
    if (r->depth == 0)
        wrong(r, what, "there is no \"if\" before it");
    else
        r->depth--;
}

static void
other_branch(struct reader *r)
{
    if (r->depth == 0)
        wrong(r, "else", "there is no \"if\" before it");
    else
        r->stack[r->depth - 1].skip = !r->stack[r->depth - 1].skip;
}

static int read_file(struct ruleset *s, const char *path);

static void
include(struct reader *r, const char *name)
{
    struct arena *a = r->p.set->a;
    const char *slash = strrchr(r->p.file, '/');
    if (*name != '/' && slash)
        name = arena_printf(a, "%.*s/%s", (int)(slash - r->p.file), r->p.file, name);
    if (!*name)
        wrong(r, "include", "the file's name is missing");
    else if (include_depth >= INCLUDE_DEPTH)
        wrong(r, "include", "files include each other too deeply");
    else if (read_file(r->p.set, name))
        wrong(r, "include", arena_printf(a, "%s cannot be read (%s)", name, strerror(errno)));
}

/* true: the line was one of those that steer reading. */
static bool
steers(struct reader *r, const char *key, char *value)
{
    if (strcmp(key, "endif") == 0)
        end_condition(r, key);
    else if (strcmp(key, "else") == 0)
        other_branch(r);
    else if (strcmp(key, "ifplugin") == 0)
        begin_condition(r, key, value, true);
    else if (strcmp(key, "if") == 0)
        begin_condition(r, key, value, false);
    else if (skipping(r))
        ;
    else if (strcmp(key, "include") == 0)
        include(r, value);
    else
        return false;
    return true;
}

/* A "#" begins a comment unless a backslash stands before it, which is taken away then. */
static void
strip_comment(char *line)
{
    char *to = line;
    for (char *from = line; *from; from++) {
        if (*from == '#' && (from == line || from[-1] != '\\'))
            break;
        if (*from == '#')
            to--; /* the backslash */
        *to++ = *from;
    }
    *to = '\0';
}

static char *
trimmed(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n > 0 && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

/* Cuts the first word off. */
static char *
word(char **rest)
{
    char *w = *rest;
    *rest += strcspn(*rest, " \t\r\f\v");
    if (**rest)
        *(*rest)++ = '\0';
    *rest += strspn(*rest, " \t\r\f\v");
    return w;
}

/* `lang de ...`: for people who read German. false: not for us. */
static bool
our_language(struct reader *r, char **line)
{
    char *rest = *line;
    if (strncmp(rest, "lang", 4) != 0 || !isspace((unsigned char)rest[4]))
        return true;
    word(&rest);
    const char *lang = word(&rest);
    *line = rest;
    if (strncasecmp(lang, LANGUAGE, 2) == 0)
        return true;
    r->p.set->other_languages += !skipping(r);
    return false;
}

static void
read_line(struct reader *r, char *line)
{
    strip_comment(line);
    line = trimmed(line);
    if (!*line || !our_language(r, &line))
        return;
    char *value = line, *key = word(&value);
    for (char *c = key; *c; c++)
        *c = *c == '-' ? '_' : (char)tolower((unsigned char)*c);
    if (!steers(r, key, value))
        parse_line(&r->p, key, value);
}

void
parse_text(struct ruleset *s, const char *file, const char *text, size_t n)
{
    struct reader *r = calloc(1, sizeof *r);
    const char *end = text + n;
    if (!r)
        return;
    r->p = (struct parse){s, file, 0};
    while (text < end) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        size_t len = (size_t)((stop ? stop : end) - text);
        char *line = strndup(text, len);
        r->p.line++;
        s->lines++;
        if (line && len <= RULES_LINE && strlen(line) == len)
            read_line(r, line);
        else
            wrong(r, "line", len > RULES_LINE ? "the line is too long" : "there is a NUL in it");
        free(line);
        text = stop ? stop + 1 : end;
    }
    for (int i = 0; i < r->depth; i++) {
        r->p.line = r->stack[i].line;
        wrong(r, "if", "the condition has no \"endif\"");
    }
    free(r);
}

static int
read_file(struct ruleset *s, const char *path)
{
    FILE *f = fopen(path, "re");
    char *text = f ? malloc(FILE_BYTES) : NULL;
    size_t n = text ? fread(text, 1, FILE_BYTES, f) : 0;
    int bad = !text || ferror(f) ? -1 : 0, saved = errno;
    if (!bad) {
        s->files++;
        include_depth++;
        parse_text(s, arena_strdup(s->a, path), text, n);
        include_depth--;
        if (n == FILE_BYTES)
            ruleset_problem(s, PROBLEM_ERROR, path, 0, "file", "the file is too big");
    }
    free(text);
    if (f)
        fclose(f);
    errno = saved;
    return bad;
}

static bool
ends_with(const char *name, const char *end)
{
    size_t n = strlen(name), m = strlen(end);
    return n > m && strcmp(name + n - m, end) == 0;
}

static int
is_pre(const struct dirent *d)
{
    return d->d_name[0] != '.' && ends_with(d->d_name, ".pre");
}

static int
is_cf(const struct dirent *d)
{
    return d->d_name[0] != '.' && ends_with(d->d_name, ".cf");
}

static int
by_name(const struct dirent **x, const struct dirent **y)
{
    return strcmp((*x)->d_name, (*y)->d_name);
}

static int
read_all(struct ruleset *s, const char *folder, int (*wanted)(const struct dirent *d))
{
    struct dirent **list;
    int n = scandir(folder, &list, wanted, by_name);
    if (n < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        const char *path = arena_printf(s->a, "%s/%s", folder, list[i]->d_name);
        if (read_file(s, path))
            ruleset_problem(s, PROBLEM_ERROR, path, 0, "file",
                            arena_printf(s->a, "cannot be read (%s)", strerror(errno)));
        free(list[i]);
    }
    free(list);
    return 0;
}

int
parse_folder(struct ruleset *s, const char *folder)
{
    folder = arena_strdup(s->a, folder);
    if (read_all(s, folder, is_pre) || read_all(s, folder, is_cf)) {
        ruleset_problem(s, PROBLEM_ERROR, folder, 0, "folder",
                        arena_printf(s->a, "cannot be read (%s)", strerror(errno)));
        return -1;
    }
    return 0;
}
