/* Sockets and threads of the milter: one thread per session of Postfix. */
#ifndef SEKISHO_MILTER_SERVER_H
#define SEKISHO_MILTER_SERVER_H

struct err;
struct milter_callbacks;

/* A listening Unix socket, mode 0660, of Postfix's group when we are root. A stale one is replaced.
 * -1: ERR_ENV. */
int milter_listen(const char *path, struct err *e);
/* Accepts until SIGTERM, at most `most` sessions at once (the rest is closed at once: Postfix says
 * 4xx). Sessions that are open when it returns go on. SIGTERM must be blocked in all threads. */
void milter_serve(int listen_fd, const struct milter_callbacks *cb, int most);

#endif
