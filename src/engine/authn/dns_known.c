#include "dns_known.h"

#include <string.h>
#include <strings.h>

#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "dns_shared.h"
#include "dns_unbound.h"

#define NAME_BYTES 254
#define RECORDS_MAX 200
/* What one evaluation asks is limited by the worker; with the answers the next one asks something else. */
#define ANSWERS_MAX (4 * DNS_QUESTIONS)

static json_t *
encoded(struct arena *a, const void *p, size_t n)
{
    return json_string(token_base64url(a, p, n));
}

/* Bytes with a NUL behind them; NULL: not such text. */
static unsigned char *
decoded(struct arena *a, const char *text, size_t *n)
{
    unsigned char *p = text ? token_unbase64url(a, text, n) : NULL;

    return p ? arena_memdup(a, p, *n) : NULL;
}

/* ---------------------------------------------------------------- the worker's side */

static const json_t *
find(const json_t *list, const char *name, enum dns_type type)
{
    const json_t *q;
    size_t i;

    json_array_foreach(list, i, q) if (jsonx_int(q, "type", 0) == (int64_t)type &&
                                       strcmp(jsonx_str(q, "name"), name) == 0) return q;
    return NULL;
}

static void
read_answer(struct arena *a, const json_t *j, struct dns_answer *out)
{
    const json_t *list = json_object_get(j, "records"), *one;
    struct dns_record *records = arena_calloc(a, json_array_size(list), sizeof *records);
    size_t i;

    *out = (struct dns_answer){.status = (enum dns_status)jsonx_int(j, "status", DNS_TEMPERROR),
                               .secure = jsonx_bool(j, "secure", false),
                               .ttl = (uint32_t)jsonx_int(j, "ttl", 0),
                               .records = records};
    json_array_foreach(list, i, one)
    {
        struct dns_record *r = &records[out->n];
        r->preference = (unsigned)json_integer_value(json_array_get(one, 0));
        r->data = decoded(a, json_string_value(json_array_get(one, 1)), &r->len);
        out->n += r->data != NULL;
    }
}

/* A name is the same in any case, and with a dot behind it. */
static char *
plain_name(struct arena *a, const char *name)
{
    size_t n = strlen(name);
    char *out = arena_strndup(a, name, n - (n > 0 && name[n - 1] == '.'));

    for (char *p = out; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
    return out;
}

static void
ask(struct dns *d, struct arena *a, const char *name, enum dns_type type, struct dns_answer *out)
{
    struct dns_known *k = d->arg;
    char *plain = plain_name(a, name), *key = token_base64url(a, plain, strlen(plain));
    const json_t *known = find(k->answers, key, type);

    if (known)
        read_answer(a, known, out);
    else if (dns_shared_get(a, plain, type, out))
        return;
    else if (!find(k->missing, key, type))
        json_array_append_new(k->missing, json_pack("{ss si}", "name", key, "type", (int)type));
}

void
dns_known_begin(struct dns_known *k, struct arena *a, const json_t *answers)
{
    *k = (struct dns_known){.dns = {.ask = ask, .arg = k, .left = DNS_QUESTIONS},
                            .arena = a,
                            .answers = answers,
                            .missing = jsonx_own(a, json_array())};
}

/* ---------------------------------------------------------------- the gate's side */

void
dns_fetch_begin(struct dns_fetch *f, struct arena *a, struct dns_unbound *resolver,
                int64_t deadline)
{
    *f = (struct dns_fetch){.arena = a,
                            .resolver = resolver,
                            .deadline = deadline,
                            .left = DNS_QUESTIONS,
                            .answers = jsonx_own(a, json_array())};
}

static bool
known_type(int64_t type)
{
    return type == DNS_A || type == DNS_AAAA || type == DNS_CNAME || type == DNS_PTR ||
           type == DNS_MX || type == DNS_TXT;
}

/* false: not a question, or one that has an answer. */
static bool
read_question(struct dns_fetch *f, const json_t *j, struct dns_query *out)
{
    const char *key = jsonx_str(j, "name");
    int64_t type = jsonx_int(j, "type", 0);
    size_t n;

    if (!key || strlen(key) > NAME_BYTES * 2 || !known_type(type) ||
        find(f->answers, key, (enum dns_type)type))
        return false;
    out->name = (char *)decoded(f->arena, key, &n);
    out->type = (enum dns_type)type;
    return out->name && strlen(out->name) == n && dns_is_name(out->name);
}

static void
add_answer(struct dns_fetch *f, const struct dns_query *q)
{
    json_t *records = json_array();

    for (int i = 0; i < q->answer.n && i < RECORDS_MAX; i++)
        json_array_append_new(records, json_pack("[io]", (int)q->answer.records[i].preference,
                                                 encoded(f->arena, q->answer.records[i].data,
                                                         q->answer.records[i].len)));
    json_array_append_new(f->answers, json_pack("{so si si sb sI so}", "name",
                                                encoded(f->arena, q->name, strlen(q->name)), "type",
                                                (int)q->type, "status", (int)q->answer.status,
                                                "secure", q->answer.secure, "ttl",
                                                (json_int_t)q->answer.ttl, "records", records));
}

/* What is missing and what somebody else wants, in one go: waiting for both takes no longer than for one. */
static void
ask_all(struct dns_fetch *f, struct dns_query *list, int n)
{
    int all = n + f->nextra;
    struct dns_query *both = arena_calloc(f->arena, (size_t)all, sizeof *both);

    for (int k = 0; k < all; k++)
        both[k] = k < n ? list[k] : f->extra[k - n];
    dns_unbound_ask(f->resolver, f->arena, both, all, f->deadline);
    for (int k = 0; k < all; k++)
        *(k < n ? &list[k] : &f->extra[k - n]) = both[k];
}

bool
dns_fetch_more(struct dns_fetch *f, const json_t *missing)
{
    size_t room = ANSWERS_MAX - json_array_size(f->answers), i;
    struct dns_query *list = arena_calloc(f->arena, room, sizeof *list);
    const json_t *q;
    int n = 0, asked;

    json_array_foreach(missing, i, q) if ((size_t)n < room && read_question(f, q, &list[n])) n++;
    asked = n < f->left ? n : f->left > 0 ? f->left : 0;
    f->left -= asked;
    for (int k = 0; k < n; k++)
        list[k].answer.status = DNS_TEMPERROR;
    for (int k = 0; k < f->nextra; k++)
        f->extra[k].answer.status = DNS_TEMPERROR;
    if (f->resolver && asked + f->nextra > 0)
        ask_all(f, list, asked);
    f->nextra = 0;
    for (int k = 0; k < n; k++)
        add_answer(f, &list[k]);
    return n > 0;
}
