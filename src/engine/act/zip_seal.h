/* Bytes in a ZIP file that needs a password (AES-256, as WinZip and 7-Zip have it), so that nothing on the way, a browser least
 * of all, opens what may be dangerous (T-W20). */
#ifndef SEKISHO_ZIP_SEAL_H
#define SEKISHO_ZIP_SEAL_H

#include <stddef.h>

struct arena;
struct err;

/* name: of the one file in it. *zip lives as long as the arena. -1: ERR_ENV. */
int zip_seal(struct arena *a, const char *name, const void *p, size_t n, const char *password,
             unsigned char **zip, size_t *len, struct err *e);

#endif
