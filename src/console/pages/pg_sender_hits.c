/* Sender lists: what the mail of the last 30 days says about entries, and whom it suggests for an empty list. */
#include <string.h>

#include "../../common/sender_pattern.h"
#include "../view.h"
#include "pages.h"
#include "pg_senders.h"

#define LOOK 2000        /* messages that are looked at for one page */
#define UNPROVEN 5000    /* entries that are looked at for the filter */
#define MAILBOXES 20     /* ... that an entry of the organisation is compared with */
#define SUGGESTED_MOST 3 /* as many as help, and no more than one reads */

/* ------------------------------------------------------------------ hits */

/* Whose mail an entry is compared with: in the portal, entries of the organisation with one's own. */
static int
add_pairs(const struct pg_senders *v, const struct store_sender *s, struct store_sender *out)
{
    int n = 0;
    if (v->admin || !strcmp(s->level, "address")) {
        out[0] = *s;
        return 1;
    }
    for (int i = 0; i < v->nmailboxes && n < MAILBOXES; i++) {
        const char *at = strrchr(v->mailboxes[i].value, '@');
        if (*s->target && (!at || strcmp(at + 1, s->target)))
            continue;
        out[n] = *s;
        out[n++].target = v->mailboxes[i].value;
    }
    return n;
}

/* What people write stands in history as it came: the part of a pattern that has no star. */
static const char *
history_of(struct web_req *r, const char *pattern)
{
    const char *at = strrchr(pattern, '@');
    const char *text = pattern;
    if (at && !strncmp(at, "@*.", 3)) /* the name of sub-domains cannot be searched with them */
        text = at + 2;
    else if (at && !strcmp(at, "@*"))
        text = arena_printf(r->a, "%.*s", (int)(at + 1 - pattern), pattern);
    else if (*pattern == '*')
        text = pattern + 1;
    return view_path(r, "/history", "q", text, NULL);
}

static void
note_seen(struct web_req *r, const struct pg_senders *v, struct pg_sender *row,
          const struct store_sender_seen *seen)
{
    row->messages = seen->messages;
    row->unproven = seen->unproven;
    row->name = view_safe(r, seen->name);
    if (!v->admin && row->messages > 0)
        row->history = history_of(r, row->pattern);
}

static int
mark_overruled(struct web_req *r, struct pg_sender *rows, int nrows)
{
    const char **ids = arena_calloc(r->a, (size_t)nrows + 1, sizeof *ids);
    const char *const *over;
    int n;
    for (int i = 0; i < nrows; i++)
        ids[i] = rows[i].id;
    if (store_sender_overruled(r->db, &r->scope, r->a, r->scope.org, ids, nrows, &over, &n,
                               &r->err))
        return -1;
    for (int i = 0; i < nrows; i++)
        for (int k = 0; k < n; k++)
            rows[i].overruled |= !strcmp(rows[i].id, over[k]);
    return 0;
}

int
pg_sender_hits(struct web_req *r, const struct pg_senders *v, const struct store_sender *entries,
               struct pg_sender *rows)
{
    struct store_sender *pairs = arena_calloc(r->a, (size_t)v->n * MAILBOXES + 1, sizeof *pairs);
    struct store_sender_seen *seen;
    int npairs = 0, n;
    for (int i = 0; i < v->n; i++)
        npairs += add_pairs(v, &entries[i], &pairs[npairs]);
    if (store_sender_seen(r->db, &r->scope, r->a, r->scope.org, pairs, npairs, LOOK, &seen, &n,
                          &r->err))
        return -1;
    for (int i = 0; i < v->n; i++)
        for (int k = 0; k < n; k++)
            if (!strcmp(rows[i].id, seen[k].entry_id))
                note_seen(r, v, &rows[i], &seen[k]);
    return v->approved ? mark_overruled(r, rows, v->n) : 0;
}

/* ------------------------------------------------------------------ not verified */

static int
own_approvals(struct web_req *r, const struct pg_senders *v, struct store_sender *out, int *n)
{
    *n = 0;
    for (int i = 0; i < v->nmailboxes; i++) {
        const char *target = v->mailboxes[i].value;
        struct store_sender *rows;
        int nrows;
        if (*v->target && strcmp(v->target, target))
            continue;
        if (store_sender_all(r->db, &r->scope, r->a, r->scope.org, target, &rows, &nrows, &r->err))
            return -1;
        for (int k = 0; k < nrows && *n < UNPROVEN; k++)
            if (rows[k].only_verified)
                out[(*n)++] = rows[k];
    }
    return 0;
}

int
pg_sender_unproven(struct web_req *r, const struct pg_senders *v, const char *const **out, int *n)
{
    struct store_sender *entries = arena_calloc(r->a, UNPROVEN, sizeof *entries);
    struct store_sender_seen *seen;
    int nentries, nseen;
    if (own_approvals(r, v, entries, &nentries) ||
        store_sender_seen(r->db, &r->scope, r->a, r->scope.org, entries, nentries, LOOK, &seen,
                          &nseen, &r->err))
        return -1;
    const char **ids = arena_calloc(r->a, (size_t)nseen + 1, sizeof *ids);
    *n = 0;
    for (int i = 0; i < nseen; i++)
        if (seen[i].unproven > 0)
            ids[(*n)++] = seen[i].entry_id;
    *out = ids;
    return 0;
}

/* ------------------------------------------------------------------ suggestions */

/* mailbox_of() may be none of one's own: a tagged address that is a mailbox of its own. */
static const char *
own_mailbox(const struct pg_senders *v, const char *mailbox)
{
    for (int i = 0; i < v->nmailboxes; i++)
        if (!strcmp(v->mailboxes[i].value, mailbox))
            return mailbox;
    return "";
}

int
pg_sender_suggest(struct web_req *r, struct pg_senders *v)
{
    struct pg_sender_suggested *out = arena_calloc(r->a, SUGGESTED_MOST, sizeof *out);
    struct store_sender_often *rows;
    int n;
    /* Some more: not everything that stands in a From field is an address. */
    if (store_sender_often(r->db, &r->scope, r->a, LOOK, 4 * SUGGESTED_MOST, &rows, &n, &r->err))
        return -1;
    v->nsuggested = 0;
    for (int i = 0; i < n && v->nsuggested < SUGGESTED_MOST; i++) {
        const char *pattern;
        if (strchr(rows[i].address, '*') ||
            sender_pattern_parse(r->a, rows[i].address, &pattern) != SENDER_FINE)
            continue;
        out[v->nsuggested++] =
            (struct pg_sender_suggested){.pattern = pattern,
                                         .name = view_safe(r, rows[i].name),
                                         .mailbox = own_mailbox(v, rows[i].mailbox),
                                         .messages = rows[i].messages};
    }
    v->suggested = out;
    return 0;
}
