/*
 * Compiles named statements into a table.
 *
 *   sqlc stmt.h stmt.c queries/a.sql queries/b.sql ...
 *
 * A block starts with "-- name: domain_list", may go on with "-- role: console, engine" (the
 * database roles that run it: tests/db prepares it as each of them), "-- plan: console" (roles for
 * which PostgreSQL makes a plan for the values of each call: lists with many filters of which few
 * are set) and other comments, and ends at the next name. stmt.h gets enum stmt, stmt.c the texts
 * with their number of parameters.
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STATEMENTS 1000

struct statement {
    char name[64], roles[128], plan[128];
    const char *file;
    int line;
    char *text;
    size_t len;
    int params;
};

static struct statement statements[STATEMENTS];
static int count;

static void
fail(const char *file, int line, const char *why, const char *what)
{
    fprintf(stderr, "%s:%d: %s%s%s\n", file, line, why, *what ? ": " : "", what);
    exit(1);
}

static void
append(struct statement *s, const char *text)
{
    size_t n = strlen(text);
    s->text = realloc(s->text, s->len + n + 1);
    if (!s->text)
        fail("sqlc", 0, "out of memory", "");
    memcpy(s->text + s->len, text, n + 1);
    s->len += n;
}

/* The highest $n outside of literals, quoted names and comments. */
static int
parameters(const char *s)
{
    int most = 0;
    while (*s) {
        if (*s == '\'' || *s == '"') {
            char quote = *s++;
            while (*s && *s != quote)
                s++;
            s += *s != '\0';
        } else if (s[0] == '-' && s[1] == '-') {
            while (*s && *s != '\n')
                s++;
        } else if (s[0] == '/' && s[1] == '*') {
            const char *end = strstr(s + 2, "*/");
            s = end ? end + 2 : s + strlen(s);
        } else if (s[0] == '$' && isdigit((unsigned char)s[1])) {
            int n = (int)strtol(s + 1, (char **)&s, 10);
            if (n > most)
                most = n;
        } else {
            s++;
        }
    }
    return most;
}

static char *
trimmed(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

static struct statement *
begin(const char *file, int line, const char *name)
{
    if (count == STATEMENTS)
        fail(file, line, "too many statements", "");
    for (const char *p = name; *p; p++)
        if (!islower((unsigned char)*p) && !isdigit((unsigned char)*p) && *p != '_')
            fail(file, line, "a statement's name has a-z, 0-9 and _ only", name);
    for (int i = 0; i < count; i++)
        if (strcmp(statements[i].name, name) == 0)
            fail(file, line, "this name exists already", name);
    struct statement *s = &statements[count++];
    s->file = file;
    s->line = line;
    if (!*name || snprintf(s->name, sizeof s->name, "%s", name) >= (int)sizeof s->name)
        fail(file, line, "bad name", name);
    return s;
}

static void
read_queries(const char *file)
{
    FILE *f = fopen(file, "r");
    char line[8192];
    struct statement *s = NULL;
    if (!f)
        fail(file, 0, strerror(errno), "");
    for (int n = 1; fgets(line, sizeof line, f); n++) {
        if (strncmp(line, "-- name:", 8) == 0) {
            s = begin(file, n, trimmed(line + 8));
        } else if (s && strncmp(line, "-- role:", 8) == 0) {
            snprintf(s->roles, sizeof s->roles, "%s", trimmed(line + 8));
        } else if (s && strncmp(line, "-- plan:", 8) == 0) {
            snprintf(s->plan, sizeof s->plan, "%s", trimmed(line + 8));
        } else if (s && strncmp(trimmed(line), "--", 2) != 0) {
            append(s, line);
            if (!strchr(line, '\n'))
                append(s, "\n");
        } else if (!s && *trimmed(line) && strncmp(trimmed(line), "--", 2) != 0) {
            fail(file, n, "text before the first \"-- name:\"", "");
        }
    }
    fclose(f);
}

static void
put_text(FILE *f, const char *s)
{
    fputc('"', f);
    for (; *s; s++) {
        if (*s == '\n')
            fputs("\\n\"\n        \"", f);
        else if (*s == '"' || *s == '\\')
            fprintf(f, "\\%c", *s);
        else
            fputc(*s, f);
    }
    fputc('"', f);
}

static FILE *
create(const char *file)
{
    FILE *f = fopen(file, "w");
    if (!f)
        fail(file, 0, strerror(errno), "");
    return f;
}

static void
finish(FILE *f, const char *file)
{
    if (ferror(f) || fclose(f))
        fail(file, 0, "cannot write", strerror(errno));
}

int
main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: sqlc stmt.h stmt.c FILE.sql...\n");
        return 2;
    }
    for (int i = 3; i < argc; i++)
        read_queries(argv[i]);

    FILE *h = create(argv[1]), *c = create(argv[2]);
    fputs("/* Generated from sql/queries by sqlc. */\n#ifndef SEKISHO_STMT_H\n#define "
          "SEKISHO_STMT_H\n\n"
          "enum stmt {\n",
          h);
    fputs("/* Generated from sql/queries by sqlc. */\n#include \"stmt.h\"\n\n"
          "const struct stmt_def stmt_defs[STMT__COUNT + 1] = {\n",
          c);
    for (int i = 0; i < count; i++) {
        struct statement *s = &statements[i];
        if (!s->text || !*trimmed(s->text))
            fail(s->file, s->line, "nothing under this name", s->name);
        fputs("    STMT_", h);
        for (const char *p = s->name; *p; p++)
            fputc(toupper((unsigned char)*p), h);
        fputs(",\n", h);
        fprintf(c, "    {\"%s\",\n        ", s->name);
        put_text(c, trimmed(s->text));
        fprintf(c, ",\n        \"%s\", \"%s\", %d},\n", s->roles, s->plan, parameters(s->text));
    }
    fputs("    STMT__COUNT\n};\n\nstruct stmt_def {\n    const char *name, *text, *roles, *plan;\n"
          "    int nparams;\n};\nextern const struct stmt_def stmt_defs[STMT__COUNT + "
          "1];\n\n#endif\n",
          h);
    fputs("    {0},\n};\n", c);
    finish(h, argv[1]);
    finish(c, argv[2]);
    return 0;
}
