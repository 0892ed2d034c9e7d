#include "orgconf_dkim.h"

#include <stdlib.h>
#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../store/db.h"
#include "../../store/store_orgconf.h"
#include "../domains/dkim_key.h"
#include "orgconf.h"

static unsigned char master[32];
static bool have_master;

int orgconf_dkim_load(struct db *db, struct arena *a, const struct orgconf_dkim **out,
                      struct err *e);

void
orgconf_dkim_open_with(const unsigned char key[32])
{
    memcpy(master, key, sizeof master);
    have_master = true;
}

/* "From To" -> {"From", "To", NULL} */
static const char *const *
names(struct arena *a, const char *text)
{
    char *s = arena_strdup(a, text), *save = NULL;
    const char **list = arena_calloc(a, strlen(text) / 2 + 2, sizeof *list);
    int n = 0;

    for (char *w = strtok_r(s, " ", &save); w; w = strtok_r(NULL, " ", &save))
        list[n++] = w;
    return list;
}

static void
open_key(struct arena *a, const char *domain, const struct db_rows *r, int i,
         struct orgconf_dkim_key *k)
{
    const unsigned char *sealed;
    struct err e = {0};
    size_t n;

    k->selector = row_text(r, i, 7);
    sealed = row_bytes(a, r, i, 8, &n);
    k->usable =
        have_master && dkim_key_open(a, master, domain, k->selector, sealed, n, &k->key, &e) == 0;
    if (!k->usable)
        evlog(EVLOG_ERROR, "dkim.key-unusable", "domain", domain, "selector", k->selector, "reason",
              e.text, NULL);
}

static void
begin_domain(struct arena *a, const struct db_rows *r, int i, struct orgconf_dkim_domain *d)
{
    *d = (struct orgconf_dkim_domain){.name = row_text(r, i, 0),
                                      .org = row_text(r, i, 9),
                                      .null_sender = row_bool(r, i, 1),
                                      .header = row_bool(r, i, 2) ? AUTH_RELAXED : AUTH_SIMPLE,
                                      .body = row_bool(r, i, 3) ? AUTH_RELAXED : AUTH_SIMPLE,
                                      .headers = names(a, row_text(r, i, 4)),
                                      .oversign_all = row_bool(r, i, 5),
                                      .expire_days = (int)row_int(r, i, 6)};
}

static const struct orgconf_dkim *
open_all(struct arena *a, const struct db_rows *r)
{
    struct orgconf_dkim *all = arena_alloc(a, sizeof *all);
    struct orgconf_dkim_domain *list = arena_calloc(a, (size_t)r->n, sizeof *list), *d = NULL;
    struct orgconf_dkim_key *keys = arena_calloc(a, (size_t)r->n, sizeof *keys);
    int n = 0;

    for (int i = 0; i < r->n; i++) {
        if (!d || strcmp(d->name, row_text(r, i, 0)) != 0) {
            d = &list[n++];
            begin_domain(a, r, i, d);
            d->keys = &keys[i];
        }
        open_key(a, d->name, r, i, &keys[i]);
        d->nkeys++;
    }
    *all = (struct orgconf_dkim){n, list};
    return all;
}

int
orgconf_dkim_load(struct db *db, struct arena *a, const struct orgconf_dkim **out, struct err *e)
{
    struct db_rows r;

    if (store_orgconf_dkim(db, a, &r, e) < 0)
        return -1;
    *out = open_all(a, &r);
    return 0;
}

int
orgconf_dkim_read(struct db *db, struct arena *a, const char *org, const struct orgconf_dkim **out,
                  struct err *e)
{
    struct db_rows r;

    if (store_orgconf_dkim_of(db, a, org, &r, e) < 0)
        return -1;
    *out = open_all(a, &r);
    return 0;
}

static int
by_name(const void *name, const void *domain)
{
    return strcmp(name, ((const struct orgconf_dkim_domain *)domain)->name);
}

const struct orgconf_dkim_domain *
orgconf_dkim(const struct orgconf_dkim *d, const char *name)
{
    if (d->n == 0)
        return NULL;
    return bsearch(name, d->list, (size_t)d->n, sizeof *d->list, by_name);
}
