/*
 * One line per event on standard error, JSON: {"at":"...","level":"info","event":"scan.done",...}.
 * Control bytes and invisible or bidirectional characters are escaped, so no field can start a new
 * line or disturb a terminal (T-W17).
 */
#ifndef SEKISHO_EVLOG_H
#define SEKISHO_EVLOG_H

enum evlog_level { EVLOG_DEBUG, EVLOG_INFO, EVLOG_WARN, EVLOG_ERROR };

/* program is repeated in each line ("engine.gate"). Level from settings, if they are loaded. */
void evlog_init(const char *program);
/* Pairs of name and text, ended by NULL: evlog(EVLOG_INFO, "scan.done", "queue_id", id, NULL).
 * A NULL text is written as null. Any thread may call it; one write(2) per line. */
void evlog(enum evlog_level level, const char *event, ...) __attribute__((sentinel));

#endif
