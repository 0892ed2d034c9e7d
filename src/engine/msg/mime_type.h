/* What the first bytes say a file is. "" when they say nothing. */
#ifndef SEKISHO_MIME_TYPE_H
#define SEKISHO_MIME_TYPE_H

#include <stddef.h>

const char *mime_type_of(const unsigned char *p, size_t n);

#endif
