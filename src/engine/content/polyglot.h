/*
 * Files that are two things at once (T-A7): programs that read them differ in what they see. Each view is looked at: by
 * archive_kind.h, by the looks that ask here, and by look_behind.c. What no honest program writes is said, too.
 *
 * Not a polyglot is what honest programs do write: a document with a zip inside, a self-extracting program, a PDF with
 * blanks or a mail header in front, a picture with a film or a preview behind it.
 */
#ifndef SEKISHO_POLYGLOT_H
#define SEKISHO_POLYGLOT_H

#include <stdbool.h>
#include <stddef.h>

struct content_file;

/* What f is besides its true type: "zip", "pdf" ..., static; "": nothing. Linear. */
const char *polyglot_second(const struct content_file *f);
/* A picture, sound or film with a page or a script in it, which browsers and script hosts would run. */
bool polyglot_page(const struct content_file *f);
bool polyglot_script(const struct content_file *f);

#define POLYGLOT_BEHIND 3
/* Archives that begin behind the first byte of something that is none: places, at most POLYGLOT_BEHIND. */
int polyglot_behind(const struct content_file *f, size_t at[POLYGLOT_BEHIND]);

#endif
