/*
 * What the gate's threads leave for its writer (gate_writer.h): JSON objects, written in batches. Bounded:
 * what finds no place is counted and logged.
 */
#ifndef SEKISHO_GATE_QUEUE_H
#define SEKISHO_GATE_QUEUE_H

struct arena;
struct db;
struct err;
struct gate_queue;

/* Writes a JSON array of a batch. -1 and *e. */
typedef int gate_queue_write(struct db *db, struct arena *a, const char *list, struct err *e);

/* lost: event of the log when there is no room. */
struct gate_queue *gate_queue_new(int room, int batch, const char *lost, gate_queue_write *write);
void gate_queue_free(struct gate_queue **q);
/* Copied. Any thread; never waits for the database. */
void gate_queue_add(struct gate_queue *q, const char *object);
/* Writes one batch. 1: there is more, 0: done, -1: *e; then nothing is lost, unless the database would
 * never take it. One thread. */
int gate_queue_flush(struct gate_queue *q, struct db *db, struct err *e);

#endif
