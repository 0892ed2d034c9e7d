/* Passwords to try on encrypted documents. */
#ifndef SEKISHO_CANDIDATES_H
#define SEKISHO_CANDIDATES_H

struct content;
struct content_file;

#define CANDIDATES 20

/* In the order in which they are worth a try; n of them, in the message's arena. */
const char *const *candidates(struct content *c, int *n);
/* f was encrypted and one of them opened it: its part says so. */
void candidates_opened(struct content *c, const struct content_file *f);

#endif
