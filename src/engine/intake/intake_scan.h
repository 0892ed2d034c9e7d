/*
 * Looking at a message: scan worker, clamd and, for mail from outside, DNS.
 */
#ifndef SEKISHO_INTAKE_SCAN_H
#define SEKISHO_INTAKE_SCAN_H

struct ending;

/* Fills x->msg and x->j.auth. -1: refused (ending_refuse()). */
int intake_scan(struct ending *x);

#endif
