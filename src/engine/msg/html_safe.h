/*
 * HTML of a mail rebuilt for the formatted preview (T-W2, A-7): nothing of the source is copied. Tags are read
 * (html_token.h), and what is on the list of html_safe.def is written anew: elements in right nesting, their attributes from
 * checked values, styles from parsed declarations (css_safe.h), texts escaped. So there is no script, no form, no frame, no SVG
 * or MathML, no style sheet, no class or id, no address that a browser could load or open. Links become text with the host that
 * they open behind it; pictures become boxes with their description and host. Linear in the input.
 */
#ifndef SEKISHO_HTML_SAFE_H
#define SEKISHO_HTML_SAFE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

#define HTML_SAFE_BYTES (360 * 1024) /* of output: what is behind is left out */
#define HTML_SAFE_DEPTH 100          /* open elements; text further inside is shown without them */

/* Appends to out. p: UTF-8. false: something was left out for its size. */
bool html_safe(struct buf *out, const char *p, size_t n);
/* Plain text in the same way: lines stay lines. */
bool html_safe_plain(struct buf *out, const char *p, size_t n);

#endif
