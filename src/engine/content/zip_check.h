/*
 * A zip says twice what is in it: in front of each member and in the directory at its end. Programs believe one or the
 * other; where they differ, one program shows what another did not scan (T-A5). APPNOTE.TXT 6.3.9, sections 4.3 and 4.5.
 */
#ifndef SEKISHO_ZIP_CHECK_H
#define SEKISHO_ZIP_CHECK_H

#include <stddef.h>

/* What differs, a few words for developers (pages show the name of the file), static; NULL: nothing. Linear in n, whatever the tables say. */
const char *zip_check(const unsigned char *p, size_t n);

#endif
