#include "brands.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "cousin.h"
#include "fold.h"
#include "hosts.h"
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
#define WORDS 50
#define LABELS 4      /* of a brand's domain, at most */
#define LABEL_LEAST 5 /* letters; shorter ones are parts of other names */

/* A word of a list in brands.def. */
struct word {
    const char *text;
    int brand;
};
static struct {
    struct arena *a; /* NULL: not prepared */
    struct word aliases[ALIASES], domains[DOMAINS],
        labels[BRANDS];       /* labels: of each brand's first domain */
    struct word words[WORDS]; /* aliases with = */
    int naliases, ndomains, nwords;
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

static int
dots_of(const char *text)
{
    int n = 0;

    while ((text = strchr(text, '.')))
        text++, n++;
    return n;
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
        all.labels[b] = (struct word){
            arena_strndup(all.a, brands[b].domains, strcspn(brands[b].domains, ".")), b};
        all.ndomains += split(all.a, brands[b].domains, ' ', b, all.domains + all.ndomains,
                              DOMAINS - all.ndomains);
    }
    for (int i = 0; i < all.naliases; i++) {
        const char *text = all.aliases[i].text;
        if (*text != '=') {
            all.aliases[i].text = list[i] = fold_text(all.a, text, strlen(text));
            continue;
        }
        BUG_IF(all.nwords == WORDS);
        all.words[all.nwords++] = (struct word){text + 1, all.aliases[i].brand};
        all.aliases[i--] = all.aliases[--all.naliases];
    }
    for (int i = 0; i < all.ndomains; i++)
        BUG_IF(dots_of(all.domains[i].text) >= LABELS);
    qsort(all.domains, (size_t)all.ndomains, sizeof *all.domains, by_text);
    qsort(all.labels, BRANDS, sizeof *all.labels, by_text);
    all.search = phrases_new(list, all.naliases);
}

const char *
brand_name(int brand)
{
    return brands[brand].name;
}

int
brand_of_word(const char *word)
{
    brands_prepare();
    for (int i = 0; i < all.nwords; i++)
        if (strcmp(all.words[i].text, word) == 0)
            return all.words[i].brand;
    return -1;
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

/* "paypal-login", "login-paypal", also with more words between. */
static int
label_with_lure(const char *label, size_t n)
{
    const char *first = memchr(label, '-', n), *last = memrchr(label, '-', n);
    char name[64];

    if (!first || n >= sizeof name)
        return -1;
    for (int front = 0; front < 2; front++) {
        const char *at = front ? label : last + 1, *end = front ? first : label + n;
        const char *other = front ? last + 1 : label;
        size_t len = (size_t)(end - at),
               lure = front ? (size_t)(label + n - other) : (size_t)(first - other);
        memcpy(name, at, len);
        name[len] = '\0';
        const struct word key = {name, 0};
        const struct word *w =
            len >= LABEL_LEAST ? bsearch(&key, all.labels, BRANDS, sizeof key, by_text) : NULL;
        if (w && lookalike_is_lure(other, lure))
            return w->brand;
    }
    return -1;
}

/* A whole domain of a brand among the labels in front of org, which is where host ends. */
static int
domain_in_front(const char *host, const char *org)
{
    char part[254];

    for (const char *p = host; p && p < org; p = parent(p)) {
        const char *dot = strchr(p, '.');
        for (int labels = 2; labels <= LABELS && dot && dot < org - 1; labels++) {
            const char *next = strchr(dot + 1, '.');
            const struct word *end, *w;
            if (!next || next >= org)
                break;
            memcpy(part, p, (size_t)(next - p));
            part[next - p] = '\0';
            w = find(part, &end);
            if (w)
                return w->brand;
            dot = next;
        }
    }
    return -1;
}

int
brand_imitated(const char *host)
{
    const char *org;
    int brand;

    brands_prepare();
    if (strlen(host) > 253 || brand_of_host(host) >= 0)
        return -1;
    org = host_org(host);
    brand = label_with_lure(org, strcspn(org, "."));
    return brand >= 0 ? brand : domain_in_front(host, org);
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
brand_in_text(const char *folded, struct brand_place *place)
{
    struct named n = {.alias = -1};

    brands_prepare();
    phrases_find(all.search, folded, strlen(folded), found, &n);
    if (n.alias < 0)
        return -1;
    if (place)
        *place = (struct brand_place){n.at, strlen(all.aliases[n.alias].text)};
    return all.aliases[n.alias].brand;
}
