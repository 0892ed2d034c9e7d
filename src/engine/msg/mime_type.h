/*
 * What the bytes say a file is (T-A7). An own table (mime_magic.def) instead of libmagic: that needs a database, takes
 * some 1 ms for each file, guesses at text, and does not say what packages of Office are.
 * To add a type: a line in mime_magic.def.
 */
#ifndef SEKISHO_MIME_TYPE_H
#define SEKISHO_MIME_TYPE_H

#include <stdbool.h>
#include <stddef.h>

/* From harmless to worst. */
enum file_class {
    FILE_UNKNOWN,
    FILE_TEXT,
    FILE_MEDIA, /* pictures, sound, films, fonts */
    FILE_DOCUMENT,
    FILE_PAGE, /* HTML, SVG: may run scripts in a browser */
    FILE_ARCHIVE,
    FILE_DISK,  /* images of disks, which systems open like a folder */
    FILE_MACRO, /* documents that may have macros */
    FILE_SHORTCUT,
    FILE_SCRIPT,
    FILE_PROGRAM, /* also packages that install programs */
};

/* n: the whole file if it is at hand (some are told by their end), else as much as there is. Static; "": not known. */
const char *mime_type_of(const unsigned char *p, size_t n);
/* Of a type that mime_type_of() returns, or that a mail declares. */
enum file_class mime_class(const char *type);
/* A zip by its inner form: a package of Office, OpenDocument, a jar ... */
bool mime_is_package(const char *type);
/* That mark of n bytes at the beginning is a word, and the bytes are text: "MSCF annual report", "070701;Miller". */
bool mime_only_text(const char *mark, size_t nmark, const unsigned char *p, size_t n);
/* A program of DOS or Windows begins here, as far as its header can be checked. */
bool mime_is_pe(const unsigned char *p, size_t n);

#endif
