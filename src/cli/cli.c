/* What the commands share: options, output, the database. */
#include "cli.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/arena.h"
#include "common/settings.h"
#include "store/db.h"

static void
drop(struct cli *c, int i, int n)
{
    memmove(c->argv + i, c->argv + i + n, (size_t)(c->argc - i - n) * sizeof(*c->argv));
    c->argc -= n;
}

int
cli_number(struct cli *c, const char *option, const char *text, int from, int to, int *out)
{
    char *end;
    long n;

    if (!text)
        return 0;
    n = strtol(text, &end, 10);
    if (end == text || *end || n < from || n > to)
        return err_set(&c->err, ERR_INPUT, "number", "%s is %d to %d", option, from, to);
    *out = (int)n;
    return 0;
}

const char *
cli_opt(struct cli *c, const char *name)
{
    size_t n = strlen(name);

    for (int i = 0; i < c->argc && strcmp(c->argv[i], "--"); i++) {
        const char *arg = c->argv[i];
        if (!strncmp(arg, name, n) && arg[n] == '=') {
            drop(c, i, 1);
            return arg + n + 1;
        }
        if (!strcmp(arg, name) && i + 1 < c->argc) {
            const char *value = c->argv[i + 1];
            drop(c, i, 2);
            return value;
        }
    }
    return NULL;
}

bool
cli_flag(struct cli *c, const char *name)
{
    for (int i = 0; i < c->argc && strcmp(c->argv[i], "--"); i++) {
        if (!strcmp(c->argv[i], name)) {
            drop(c, i, 1);
            return true;
        }
    }
    return false;
}

const char *
cli_word(struct cli *c)
{
    bool options = true;

    for (int i = 0; i < c->argc; i++) {
        const char *arg = c->argv[i];
        if (options && !strcmp(arg, "--")) {
            options = false;
            continue;
        }
        if (options && arg[0] == '-' && arg[1])
            continue;
        drop(c, i, 1);
        return arg;
    }
    return NULL;
}

int
cli_end(struct cli *c, const char *missing)
{
    if (missing)
        return err_set(&c->err, ERR_INPUT, "usage", "%s is missing; %s", missing, c->usage);
    if (c->argc > 0 && strcmp(c->argv[0], "--"))
        return err_set(&c->err, ERR_INPUT, "usage", "\"%.80s\" is not understood; %s", c->argv[0],
                       c->usage);
    return 0;
}

int
cli_secret(struct cli *c, const char *file, char **out)
{
    char line[1026];
    FILE *f = strcmp(file, "-") ? fopen(file, "re") : stdin;
    bool got;

    if (!f)
        return err_set(&c->err, ERR_INPUT, "password-file", "%s: %s", file, strerror(errno));
    got = fgets(line, sizeof(line), f) != NULL;
    if (f != stdin)
        fclose(f);
    if (!got)
        return err_set(&c->err, ERR_INPUT, "password-file", "%s is empty", file);
    line[strcspn(line, "\r\n")] = 0;
    if (strlen(line) > 1024)
        return err_set(&c->err, ERR_INPUT, "password-file", "the password is longer than 1024 bytes");
    *out = arena_strdup(c->a, line);
    explicit_bzero(line, sizeof(line));
    return 0;
}

void
cli_json(struct cli *c, json_t *j)
{
    (void)c;
    json_dumpf(j, stdout, JSON_COMPACT | JSON_REAL_PRECISION(6));
    putchar('\n');
    json_decref(j);
}

char *
cli_time(struct cli *c, int64_t ms)
{
    time_t t = (time_t)(ms / 1000);
    struct tm tm;
    char text[40] = "";

    if (gmtime_r(&t, &tm))
        strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm);
    return arena_strdup(c->a, text);
}

char *
cli_safe(struct cli *c, const char *s)
{
    char *out = arena_strdup(c->a, s ? s : "");

    for (unsigned char *p = (unsigned char *)out; *p; p++) {
        /* 0xC2 0x80..0x9F are the C1 controls of UTF-8. */
        if (*p < 0x20 || *p == 0x7f || (*p == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f))
            *p = '?';
    }
    return out;
}

struct db *
cli_db(struct cli *c)
{
    static struct db *db;

    (void)c;
    if (!db)
        db = db_open(settings_database("sekisho_owner"), 1, 60000);
    return db;
}

const char *
cli_actor(struct cli *c)
{
    struct passwd *pw = getpwuid(getuid());
    return arena_printf(c->a, "cli:%s", pw ? pw->pw_name : "?");
}
