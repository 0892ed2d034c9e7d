#include "hosts.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/suffixes.h"
#include "../authn/dmarc.h"
#include "../msg/msg.h"

const char *
host_org(const char *host)
{
    return dmarc_organisation(suffixes(), host);
}

bool
host_same_org(const char *one, const char *other)
{
    return *one && *other && strcmp(host_org(one), host_org(other)) == 0;
}

bool
host_is_ip(const char *host)
{
    unsigned char addr[16];
    char plain[64];
    size_t n = strlen(host);

    if (n >= 2 && host[0] == '[' && host[n - 1] == ']' && n - 2 < sizeof plain) {
        memcpy(plain, host + 1, n - 2);
        plain[n - 2] = '\0';
        host = plain;
    }
    return inet_pton(AF_INET, host, addr) == 1 || inet_pton(AF_INET6, host, addr) == 1;
}

static char *
lower(struct arena *a, const char *s, size_t n)
{
    char *out = arena_strndup(a, s, n);

    for (char *p = out; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return out;
}

const char *
host_of_address(struct arena *a, const char *address)
{
    const char *at = strrchr(address, '@');
    size_t n = at ? strlen(at + 1) : 0;

    while (n && (at[n] == '.' || at[n] == '>' || at[n] == ' '))
        n--;
    return n && n <= 255 ? lower(a, at + 1, n) : "";
}

const char *
host_of_from(const struct msg *m)
{
    return host_of_address(m->arena, m->from);
}

/* Only as much of RFC 5322 as is needed: in angle brackets, or what has an @. */
const char *
host_field_address(const struct msg *m, const char *field)
{
    const struct msg_field *f = msg_field(m, field);
    const char *at = f ? strchr(f->text, '@') : NULL, *begin = at, *end = at;

    if (!at)
        return "";
    /* "x@y" <a@b>: what is in brackets is the address */
    for (const char *p = strrchr(f->text, '<'); p && strchr(p, '@'); p = NULL)
        begin = end = strchr(p, '@');
    while (begin > f->text && !strchr(" \t<,;:\"()", begin[-1]))
        begin--;
    while (*end && !strchr(" \t>,;:\"()", *end))
        end++;
    return end - begin <= 320 ? lower(m->arena, begin, (size_t)(end - begin)) : "";
}

/* ------------------------------------------------------------------ known ones */

static const struct known {
    const char *name;
    unsigned what;
} known[] = {
#define KNOWN(name, what) {name, HOST_##what},
#include "hosts.def"
#undef KNOWN
};
#define KNOWN_N (sizeof known / sizeof *known)

static int
by_name(const void *x, const void *y)
{
    return strcmp(((const struct known *)x)->name, ((const struct known *)y)->name);
}

/* hosts.def is sorted by kind for people; here by name. */
static const struct known *
sorted(void)
{
    static struct known list[KNOWN_N];

    if (!list[0].name) {
        struct known copy[KNOWN_N];
        memcpy(copy, known, sizeof copy);
        qsort(copy, KNOWN_N, sizeof *copy, by_name);
        memcpy(list, copy, sizeof list);
    }
    return list;
}

/* Registries whose names are bought like others, although the list has them among the private ones. */
static const char *const registries[] = {
    "br.com", "cn.com", "com.de", "com.se",  "de.com",  "eu.com", "gb.net", "gr.com",
    "hu.net", "in.net", "jp.net", "jpn.com", "mex.com", "ru.com", "sa.com", "se.net",
    "uk.com", "uk.net", "us.com", "us.org",  "za.com",  "za.bz",  "co.com"};

/* Is it below a name under which anybody gets one, as its owner told the Public Suffix List? */
static bool
is_private_suffix(const char *host)
{
    const char *mine = suffixes_registrable(suffixes(), host);
    const char *suffix = mine ? strchr(mine, '.') + 1 : host;

    if (!strchr(suffix, '.') || !suffixes_is_listed(suffix, false) ||
        suffixes_is_listed(suffix, true))
        return false;
    for (size_t i = 0; i < sizeof registries / sizeof *registries; i++)
        if (strcmp(suffix, registries[i]) == 0)
            return false;
    return true;
}

unsigned
host_known(const char *host)
{
    const struct known *list = sorted();
    unsigned what = 0;

    /* The name nearest to it counts: what is below a shortener may lead to one site only. */
    for (const char *p = host; p && *p && !what; p = strchr(p, '.') ? strchr(p, '.') + 1 : NULL) {
        const struct known key = {p, 0},
                           *found = bsearch(&key, list, KNOWN_N, sizeof *list, by_name);
        for (const struct known *k = found; k && k >= list && by_name(k, &key) == 0; k--)
            what |= k->what;
        for (const struct known *k = found ? found + 1 : list + KNOWN_N;
             k < list + KNOWN_N && by_name(k, &key) == 0; k++)
            what |= k->what;
    }
    if (!(what & ~(HOST_TENANT | HOST_FORM | HOST_SEARCH)) && host && is_private_suffix(host))
        what |= HOST_SHARED;
    return what;
}
