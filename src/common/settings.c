/*
 * The file is checked line by line against settings.def; a wrong line stops the program before
 * anything has started.
 */
#include "settings.h"
#include "err.h"
#include "ipnet.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum type { TEXT, PATH, PORT, INT, BOOL, SECONDS, BYTES };

static const struct setting_def {
    const char *name, *env;
    enum type type;
    const char *def;
    int64_t min, max;
    const char *help;
} defs[] = {
#define SETTING(id, env, type, def, min, max, help) {#id, env, type, def, min, max, help},
#include "settings.def"
#undef SETTING
};

static struct {
    char *text;
    int64_t number;
} values[SET__COUNT];

static char *
copy(const char *s)
{
    char *c = strdup(s);
    if (!c)
        bug("out of memory");
    return c;
}

static int
parse_number(const struct setting_def *d, const char *text, int64_t *out)
{
    char *end;
    errno = 0;
    long long v = strtoll(text, &end, 10);
    if (errno || end == text)
        return -1;
    if (d->type == BYTES && *end) {
        static const char units[] = "KMG";
        const char *u = strchr(units, toupper((unsigned char)*end));
        if (!u || end[1] || v < 0 || v > (INT64_C(1) << 32))
            return -1;
        v <<= 10 * (u - units + 1);
        end++;
    }
    *out = v;
    return *end ? -1 : 0;
}

static int
parse_bool(const char *text, int64_t *out)
{
    static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false",
                                                                                "off", "0"};
    for (size_t i = 0; i < 4; i++) {
        if (strcmp(text, yes[i]) == 0 || strcmp(text, no[i]) == 0) {
            *out = strcmp(text, yes[i]) == 0;
            return 0;
        }
    }
    return -1;
}

/* Texts that are one of a few words. */
static const struct choice {
    enum setting setting;
    const char *words; /* each with a space before and behind */
    const char *advice;
} choices[] = {
    {SET_log_level, " debug info warn error ", "use debug, info, warn or error"},
    {SET_profile, " normal test ", "use normal or test"},
};

static const struct choice *
bad_choice(enum setting s, const char *text)
{
    char word[40];
    for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
        if (choices[i].setting != s)
            continue;
        snprintf(word, sizeof word, " %.36s ", text);
        if (!strstr(choices[i].words, word) || strpbrk(text, " ") || !*text)
            return &choices[i];
    }
    return NULL;
}

/* where: "file:line: " or "environment: " */
static int
set_value(enum setting s, const char *text, const char *where, struct err *e)
{
    const struct setting_def *d = &defs[s];
    const struct choice *c;
    int64_t v = 0;
    switch (d->type) {
    case TEXT:
    case PATH:
        if (d->max && strlen(text) > (size_t)d->max)
            return err_set(e, ERR_INPUT, "setting", "%s%s: longer than %lld characters; shorten it",
                           where, d->name, (long long)d->max);
        if ((c = bad_choice(s, text)))
            return err_set(e, ERR_INPUT, "setting", "%s%s: \"%.60s\" is not known; %s", where,
                           d->name, text, c->advice);
        break;
    case BOOL:
        if (parse_bool(text, &v))
            return err_set(e, ERR_INPUT, "setting", "%s%s: \"%.60s\" is neither yes nor no", where,
                           d->name, text);
        break;
    default:
        if (parse_number(d, text, &v))
            return err_set(e, ERR_INPUT, "setting", "%s%s: \"%.60s\" is not a number; use digits%s",
                           where, d->name, text, d->type == BYTES ? ", K, M or G may follow" : "");
        if ((d->min || d->max) && (v < d->min || v > d->max))
            return err_set(e, ERR_INPUT, "setting", "%s%s: %.60s is out of range; use %lld to %lld",
                           where, d->name, text, (long long)d->min, (long long)d->max);
    }
    free(values[s].text);
    values[s].text = copy(text);
    values[s].number = v;
    return 0;
}

/* Edit distance of short names, for "did you mean". */
static size_t
distance(const char *a, const char *b)
{
    size_t row[65], n = strlen(b);
    if (n > 64 || strlen(a) > 64)
        return 99;
    for (size_t j = 0; j <= n; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= n; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[n];
}

static int
unknown_key(const char *where, const char *key, struct err *e)
{
    int best = 0;
    for (int i = 1; i < SET__COUNT; i++)
        if (distance(key, defs[i].name) < distance(key, defs[best].name))
            best = i;
    if (distance(key, defs[best].name) <= 3)
        return err_set(e, ERR_INPUT, "setting", "%s%.64s: no such setting; did you mean %s?", where,
                       key, defs[best].name);
    return err_set(e, ERR_INPUT, "setting",
                   "%s%.64s: no such setting; see `sekisho settings` for the list", where, key);
}

static char *
trim(char *s)
{
    while (isspace((unsigned char)*s))
        s++;
    size_t n = strlen(s);
    while (n && isspace((unsigned char)s[n - 1]))
        s[--n] = '\0';
    return s;
}

static int
read_line(const char *file, int number, char *line, struct err *e)
{
    char where[160];
    snprintf(where, sizeof where, "%.120s:%d: ", file, number);
    char *key = trim(line), *eq;
    if (!*key || *key == '#')
        return 0;
    if (!(eq = strchr(key, '=')))
        return err_set(e, ERR_INPUT, "setting",
                       "%s\"%.64s\" is not \"key = value\"; comments begin with #", where, key);
    *eq = '\0';
    key = trim(key);
    for (int i = 0; i < SET__COUNT; i++)
        if (strcmp(key, defs[i].name) == 0)
            return set_value((enum setting)i, trim(eq + 1), where, e);
    return unknown_key(where, key, e);
}

static int
read_file(const char *file, struct err *e)
{
    FILE *f = fopen(file, "re");
    if (!f)
        return err_set(e, ERR_INPUT, "setting", "%s: %s; check the path or the permissions", file,
                       strerror(errno));
    char line[4096];
    int rc = 0;
    for (int n = 1; rc == 0 && fgets(line, sizeof line, f); n++) {
        if (!strchr(line, '\n') && !feof(f))
            rc = err_set(e, ERR_INPUT, "setting", "%.120s:%d: line is too long; shorten it", file,
                         n);
        else
            rc = read_line(file, n, line, e);
    }
    fclose(f);
    return rc;
}

/* Postfix and the gate would each go on with what they can read of it. */
static int
check_networks(struct err *e)
{
    const char *list = values[SET_relay_networks].text;
    char word[IPNET_TEXT];
    struct ipnet net;

    while (ipnet_next(&list, word))
        if (ipnet_parse(word, &net, NULL) < 0)
            return err_set(
                e, ERR_INPUT, "setting",
                "relay_networks: \"%s\" is no network such as 192.0.2.0/24; correct it or "
                "take it out",
                word);
    return 0;
}

/* Settings that are right one by one and wrong together. Large mail never has the last eighth of
 * intake_memory (intake_room.h): what is larger than the rest would be refused for ever. */
static int
check_together(struct err *e)
{
    int64_t size = values[SET_message_size].number, memory = values[SET_intake_memory].number;
    if (size > memory - memory / 8)
        return err_set(e, ERR_INPUT, "setting",
                       "message_size: %.30s is more than 7/8 of intake_memory (%.30s); use at most "
                       "%lldK, or raise intake_memory",
                       values[SET_message_size].text, values[SET_intake_memory].text,
                       (long long)(memory - memory / 8) / 1024);
    return check_networks(e);
}

int
settings_load(const char *file, struct err *e)
{
    for (int i = 0; i < SET__COUNT; i++)
        if (set_value((enum setting)i, defs[i].def, "settings.def: ", e))
            bug("%s", e ? e->text : defs[i].name);
    if (!file)
        file = getenv("SEKISHO_CONF");
    if (!file && access("conf/sekisho.conf", R_OK) == 0)
        file = "conf/sekisho.conf";
    if (file && read_file(file, e))
        return -1;
    for (int i = 0; i < SET__COUNT; i++) {
        const char *v = *defs[i].env ? getenv(defs[i].env) : NULL;
        char where[80];
        snprintf(where, sizeof where, "environment variable %s: ", defs[i].env);
        if (v && *v && set_value((enum setting)i, v, where, e))
            return -1;
    }
    return check_together(e);
}

const char *
settings_text(enum setting s)
{
    return values[s].text ? values[s].text : defs[s].def;
}

int64_t
settings_int(enum setting s)
{
    if (!values[s].text) {
        int64_t v = 0;
        parse_number(&defs[s], defs[s].def, &v);
        return v;
    }
    return values[s].number;
}

/* Kept for the life of the process: each distinct text once. */
static const char *
intern(const char *text)
{
    static struct kept {
        struct kept *next;
        char text[];
    } * kept;
    struct kept *k;
    for (k = __atomic_load_n(&kept, __ATOMIC_ACQUIRE); k; k = k->next)
        if (strcmp(k->text, text) == 0)
            return k->text;
    size_t n = strlen(text) + 1;
    if (!(k = malloc(sizeof *k + n)))
        bug("out of memory");
    memcpy(k->text, text, n);
    k->next = __atomic_load_n(&kept, __ATOMIC_ACQUIRE);
    while (
        !__atomic_compare_exchange_n(&kept, &k->next, k, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        ;
    return k->text;
}

const char *
settings_path(const char *name)
{
    char cwd[PATH_MAX] = "", path[PATH_MAX * 2];
    const char *var = settings_text(SET_var);
    if (*var != '/' && !getcwd(cwd, sizeof cwd))
        bug("no working directory: %s", strerror(errno));
    snprintf(path, sizeof path, "%s%s%s%s%s", cwd, *cwd ? "/" : "", var, *name ? "/" : "", name);
    return intern(path);
}

const char *
settings_run(const char *name)
{
    const char *run = getenv("SEKISHO_RUN");
    char path[PATH_MAX * 2], target[PATH_MAX];
    if (!run || !*run) {
        run = settings_path("run");
        /* src/tools/stack makes it a link to a short folder when it is too long for sockets. */
        ssize_t n = strlen(run) > 80 ? readlink(run, target, sizeof target - 1) : -1;
        if (n > 0) {
            target[n] = '\0';
            run = target;
        }
    }
    snprintf(path, sizeof path, "%s%s%s", run, *name ? "/" : "", name);
    return intern(path);
}

/* As conninfo values want it: a path may have spaces, quotes, backslashes. */
static const char *
quoted(const char *path, char *out, size_t size)
{
    size_t n = 0;
    out[n++] = '\'';
    for (; *path && n + 4 < size; path++) {
        if (*path == '\'' || *path == '\\')
            out[n++] = '\\';
        out[n++] = *path;
    }
    out[n++] = '\'';
    out[n] = '\0';
    return out;
}

const char *
settings_database(const char *role)
{
    const char *url = settings_text(SET_database);
    char text[PATH_MAX * 2 + 1200], host[PATH_MAX * 2];
    if (!*url)
        snprintf(text, sizeof text,
                 "host=%s port=5432 dbname=sekisho user=%s application_name=%s connect_timeout=2",
                 quoted(settings_run("pg"), host, sizeof host), role, role);
    else if (strncmp(url, "postgresql://", 13) == 0 || strncmp(url, "postgres://", 11) == 0)
        snprintf(text, sizeof text, "%s%cuser=%s&application_name=%s&connect_timeout=2", url,
                 strchr(url, '?') ? '&' : '?', role, role);
    else
        snprintf(text, sizeof text, "%s user=%s application_name=%s connect_timeout=2", url, role,
                 role);
    return intern(text);
}

void
settings_print(void)
{
    for (int i = 0; i < SET__COUNT; i++) {
        printf("%s# %s.", i ? "\n" : "", defs[i].help);
        if (*defs[i].env)
            printf(" Environment: %s.", defs[i].env);
        if (defs[i].type != TEXT && defs[i].type != PATH && defs[i].max)
            printf(" %lld to %lld.", (long long)defs[i].min, (long long)defs[i].max);
        printf("\n%s = %s\n", defs[i].name, defs[i].def);
    }
}
