#include "rights.h"

#include <string.h>

#include "../store/store_rights.h"
#include "ui.h"
#include "web_req.h"

#define KINDS 32

struct rights {
    const char *kinds[KINDS];
    unsigned bits[KINDS];
    int n;
};

static unsigned
bit_of(const char *right)
{
    static const char *const names[] = {"view", "deliver", "ask", "delete", "block", "approve"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], right))
            return 1U << i;
    return 0;
}

static void
add(struct web_req *r, struct rights *x, const char *kinds, unsigned bit)
{
    char *text = arena_strdup(r->a, kinds), *save = NULL;
    for (char *k = strtok_r(text, " ", &save); k; k = strtok_r(NULL, " ", &save)) {
        int i = 0;
        while (i < x->n && strcmp(x->kinds[i], k) != 0)
            i++;
        if (i == KINDS)
            continue;
        x->kinds[i] = k;
        x->bits[i] |= bit;
        x->n = i == x->n ? i + 1 : x->n;
    }
}

int
rights_load(struct web_req *r, const struct rights **out)
{
    struct rights *x = arena_calloc(r->a, 1, sizeof *x);
    struct store_user_right *rows;
    int n;
    if (store_rights_of_user(r->db, &r->scope, r->a, &rows, &n, &r->err))
        return -1;
    for (int i = 0; i < n; i++)
        add(r, x, rows[i].kinds, bit_of(rows[i].right));
    *out = x;
    return 0;
}

unsigned
rights_of(const struct rights *x, const char *kind)
{
    for (int i = 0; i < x->n; i++)
        if (!strcmp(x->kinds[i], kind))
            return x->bits[i] & RIGHT_DELIVER ? x->bits[i] & ~(unsigned)RIGHT_ASK : x->bits[i];
    return 0;
}

bool
rights_hide_some(const struct rights *x)
{
    for (const struct ui_kind *k = ui_kinds(); k->id; k++)
        if (!(rights_of(x, k->id) & RIGHT_VIEW))
            return true;
    return false;
}
