/* The end of digests by a link. */
#ifndef SEKISHO_PG_UNSUBSCRIBE_H
#define SEKISHO_PG_UNSUBSCRIBE_H

struct pg_unsubscribe_view {
    const char *result; /* ok, done, denied, or the link is good no more */
    const char *address, *path, *lang;
};

#endif
