/*
 * Archives whose encryption libarchive cannot read: with a password that fits (passwords.h), the same archive without
 * encryption is made in memory.
 * To add one: a line in archive_crypt.c.
 */
#ifndef SEKISHO_ARCHIVE_CRYPT_H
#define SEKISHO_ARCHIVE_CRYPT_H

#include <stddef.h>

#include "archive_kind.h"

struct content;
struct content_file;

struct archive_plain {
    unsigned char *p; /* NULL: none */
    size_t n;
    size_t held; /* content_hold() */
};

enum archive_crypt {
    ARCHIVE_CRYPT_NONE,   /* not encrypted, or in a way that libarchive reads or reports */
    ARCHIVE_CRYPT_OPENED, /* *out is to be read in place of f; archive_plain_drop() */
    ARCHIVE_CRYPT_LOCKED /* no password fits: it was reported; what is not encrypted in it can be read */
};

/* f, an archive of that kind, which is open (content_open()). */
enum archive_crypt archive_crypt(struct content *c, const struct content_file *f,
                                 enum archive_kind kind, struct archive_plain *out);
void archive_plain_drop(struct content *c, const struct content_file *f, struct archive_plain *x);

#endif
