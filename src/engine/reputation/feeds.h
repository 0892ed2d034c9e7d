/*
 * All feeds under var/feeds, as the gate uses them. The folder is looked at once a second at most; when it changed, the
 * files are mapped anew. A snapshot never changes. Any thread.
 */
#ifndef SEKISHO_FEEDS_H
#define SEKISHO_FEEDS_H

#include <stdint.h>

#include "feed.h"

struct arena;
struct feeds;

#define FEEDS_MAX 64
#define FEEDS_LOOK_MS 1000

struct feed_set {
    int n;
    struct feed feed[FEEDS_MAX]; /* by name */
};

/* Nothing is opened yet. */
struct feeds *feeds_new(const char *dir);
void feeds_free(struct feeds **f);
/* Until the arena ends. Never NULL; a file that cannot be used is logged once and left out. */
const struct feed_set *feeds_get(struct feeds *f, struct arena *a);

/* The set as it is now, for the command; damaged files are left out and counted in *damaged (may be NULL). */
const struct feed_set *feeds_read(struct arena *a, const char *dir, int *damaged);

#endif
