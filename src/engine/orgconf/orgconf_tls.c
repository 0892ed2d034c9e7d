#include "orgconf_tls.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "orgconf.h"

int orgconf_tls_load(struct db *db, struct arena *a, const struct orgconf_tls **out, struct err *e);

/* "1.3" */
static int
number(const char *s)
{
    if (isdigit((unsigned char)s[0]) && s[1] == '.' && isdigit((unsigned char)s[2]) && !s[3])
        return (s[0] - '0') * 10 + s[2] - '0';
    return 0;
}

int
orgconf_tls_version(const char *text)
{
    return strncmp(text, "TLSv", 4) == 0 ? number(text + 4) : 0;
}

int
orgconf_tls_load(struct db *db, struct arena *a, const struct orgconf_tls **out, struct err *e)
{
    struct orgconf_tls *t = arena_alloc(a, sizeof *t);
    struct orgconf_peer *list;
    struct db_rows r;

    if (store_orgconf_tls(db, a, &r, e) < 0)
        return -1;
    list = arena_calloc(a, (size_t)r.n, sizeof *list);
    for (int i = 0; i < r.n; i++)
        list[i] = (struct orgconf_peer){.org = row_text(&r, i, 0),
                                        .domain_id = row_text(&r, i, 1),
                                        .peer = row_text(&r, i, 2),
                                        .min_version = number(row_text(&r, i, 3)),
                                        .mandatory = strcmp(row_text(&r, i, 4), "may") != 0};
    *t = (struct orgconf_tls){r.n, list};
    *out = t;
    return 0;
}

static int
compare(const void *a, const void *b)
{
    const struct orgconf_peer *x = a, *y = b;
    int order = strcmp(x->org, y->org);

    if (!order)
        order = strcmp(x->domain_id, y->domain_id);
    return order ? order : strcmp(x->peer, y->peer);
}

const struct orgconf_peer *
orgconf_tls_peer(const struct orgconf_tls *t, const char *org, const char *domain_id,
                 const char *peer)
{
    struct orgconf_peer keys[] = {{.org = org, .domain_id = domain_id, .peer = peer},
                                  {.org = org, .domain_id = domain_id, .peer = "*"},
                                  {.org = org, .domain_id = "", .peer = peer},
                                  {.org = org, .domain_id = "", .peer = "*"}};

    for (size_t i = 0; t->n > 0 && i < sizeof keys / sizeof *keys; i++) {
        const struct orgconf_peer *p =
            bsearch(&keys[i], t->list, (size_t)t->n, sizeof *keys, compare);
        if (p)
            return p;
    }
    return NULL;
}
