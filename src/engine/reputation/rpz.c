#include "rpz.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/ipnet.h"

#define NAME 256
#define WORDS 8

struct rpz {
    char origin[NAME]; /* of relative names, without final dot; "" = not known */
    char owner[NAME];  /* of the line before, for lines without one */
    int depth;         /* of parentheses */
};

struct rpz *
rpz_new(void)
{
    struct rpz *z = calloc(1, sizeof *z);

    BUG_IF(!z);
    return z;
}

void
rpz_free(struct rpz **z)
{
    free(*z);
    *z = NULL;
}

/* Words of a line without its comment; parentheses are counted, and are no words. */
static int
words_of(struct rpz *z, struct arena *a, const char *line, size_t n, char *words[WORDS])
{
    bool quoted = false;
    int count = 0;

    for (size_t i = 0; i < n;) {
        size_t start = i;
        while (i < n && (quoted || !strchr(" \t\r;()", line[i]) || !line[i])) {
            if (line[i] == '"')
                quoted = !quoted;
            i++;
        }
        if (i > start && count < WORDS)
            words[count++] = arena_strndup(a, line + start, i - start);
        if (i < n && line[i] == ';')
            break;
        if (i < n && line[i] == '(')
            z->depth++;
        if (i < n && line[i] == ')' && z->depth > 0)
            z->depth--;
        i++;
    }
    return count;
}

static bool
keep(char out[NAME], const char *name)
{
    size_t n = strlen(name);

    if (n > 0 && name[n - 1] == '.')
        n--;
    if (n >= NAME)
        return false;
    memcpy(out, name, n);
    out[n] = '\0';
    for (char *c = out; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return true;
}

/* The name without the zone's own one behind it. NULL: outside of the zone. */
static const char *
within(const struct rpz *z, struct arena *a, const char *owner)
{
    size_t n = strlen(owner), tail = strlen(z->origin);
    char *name = arena_strndup(a, owner, n - (n > 0 && owner[n - 1] == '.'));

    for (char *c = name; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    if (n == 0 || owner[n - 1] != '.')
        return name; /* relative */
    n = strlen(name);
    if (!tail)
        return name;
    if (n > tail && name[n - tail - 1] == '.' && strcmp(name + n - tail, z->origin) == 0) {
        name[n - tail - 1] = '\0';
        return name;
    }
    return NULL;
}

static bool
ends_in(const char *name, const char *tail)
{
    size_t n = strlen(name), t = strlen(tail);

    return n > t && strcmp(name + n - t, tail) == 0;
}

/* 32.7.2.0.192.rpz-ip is 192.0.2.7. Networks, and IPv6, are skipped. */
static enum rpz_line
address(struct arena *a, const char *name, struct threat *t)
{
    char *rest = arena_strdup(a, name), *word, *octets[4];
    struct ipnet ip;

    if (strcmp(strsep(&rest, "."), "32") != 0)
        return RPZ_SKIPPED;
    for (int i = 3; i >= 0; i--)
        if (!(octets[i] = strsep(&rest, ".")))
            return RPZ_SKIPPED;
    word = arena_printf(a, "%s.%s.%s.%s", octets[0], octets[1], octets[2], octets[3]);
    if (!rest || strcmp(rest, "rpz-ip") != 0 || !ipnet_address(word, &ip))
        return RPZ_SKIPPED;
    *t = (struct threat){THREAT_IP, word};
    return RPZ_ENTRY;
}

static enum rpz_line
entry(struct arena *a, const char *name, struct threat *t, const char **why)
{
    bool below = strncmp(name, "*.", 2) == 0;
    enum threat_problem problem;

    if (ends_in(name, ".rpz-ip"))
        return address(a, name, t);
    if (ends_in(name, ".rpz-client-ip") || ends_in(name, ".rpz-nsdname") ||
        ends_in(name, ".rpz-nsip"))
        return RPZ_SKIPPED;
    problem = threat_parse(a, name, t);
    if (problem == THREAT_SHARED && !below && strchr(name, '.')) {
        *t = (struct threat){THREAT_HOST, name}; /* exactly that name */
        return RPZ_ENTRY;
    }
    if (problem != THREAT_FINE || t->type != THREAT_DOMAIN) {
        *why = problem != THREAT_FINE ? threat_problem_text(problem) : "not a domain";
        return RPZ_BAD;
    }
    if (!below)
        t->type = THREAT_HOST;
    return RPZ_ENTRY;
}

/* Where the type of the record stands, behind TTL and class. */
static int
type_at(char **words, int n, int i)
{
    while (i < n && (isdigit((unsigned char)*words[i]) || strcasecmp(words[i], "IN") == 0))
        i++;
    return i;
}

static enum rpz_line
record(struct rpz *z, struct arena *a, char **words, int n, struct threat *t, const char **why)
{
    static const char *const own[] = {"SOA",  "NS",    "DNSKEY",    "RRSIG",
                                      "NSEC", "NSEC3", "NSEC3PARAM"};
    const char *type, *name, *target;
    int i = type_at(words, n, 0);

    if (i == n) {
        *why = "has no record";
        return RPZ_BAD;
    }
    type = words[i];
    for (size_t k = 0; k < sizeof own / sizeof *own; k++)
        if (strcasecmp(type, own[k]) == 0) {
            if (k == 0 && !*z->origin && strcmp(z->owner, "@") != 0)
                (void)keep(z->origin, z->owner);
            return RPZ_NOTHING;
        }
    target = strcasecmp(type, "CNAME") == 0 && i + 1 < n ? words[i + 1] : "";
    if (strncasecmp(target, "rpz-passthru", 12) == 0 ||
        strncasecmp(target, "rpz-tcp-only", 12) == 0)
        return RPZ_SKIPPED;
    name = within(z, a, z->owner);
    if (!name) {
        *why = "is outside of the zone";
        return RPZ_BAD;
    }
    return strcmp(name, "@") == 0 ? RPZ_NOTHING : entry(a, name, t, why);
}

static enum rpz_line
directive(struct rpz *z, char **words, int n, const char **why)
{
    if (strcasecmp(words[0], "$ORIGIN") == 0) {
        if (n > 1 && keep(z->origin, words[1]))
            return RPZ_NOTHING;
    } else if (strcasecmp(words[0], "$TTL") == 0) {
        return RPZ_NOTHING;
    }
    *why = "a directive that is not known here";
    return RPZ_BAD;
}

enum rpz_line
rpz_read(struct rpz *z, struct arena *a, const char *line, size_t len, struct threat *t,
         const char **why)
{
    bool inside = z->depth > 0;
    char *words[WORDS];
    int n;

    *why = "";
    n = words_of(z, a, line, len, words);
    if (inside || n == 0)
        return RPZ_NOTHING;
    if (*words[0] == '$')
        return directive(z, words, n, why);
    if (line[0] != ' ' && line[0] != '\t') {
        if (strlen(words[0]) >= NAME) {
            *why = "its name is too long";
            return RPZ_BAD;
        }
        memcpy(z->owner, words[0], strlen(words[0]) + 1);
        return record(z, a, words + 1, n - 1, t, why);
    }
    if (!*z->owner) {
        *why = "has no name";
        return RPZ_BAD;
    }
    return record(z, a, words, n, t, why);
}
