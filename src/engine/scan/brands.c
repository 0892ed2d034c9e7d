#include "brands.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "fold.h"
#include "phrases.h"

static const struct brand {
    const char *name, *aliases, *domains;
} brands[] = {
#define BRAND(name, aliases, domains) {name, aliases, domains},
#include "brands.def"
#undef BRAND
};
#define BRANDS ((int)(sizeof brands / sizeof *brands))
#define ALIASES 1000
#define DOMAINS 4000

/* A word of a list in brands.def. */
struct word {
    const char *text;
    int brand;
};
static struct {
    struct arena *a; /* NULL: not prepared */
    struct word aliases[ALIASES], domains[DOMAINS];
    int naliases, ndomains;
    struct phrases *search;
} all;

static int
split(struct arena *a, const char *list, char between, int brand, struct word *out, int most)
{
    int n = 0;

    while (*list) {
        size_t len = strcspn(list, (char[]){between, '\0'});
        BUG_IF(n == most);
        out[n++] = (struct word){arena_strndup(a, list, len), brand};
        list += len + (list[len] != '\0');
    }
    return n;
}

static int
by_text(const void *x, const void *y)
{
    return strcmp(((const struct word *)x)->text, ((const struct word *)y)->text);
}

void
brands_prepare(void)
{
    const char *list[ALIASES];

    if (all.a)
        return;
    all.a = arena_new();
    for (int b = 0; b < BRANDS; b++) {
        all.naliases += split(all.a, brands[b].aliases, '|', b, all.aliases + all.naliases,
                              ALIASES - all.naliases);
        all.ndomains += split(all.a, brands[b].domains, ' ', b, all.domains + all.ndomains,
                              DOMAINS - all.ndomains);
    }
    for (int i = 0; i < all.naliases; i++) {
        all.aliases[i].text = fold_text(all.a, all.aliases[i].text, strlen(all.aliases[i].text));
        list[i] = all.aliases[i].text;
    }
    qsort(all.domains, (size_t)all.ndomains, sizeof *all.domains, by_text);
    all.search = phrases_new(list, all.naliases);
}

const char *
brand_name(int brand)
{
    return brands[brand].name;
}

/* The entries for exactly that domain; several brands may share one. */
static const struct word *
find(const char *domain, const struct word **end)
{
    const struct word key = {domain, 0};
    const struct word *w = bsearch(&key, all.domains, (size_t)all.ndomains, sizeof key, by_text);

    if (!w)
        return NULL;
    *end = w + 1;
    while (w > all.domains && by_text(w - 1, &key) == 0)
        w--;
    while (*end < all.domains + all.ndomains && by_text(*end, &key) == 0)
        (*end)++;
    return w;
}

static const char *
parent(const char *host)
{
    const char *dot = strchr(host, '.');

    return dot ? dot + 1 : NULL;
}

int
brand_of_host(const char *host)
{
    brands_prepare();
    for (const char *p = host; p; p = parent(p)) {
        const struct word *end, *w = find(p, &end);
        if (w)
            return w->brand;
    }
    return -1;
}

bool
brand_owns(int brand, const char *host)
{
    brands_prepare();
    for (const char *p = host; p; p = parent(p)) {
        const struct word *end = NULL, *w = find(p, &end);
        for (; w && w < end; w++)
            if (w->brand == brand)
                return true;
    }
    return false;
}

bool
brand_related(const char *one, const char *other)
{
    brands_prepare();
    for (const char *p = one; p; p = parent(p)) {
        const struct word *end = NULL, *w = find(p, &end);
        for (; w && w < end; w++)
            if (brand_owns(w->brand, other))
                return true;
    }
    return false;
}

struct named {
    int alias;
    size_t at;
};

static void
found(void *ctx, int alias, size_t at)
{
    struct named *n = ctx;
    size_t len = strlen(all.aliases[alias].text);

    /* the first; of several there the longest */
    if (n->alias < 0 || at < n->at || (at == n->at && len > strlen(all.aliases[n->alias].text)))
        *n = (struct named){alias, at};
}

int
brand_in_text(const char *folded, size_t *rest)
{
    struct named n = {.alias = -1};

    brands_prepare();
    phrases_find(all.search, folded, strlen(folded), found, &n);
    if (n.alias < 0)
        return -1;
    if (rest)
        *rest = strlen(folded) - strlen(all.aliases[n.alias].text);
    return all.aliases[n.alias].brand;
}
