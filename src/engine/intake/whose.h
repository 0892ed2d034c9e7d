/* Whose a client is, when the envelope does not say. */
#ifndef SEKISHO_WHOSE_H
#define SEKISHO_WHOSE_H

struct orgconf;

/* The organisation that has this address among its outbound servers, if it is only one; else the only one there is.
 * "": nobody knows. */
const char *whose_client(const struct orgconf *conf, const char *ip);

#endif
