/* What a page's content draws: text, and filled squares, which may be a QR code. */
#ifndef SEKISHO_PDF_PAGE_H
#define SEKISHO_PDF_PAGE_H

#include <stddef.h>

struct arena;
struct buf;
struct qr_place;

/* One content stream: its text in simple encodings goes to out; squares are looked at as a picture. */
void pdf_page(struct arena *a, const char *p, size_t n, struct buf *out, const struct qr_place *at);

#endif
