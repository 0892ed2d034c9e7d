/*
 * One thread of the gate that brings to the database what no sender should wait for: refusals at
 * once, counts each second.
 */
#ifndef SEKISHO_GATE_WRITER_H
#define SEKISHO_GATE_WRITER_H

struct gate;
struct gate_writer;

struct gate_writer *gate_writer_start(struct gate *g);
/* Writes what is left, as far as the database lets it, and ends the thread. */
void gate_writer_stop(struct gate_writer **w);

#endif
