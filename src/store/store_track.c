#include "store_track.h"

#include <string.h>

#include "../common/arena.h"
#include "../common/buf.h"

#define FOREVER INT64_C(253402300799000) /* the year 9999 */

/* The value as a LIKE pattern: * is any text, the rest is literal; part: may stand anywhere. */
static const char *
pattern(struct arena *a, const char *value, bool part)
{
    struct buf *b = buf_new(a, 0);
    if (part)
        buf_char(b, '%');
    for (const char *p = value; *p; p++) {
        if (strchr("\\%_", *p))
            buf_char(b, '\\');
        buf_char(b, *p == '*' ? '%' : *p);
    }
    if (part)
        buf_char(b, '%');
    return b->data ? b->data : "";
}

/* States behind the words that stand for several. */
static int
expand_status(const char *word, const char **out)
{
    static const struct {
        const char *word, *states[4];
    } groups[] = {
        {"waiting", {"passed", "queued", "deferred", "releasing"}},
        {"refused", {"rejected", "dropped", NULL, NULL}},
        {"deleted", {"deleted", "gone", NULL, NULL}},
    };
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++) {
        int n = 0;
        if (strcmp(word, groups[g].word) != 0)
            continue;
        while (n < 4 && groups[g].states[n]) {
            out[n] = groups[g].states[n];
            n++;
        }
        return n;
    }
    out[0] = word;
    return 1;
}

struct db_param
store_track_values(struct arena *a, const struct track_query *q, enum track_key key, bool exclude)
{
    const char *list[TRACK_TERMS * 4];
    int n = 0;
    for (int i = 0; q && i < q->nterms; i++) {
        const struct track_term *t = &q->terms[i];
        if (t->key != key || t->exclude != exclude)
            continue;
        if (key == TRACK_STATUS)
            n += expand_status(t->value, list + n);
        else
            list[n++] = pattern(a, t->value,
                                key == TRACK_WORD || key == TRACK_SUBJECT || key == TRACK_FROM ||
                                    key == TRACK_TO);
    }
    return n ? store_array(a, list, n) : P_TEXT(NULL);
}

static bool
whole(enum track_key key, const char *s)
{
    const char *at = strchr(s, '@');
    if (strchr(s, '*'))
        return false;
    return key == TRACK_IP || (at && at != s && strchr(at, '.'));
}

struct db_param
store_track_exact(struct arena *a, const struct track_query *q, enum track_key key)
{
    const char *list[TRACK_TERMS];
    int n = 0;
    for (int i = 0; q && i < q->nterms; i++) {
        const struct track_term *t = &q->terms[i];
        if (t->key != key || t->exclude)
            continue;
        if (!whole(key, t->value))
            return P_TEXT(NULL);
        char *low = arena_strdup(a, t->value);
        for (char *p = low; *p; p++)
            if (*p >= 'A' && *p <= 'Z')
                *p = (char)(*p - 'A' + 'a');
        list[n++] = low;
    }
    return n ? store_array(a, list, n) : P_TEXT(NULL);
}

void
store_track_period(const struct track_query *q, int64_t from, int64_t *since, int64_t *until)
{
    *since = from;
    *until = FOREVER;
    for (int i = 0; q && i < q->nterms; i++) {
        const struct track_term *t = &q->terms[i];
        if (t->key == TRACK_AFTER && t->at > *since)
            *since = t->at;
        if (t->key == TRACK_BEFORE && t->at < *until)
            *until = t->at;
    }
}
