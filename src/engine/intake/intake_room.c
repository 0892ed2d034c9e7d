#include "intake_room.h"

#include <stdio.h>

#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/when.h"

#define LOG_MS 10000

struct turned_away room_full;
static _Atomic int64_t used;

static int64_t
limit_for(int64_t n)
{
    int64_t all = settings_int(SET_intake_memory);

    return n > ROOM_SMALL ? all - all / 8 : all;
}

bool
room_take(int64_t n, int64_t have)
{
    int64_t before = atomic_load(&used), limit = limit_for(have + n);

    do {
        /* A message that is alone may pass the limit, or a large one could never be sealed. */
        if (before + n > limit && before != have)
            return false;
    } while (!atomic_compare_exchange_weak(&used, &before, before + n));
    return true;
}

void
room_give(int64_t n)
{
    atomic_fetch_sub(&used, n);
}

bool
room_for(int64_t n)
{
    int64_t now = atomic_load(&used);

    return now == 0 || now + n <= limit_for(n);
}

int64_t
room_used(void)
{
    return atomic_load(&used);
}

void
turned_away(struct turned_away *t, const char *event)
{
    int64_t now = when_mono(), last = atomic_load(&t->logged_at);
    char count[16], total[16];

    atomic_fetch_add(&t->n, 1);
    atomic_fetch_add(&t->total, 1);
    if ((last && now - last < LOG_MS) ||
        !atomic_compare_exchange_strong(&t->logged_at, &last, now ? now : 1))
        return;
    (void)snprintf(count, sizeof count, "%d", atomic_exchange(&t->n, 0));
    (void)snprintf(total, sizeof total, "%d", atomic_load(&t->total));
    evlog(EVLOG_WARN, event, "count", count, "since_start", total, NULL);
}
