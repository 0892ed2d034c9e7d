/*
 * Passwords to try on encrypted files (file password analysis): what stands in the mail, behind words like "password" in the languages that we know, then in
 * subject, names of files and text. What stands in parts behind the file is not known yet when it is looked at.
 */
#ifndef SEKISHO_CANDIDATES_H
#define SEKISHO_CANDIDATES_H

struct content;
struct content_file;

#define CANDIDATES_CHEAP 100 /* where a try costs nearly nothing: zip */
#define CANDIDATES 20        /* where it costs tens of milliseconds: Office */

/* In the order in which they are worth a try; n of them, at most so many, in the message's arena. */
const char *const *candidates(struct content *c, int most, int *n);
/* f was encrypted and one of them opened it: its part says so. */
void candidates_opened(struct content *c, const struct content_file *f);

#endif
