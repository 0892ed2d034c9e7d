/* The master key: 32 raw bytes in var/key/master.key; it seals the body keys of organisations. */
#ifndef SEKISHO_MASTER_KEY_H
#define SEKISHO_MASTER_KEY_H

struct err;

/* -1 and ERR_ENV "master-key" when the file is missing, too open, or not 32 bytes. Called as root
 * or as its owner. */
int master_key_read(unsigned char out[32], struct err *e);

#endif
