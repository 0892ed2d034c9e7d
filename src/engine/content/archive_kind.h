/* Which formats of archives bytes may be, a zip also behind other bytes: a file can be several. What else stands
 * behind other bytes is found by polyglot.h. */
#ifndef SEKISHO_ARCHIVE_KIND_H
#define SEKISHO_ARCHIVE_KIND_H

#include <stdbool.h>
#include <stddef.h>

enum archive_kind {
    ARCHIVE_ZIP,
    ARCHIVE_7Z,
    ARCHIVE_RAR,
    ARCHIVE_CAB,
    ARCHIVE_LHA,
    ARCHIVE_AR,
    ARCHIVE_XAR,
    ARCHIVE_ISO,
    ARCHIVE_CPIO,
    ARCHIVE_TAR,
    ARCHIVE_PACKED /* one compressed file, often a tar: gzip, bzip2, xz, lzma, lzip, lz4, zstd, compress */
};

/* Bits (1u << kind); 0: none. name: only for formats without a mark of their own (.lzma, old .tar, .iso). */
unsigned archive_kinds(const unsigned char *p, size_t n, const char *name);
/* Those of them that it is surely meant to be: the mark is where it should be. */
unsigned archive_begins(const unsigned char *p, size_t n);
/* A disk image with two tables of contents, ISO 9660 and UDF: Windows shows the one that libarchive cannot read. */
bool archive_two_disks(const unsigned char *p, size_t n);

#endif
