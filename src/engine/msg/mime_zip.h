/* Which kind of package a zip is, by the names in it: Office, OpenDocument, programs of Java, Android and Windows. */
#ifndef SEKISHO_MIME_ZIP_H
#define SEKISHO_MIME_ZIP_H

#include <stdbool.h>
#include <stddef.h>

/* Static; "application/zip" when it is none of them. */
const char *mime_zip(const unsigned char *p, size_t n);
/* Is there the end of a zip's directory in the last 64 KiB? Places: of its first byte, and behind its comment (at most
 * n). */
bool mime_zip_end(const unsigned char *p, size_t n, size_t *at, size_t *behind);

#endif
