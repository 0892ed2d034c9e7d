#include "dns_shared.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/when.h"

#define BUCKETS 512
#define WAYS 4 /* slots that one name may be in */
#define SLOT 2048
#define NAME_BYTES 254

#ifndef F_SEAL_FUTURE_WRITE
#define F_SEAL_FUTURE_WRITE 0x0010
#endif

/* What a reader copies before it knows that it is whole. */
struct entry {
    int64_t ends; /* monotonic ms, which all processes share */
    uint32_t hash;
    uint16_t type, status, n, used;
    uint16_t secure, name_len;
    /* The name, then for each record preference (2), length (2) and bytes, in this machine's order. */
    unsigned char data[SLOT - 32];
};

/* Odd while it is written: a reader that sees that, or another number behind than before, knows nothing. A writer that
 * died in the middle leaves an odd number, and the next one goes on from there. */
struct slot {
    _Atomic uint32_t turn;
    struct entry e;
};
_Static_assert(sizeof(struct slot) <= SLOT, "a slot");

static struct slot *slots;
static int memory = -1;
static pthread_mutex_t writing = PTHREAD_MUTEX_INITIALIZER;

#define BYTES (BUCKETS * WAYS * sizeof *slots)

void
dns_shared_make(void)
{
    if (slots)
        return;
    memory = memfd_create("dns", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (memory >= 0 && ftruncate(memory, (off_t)BYTES) == 0)
        slots = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
    if (slots == MAP_FAILED)
        slots = NULL;
    /* This mapping stays writable, no later one is. A kernel that cannot promise that gets no shared memory. */
    if (slots && fcntl(memory, F_ADD_SEALS,
                       F_SEAL_FUTURE_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) < 0) {
        (void)munmap(slots, BYTES);
        slots = NULL;
    }
    if (!slots && memory >= 0) {
        close(memory);
        memory = -1;
    }
}

void
dns_shared_read_only(void)
{
    if (!slots || memory < 0)
        return;
    /* In the same place, so that nothing writable is left. */
    if (mmap(slots, BYTES, PROT_READ, MAP_SHARED | MAP_FIXED, memory, 0) == MAP_FAILED)
        bug("shared answers of DNS cannot be mapped");
    close(memory);
    memory = -1;
}

/* ---------------------------------------------------------------- keys */

struct key {
    char name[NAME_BYTES];
    uint16_t len;
    uint32_t hash;
    enum dns_type type;
};

/* A name is the same in any case, and with a dot behind it. */
static bool
key_of(const char *name, enum dns_type type, struct key *k)
{
    size_t n = strlen(name);

    n -= n > 0 && name[n - 1] == '.';
    if (n == 0 || n > sizeof k->name)
        return false;
    k->len = (uint16_t)n;
    k->type = type;
    k->hash = 2166136261u ^ (uint32_t)type;
    for (size_t i = 0; i < n; i++) {
        char c = name[i];
        k->name[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        k->hash = (k->hash ^ (unsigned char)k->name[i]) * 16777619u;
    }
    return true;
}

static bool
is_of(const struct entry *e, const struct key *k)
{
    return e->hash == k->hash && e->type == k->type && e->name_len == k->len &&
           memcmp(e->data, k->name, k->len) == 0;
}

/* ---------------------------------------------------------------- writing */

static bool
add(struct entry *e, const void *p, size_t n)
{
    if (n > sizeof e->data - e->used)
        return false;
    if (n > 0)
        memcpy(e->data + e->used, p, n);
    e->used = (uint16_t)(e->used + n);
    return true;
}

static bool
fill(struct entry *e, const struct key *k, const struct dns_answer *answer)
{
    *e = (struct entry){.ends = when_mono() + (int64_t)answer->ttl * 1000,
                        .hash = k->hash,
                        .type = (uint16_t)k->type,
                        .status = (uint16_t)answer->status,
                        .secure = answer->secure,
                        .name_len = k->len,
                        .n = (uint16_t)answer->n};
    if (!add(e, k->name, k->len))
        return false;
    for (int i = 0; i < answer->n; i++) {
        const struct dns_record *r = &answer->records[i];
        uint16_t head[2] = {(uint16_t)r->preference, (uint16_t)r->len};
        if (r->len > UINT16_MAX || !add(e, head, sizeof head) || !add(e, r->data, r->len))
            return false;
    }
    return true;
}

/* Its own one, or the one that ends first. */
static struct slot *
slot_for(const struct key *k)
{
    struct slot *bucket = slots + k->hash % BUCKETS * WAYS, *best = bucket;

    for (int i = 0; i < WAYS; i++) {
        if (is_of(&bucket[i].e, k))
            return &bucket[i];
        if (bucket[i].e.ends < best->e.ends)
            best = &bucket[i];
    }
    return best;
}

void
dns_shared_put(const char *name, enum dns_type type, const struct dns_answer *answer)
{
    struct entry e;
    struct slot *s;
    struct key k;
    uint32_t turn;

    if (!slots || answer->status == DNS_TEMPERROR || answer->ttl == 0 || !key_of(name, type, &k) ||
        !fill(&e, &k, answer))
        return;
    pthread_mutex_lock(&writing);
    s = slot_for(&k);
    turn = atomic_load_explicit(&s->turn, memory_order_relaxed) | 1;
    atomic_store_explicit(&s->turn, turn, memory_order_relaxed);
    atomic_thread_fence(memory_order_release);
    memcpy(&s->e, &e, offsetof(struct entry, data) + e.used);
    atomic_store_explicit(&s->turn, turn + 1, memory_order_release);
    pthread_mutex_unlock(&writing);
}

/* ---------------------------------------------------------------- reading */

static bool
copy(struct slot *s, const struct key *k, struct entry *e)
{
    uint32_t turn = atomic_load_explicit(&s->turn, memory_order_acquire);
    size_t used;

    if (turn % 2 || s->e.hash != k->hash)
        return false;
    memcpy(e, &s->e, offsetof(struct entry, data));
    used = e->used;
    if (used > sizeof e->data || used < e->name_len)
        return false;
    memcpy(e->data, s->e.data, used);
    atomic_thread_fence(memory_order_acquire);
    return atomic_load_explicit(&s->turn, memory_order_relaxed) == turn && is_of(e, k);
}

static bool
read_records(struct arena *a, const struct entry *e, struct dns_answer *out)
{
    struct dns_record *list = arena_calloc(a, e->n, sizeof *list);
    size_t at = e->name_len;
    uint16_t head[2];

    out->records = list;
    for (; out->n < e->n; out->n++) {
        if (e->used - at < sizeof head)
            return false;
        memcpy(head, e->data + at, sizeof head);
        at += sizeof head;
        if (e->used - at < head[1])
            return false;
        list[out->n] =
            (struct dns_record){.preference = head[0],
                                .data = arena_memdup(a, e->data + at, head[1]), /* a NUL follows */
                                .len = head[1]};
        at += head[1];
    }
    return true;
}

bool
dns_shared_get(struct arena *a, const char *name, enum dns_type type, struct dns_answer *out)
{
    struct slot *bucket;
    struct entry e;
    struct key k;
    int64_t now;

    if (!slots || !key_of(name, type, &k))
        return false;
    bucket = slots + k.hash % BUCKETS * WAYS;
    now = when_mono();
    for (int i = 0; i < WAYS; i++) {
        if (!copy(&bucket[i], &k, &e) || e.ends <= now || e.status > DNS_TEMPERROR)
            continue;
        *out = (struct dns_answer){.status = (enum dns_status)e.status,
                                   .secure = e.secure != 0,
                                   .ttl = (uint32_t)((e.ends - now + 999) / 1000)};
        return read_records(a, &e, out);
    }
    return false;
}
