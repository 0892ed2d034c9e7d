/* Text parts: decoded, collected for the scanners, searched for addresses and for files inside. */
#ifndef SEKISHO_TEXTPART_H
#define SEKISHO_TEXTPART_H

#include <gmime/gmime.h>
#include <stddef.h>

struct part_bytes;
struct walk;

/* What each kind of text may have of MSG_TEXT_BYTES, so that none takes the room of another that comes behind it. Pages
 * may have all that is left. */
#define TEXTPART_PLAIN_BYTES (MSG_TEXT_BYTES / 8 * 5)
#define TEXTPART_FILE_BYTES (MSG_TEXT_BYTES / 4) /* attached text, all together */
#define TEXTPART_ONE_FILE (MSG_TEXT_BYTES / 8)
#define TEXTPART_ENOUGH (512 * 1024) /* of the beginning of a long text */
enum textpart_kind { TEXTPART_PLAIN, TEXTPART_HTML, TEXTPART_FILE };

/* How many of n bytes are read; less than n is an exception: "text-unread" when something may hide there, else
 * "text-too-long". */
size_t textpart_room(struct walk *w, enum textpart_kind kind, const char *id, size_t n);
/* A part of type text/..., whose content was kept as far as there is room. */
void textpart_read(struct walk *w, GMimePart *part, const char *id, const struct part_bytes *b);
/* Bytes that are shown as plain text though no part says so. */
void textpart_plain(struct walk *w, const char *p, size_t n, const char *id);

#endif
