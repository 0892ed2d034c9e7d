/*
 * What `sekisho ledger` compares: by queue id, address and message, since equal numbers prove
 * nothing.
 */
#ifndef SEKISHO_CLI_LEDGER_H
#define SEKISHO_CLI_LEDGER_H

#include <stdbool.h>

#include "cli.h"
#include "store/store_ledger.h"

struct queued;

struct ledger_rows {
    struct store_ledger_row *list;
    int n;
};
struct ledger {
    struct cli *c;
    struct store_ledger db;
    struct ledger_rows absent;    /* queued, say the rows; not in the queue, says Postfix */
    struct ledger_rows elsewhere; /* in the queue, says Postfix; held or done with, say the rows */
    struct ledger_rows twice;     /* two messages claim the same place in the queue */
    struct ledger_rows unknown;   /* in the queue, says Postfix; no row knows of it */
    /* of the last try */
    struct arena *a;
    struct queued *queue;
    int nqueue;
};

/* Reads everything and compares. With first, the lists are what is wrong now; otherwise what
 * is still wrong of them. -1: l->c->err. */
int ledger_compare(struct ledger *l, bool first);

#endif
