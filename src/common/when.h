/*
 * Clocks and durations. Time-outs use the monotonic clock, stored times the wall clock in
 * milliseconds since 1970 UTC. Tests set the wall clock with when_freeze().
 */
#ifndef SEKISHO_WHEN_H
#define SEKISHO_WHEN_H

#include <stdint.h>

struct arena;

int64_t when_now(void);  /* ms, wall clock */
int64_t when_mono(void); /* ms, never goes back */
int64_t when_mono_us(void);
void when_freeze(int64_t ms); /* -1: run again */

/* RFC 3339 with Z and milliseconds: 2026-11-24T08:50:12.345Z */
char *when_rfc3339(struct arena *a, int64_t ms);
/* Reads RFC 3339 (any offset, 0-9 fraction digits). 0 on success, -1 otherwise. */
int when_parse(const char *s, int64_t *ms);

#endif
