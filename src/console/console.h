/*
 * Inside the console module: what the Kore-facing files share. Pages never include it.
 */
#ifndef SEKISHO_CONSOLE_H
#define SEKISHO_CONSOLE_H

#include <stdbool.h>

struct connection;
struct db;
struct err;

/* console_tls.c. Our own TLS on Kore's plain listener, since Kore 4.1's is broken with OpenSSL 3. */
/* As root, before the workers: reads certificate and key. Both empty: plain http. */
int console_tls_load(struct err *e);
/* true: the connection has to shake hands first. */
bool console_tls_accept(struct connection *c);
/* 1 done, 2 wait for more, 0 failed. */
int console_tls_shake(struct connection *c);

/* web_conn.c: deadlines; called each second. */
void web_conn_tick(void);

#endif
