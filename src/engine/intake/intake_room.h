/*
 * Memory for messages: all sessions together hold at most intake_memory bytes in memfds and in what
 * it takes to seal held ones. What does not fit is refused for now (452): the sender keeps it, and
 * the machine goes on.
 *
 * Large messages leave an eighth of it free, so that a few slow ones do not stop all other mail.
 */
#ifndef SEKISHO_INTAKE_ROOM_H
#define SEKISHO_INTAKE_ROOM_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define ROOM_SMALL (1024 * 1024) /* a message up to this may take the last eighth */

/* n more bytes for a message that has `have` already. false: nothing was taken. */
bool room_take(int64_t n, int64_t have);
void room_give(int64_t n);
/* Would a message of n bytes fit now? */
bool room_for(int64_t n);
int64_t room_used(void);

/* Counts what was turned away, and logs it at once, then at most once in ten seconds. Any thread.
 */
struct turned_away {
    atomic_int n; /* not logged yet */
    _Atomic int64_t logged_at;
    atomic_int total;
};
void turned_away(struct turned_away *t, const char *event);
/* Sessions and messages that found no room. */
extern struct turned_away room_full;

#endif
