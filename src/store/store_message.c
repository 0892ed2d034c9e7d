#include "store_message.h"
#include "../common/arena.h"
#include "../common/buf.h"
#include "../common/err.h"
#include "../common/token.h"
#include "store_track.h"

#include <string.h>

#define PARAMS 22

/* "abc" and "<abc>" are the same Message-ID to people. */
static int
id_forms(struct arena *a, const char *value, const char **out)
{
    size_t n = strlen(value);
    bool bare = n > 2 && value[0] == '<' && value[n - 1] == '>';
    out[0] = value;
    out[1] = bare ? arena_strndup(a, value + 1, n - 2) : arena_printf(a, "<%s>", value);
    return 2;
}

/* Ids without a * are looked up by index first: *p becomes the array of message ids, {} when there
 * are none. With a * they stay patterns and *p is NULL. */
static int
find_ids(struct db *db, const struct scope *sc, struct arena *a, const struct track_query *q,
         struct db_param *p, struct err *e)
{
    const char *texts[TRACK_TERMS * 2], *uuids[TRACK_TERMS];
    int n = 0, nu = 0;
    struct db_rows r;
    *p = P_TEXT(NULL);
    for (int i = 0; q && i < q->nterms; i++) {
        const struct track_term *t = &q->terms[i];
        if (t->key != TRACK_ID || t->exclude)
            continue;
        if (strchr(t->value, '*'))
            return 0;
        if (token_is_uuid(t->value))
            uuids[nu++] = t->value;
        n += id_forms(a, t->value, texts + n);
    }
    if (!n)
        return 0;
    if (DB_QUERY(db, sc, a, STMT_MESSAGE_FIND, &r, e, store_array(a, texts, n),
                 store_array(a, uuids, nu)))
        return -1;
    const char **found = arena_calloc(a, (size_t)r.n, sizeof *found);
    for (int i = 0; i < r.n; i++)
        found[i] = row_text(&r, i, 0);
    *p = store_array(a, found, r.n);
    return 0;
}

int
store_message_list(struct db *db, const struct scope *sc, struct arena *a,
                   const struct store_track_filter *f, struct store_track **rows, int *n,
                   bool *more, struct err *e)
{
    struct db_rows r;
    int64_t since, until;
    int limit = f->limit < 1 ? 1 : f->limit > 100 ? 100 : f->limit;
    bool newer = f->newer && *f->cursor.id;
    const struct track_query *q = f->query;
    struct db_param ids, to = store_track_exact(a, q, TRACK_TO);
    store_track_period(q, f->since, &since, &until);
    if (find_ids(db, sc, a, q, &ids, e))
        return -1;
    struct db_param p[PARAMS] = {
        p_int(a, since),
        p_int(a, until),
        store_opt(f->cursor.id),
        p_int(a, f->cursor.at),
        store_track_values(a, q, TRACK_FROM, false),
        store_track_values(a, q, TRACK_FROM, true),
        to.p ? P_TEXT(NULL) : store_track_values(a, q, TRACK_TO, false),
        store_track_values(a, q, TRACK_TO, true),
        store_track_values(a, q, TRACK_SUBJECT, false),
        store_track_values(a, q, TRACK_SUBJECT, true),
        ids.p ? P_TEXT(NULL) : store_track_values(a, q, TRACK_ID, false),
        store_track_values(a, q, TRACK_IP, false),
        store_track_values(a, q, TRACK_IP, true),
        store_track_values(a, q, TRACK_STATUS, false),
        store_track_values(a, q, TRACK_STATUS, true),
        store_track_values(a, q, TRACK_DOMAIN, false),
        store_track_values(a, q, TRACK_DOMAIN, true),
        store_track_values(a, q, TRACK_WORD, false),
        store_track_values(a, q, TRACK_WORD, true),
        p_int(a, limit + 1),
        ids,
        to,
    };
    if (db_query(db, sc, a, newer ? STMT_MESSAGE_NEWER : STMT_MESSAGE_OLDER, p, PARAMS, &r, e))
        return -1;
    *more = r.n > limit;
    *n = *more ? limit : r.n;
    *rows = arena_calloc(a, (size_t)*n, sizeof **rows);
    for (int k = 0; k < *n; k++) {
        int i = newer ? *n - 1 - k : k;
        (*rows)[k] = (struct store_track){
            .message_id = row_text(&r, i, 0),
            .recipient_id = row_text(&r, i, 1),
            .envelope_sender = row_text(&r, i, 2),
            .header_from = row_text(&r, i, 3),
            .recipient = row_text(&r, i, 4),
            .subject = row_text(&r, i, 5),
            .state = row_text(&r, i, 6),
            .kind = row_text(&r, i, 7),
            .verdict = row_text(&r, i, 8),
            .received_at = row_int(&r, i, 9),
        };
    }
    return 0;
}

static void
read_message(const struct db_rows *r, struct store_message *m)
{
    *m = (struct store_message){
        .message_id = row_text(r, 0, 0),
        .direction = row_text(r, 0, 1),
        .node = row_text(r, 0, 2),
        .queue_id = row_text(r, 0, 3),
        .client_ip = row_text(r, 0, 4),
        .client_name = row_text(r, 0, 5),
        .helo = row_text(r, 0, 6),
        .tls = row_text(r, 0, 7),
        .envelope_sender = row_text(r, 0, 8),
        .header_from = row_text(r, 0, 9),
        .header_from_name = row_text(r, 0, 10),
        .header_id = row_text(r, 0, 11),
        .subject = row_text(r, 0, 12),
        .sha256 = row_text(r, 0, 13),
        .verdict = row_text(r, 0, 14),
        .reasons = row_text(r, 0, 15),
        .scan = row_text(r, 0, 16),
        .resend_of = row_text(r, 0, 17),
        .received_at = row_int(r, 0, 18),
        .bytes = row_int(r, 0, 19),
        .scan_us = row_int(r, 0, 20),
        .score = row_real(r, 0, 21),
        .threshold = row_real(r, 0, 22),
    };
}

int
store_message_get(struct db *db, const struct scope *sc, struct arena *a, const char *message_id,
                  struct store_message *out, struct err *e)
{
    struct db_rows m, r, v;
    if (DB_QUERY(db, sc, a, STMT_MESSAGE_GET, &m, e, P_TEXT(message_id)))
        return -1;
    if (!m.n)
        return err_set(e, ERR_NOTFOUND, "message", "no such message");
    if (DB_QUERY(db, sc, a, STMT_MESSAGE_RECIPIENTS, &r, e, P_TEXT(message_id)) ||
        DB_QUERY(db, sc, a, STMT_MESSAGE_EVENTS, &v, e, P_TEXT(message_id)))
        return -1;
    read_message(&m, out);
    out->nrecipients = r.n;
    out->recipients = arena_calloc(a, (size_t)r.n, sizeof *out->recipients);
    for (int i = 0; i < r.n; i++)
        out->recipients[i] = (struct store_message_recipient){
            row_text(&r, i, 0), row_text(&r, i, 1), row_text(&r, i, 2), row_text(&r, i, 3),
            row_text(&r, i, 4), row_text(&r, i, 5), row_text(&r, i, 6), row_int(&r, i, 7),
            row_int(&r, i, 8),  row_bool(&r, i, 9)};
    out->nevents = v.n;
    out->events = arena_calloc(a, (size_t)v.n, sizeof *out->events);
    for (int i = 0; i < v.n; i++)
        out->events[i] =
            (struct store_event){row_text(&v, i, 0), row_text(&v, i, 1), row_text(&v, i, 2),
                                 row_text(&v, i, 3), row_text(&v, i, 4), row_int(&v, i, 5)};
    return 0;
}
