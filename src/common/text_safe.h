/* Text of mail, for people: on pages and in mails of ours. */
#ifndef SEKISHO_TEXT_SAFE_H
#define SEKISHO_TEXT_SAFE_H

struct arena;

/* One line of valid UTF-8: what hides or reorders text becomes U+FFFD, control bytes go, line ends become blanks. s may be
 * anything, NULL is "". */
char *text_safe(struct arena *a, const char *s);

#endif
