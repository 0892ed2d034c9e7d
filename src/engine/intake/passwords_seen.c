#include "passwords_seen.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/err.h"
#include "../../common/token.h"

#define KEY 32

struct entry {
    unsigned char key[KEY];
    unsigned char domain[KEY]; /* organisation and domain of the sender */
    int64_t since, until;      /* until 0: free */
    char words[SEEN_WORDS][SEEN_BYTES + 1];
};

struct passwords_seen {
    pthread_mutex_t lock;
    unsigned char secret[KEY];
    int n; /* entries that were ever used */
    struct entry *entries;
};

struct passwords_seen *
passwords_seen_new(void)
{
    struct passwords_seen *s = calloc(1, sizeof *s);

    BUG_IF(!s);
    s->entries = calloc(SEEN_ENTRIES, sizeof *s->entries); /* pages are taken when they are used */
    BUG_IF(!s->entries);
    pthread_mutex_init(&s->lock, NULL);
    token_random(s->secret, sizeof s->secret);
    return s;
}

static void
clear(struct entry *e)
{
    explicit_bzero(e, sizeof *e);
}

void
passwords_seen_free(struct passwords_seen **s)
{
    if (!*s)
        return;
    explicit_bzero((*s)->entries, SEEN_ENTRIES * sizeof *(*s)->entries);
    free((*s)->entries);
    pthread_mutex_destroy(&(*s)->lock);
    free(*s);
    *s = NULL;
}

/* Each text is hashed by itself, so that none can reach into the next. */
static void
hash(const struct passwords_seen *s, const char *const *texts, int n, unsigned char out[KEY])
{
    memset(out, 0, KEY);
    for (int i = 0; i < n; i++) {
        unsigned char both[2 * KEY];
        memcpy(both, out, KEY);
        token_hmac(s->secret, sizeof s->secret, texts[i], strlen(texts[i]), both + KEY);
        token_sha256(both, sizeof both, out);
    }
}

static struct entry *
find(struct passwords_seen *s, const unsigned char key[KEY])
{
    for (int i = 0; i < s->n; i++)
        if (s->entries[i].until && memcmp(s->entries[i].key, key, KEY) == 0)
            return &s->entries[i];
    return NULL;
}

/* A place for one more: the oldest of its domain when that has enough, else a free one, else the oldest of all. */
static struct entry *
place(struct passwords_seen *s, const unsigned char domain[KEY])
{
    struct entry *oldest = NULL, *of_domain = NULL, *free_one = NULL;
    int same = 0;

    for (int i = 0; i < s->n; i++) {
        struct entry *e = &s->entries[i];
        if (!e->until) {
            free_one = e;
            continue;
        }
        if (!oldest || e->since < oldest->since)
            oldest = e;
        if (memcmp(e->domain, domain, KEY) == 0) {
            same++;
            if (!of_domain || e->since < of_domain->since)
                of_domain = e;
        }
    }
    if (same >= SEEN_OF_DOMAIN)
        return of_domain;
    if (!free_one && s->n < SEEN_ENTRIES)
        free_one = &s->entries[s->n++];
    return free_one ? free_one : oldest;
}

static void
expire(struct passwords_seen *s, int64_t now)
{
    for (int i = 0; i < s->n; i++)
        if (s->entries[i].until && s->entries[i].until <= now)
            clear(&s->entries[i]);
}

/* In front of the others, which move back; the last ones are forgotten. */
static void
put_word(struct entry *e, const char *word)
{
    int at = 0;

    while (at < SEEN_WORDS - 1 && e->words[at][0] && strcmp(e->words[at], word) != 0)
        at++;
    memmove(e->words[1], e->words[0], (size_t)at * sizeof e->words[0]);
    memset(e->words[0], 0, sizeof e->words[0]);
    memcpy(e->words[0], word, strlen(word));
}

void
passwords_seen_add(struct passwords_seen *s, const struct seen_key *k, const json_t *words,
                   int64_t now, int64_t until)
{
    unsigned char key[KEY], domain[KEY];
    struct entry *e;

    hash(s, (const char *const[]){k->org, k->sender_domain}, 2, domain);
    hash(s, (const char *const[]){k->org, k->sender, k->recipient}, 3, key);
    pthread_mutex_lock(&s->lock);
    expire(s, now);
    e = find(s, key);
    if (!e) {
        e = place(s, domain);
        clear(e);
        memcpy(e->key, key, KEY);
        memcpy(e->domain, domain, KEY);
    }
    e->since = now;
    e->until = until;
    for (size_t i = json_array_size(words); i-- > 0;) {
        const char *word = json_string_value(json_array_get(words, i));
        if (word && *word && strlen(word) <= SEEN_BYTES)
            put_word(e, word);
    }
    pthread_mutex_unlock(&s->lock);
}

void
passwords_seen_get(struct passwords_seen *s, const struct seen_key *k, int64_t now, json_t *out)
{
    unsigned char key[KEY];
    struct entry *e;

    hash(s, (const char *const[]){k->org, k->sender, k->recipient}, 3, key);
    pthread_mutex_lock(&s->lock);
    e = find(s, key);
    for (int i = 0; e && e->until > now && i < SEEN_WORDS && e->words[i][0]; i++)
        json_array_append_new(out, json_string(e->words[i]));
    pthread_mutex_unlock(&s->lock);
}
