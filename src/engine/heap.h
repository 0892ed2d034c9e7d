/* How the engine's roles use the C library's heap. */
#ifndef SEKISHO_HEAP_H
#define SEKISHO_HEAP_H

/* Freed memory of messages goes back to the system at once, whichever thread had it. By itself the
 * library learns from large requests to keep up to 64 MB for each of its arenas. Call it before the
 * first thread. */
void heap_give_back(void);

#endif
