/*
 * How somebody writes, as numbers (F26): what a high-profile user's own mails have in common, so that a mail in his name
 * that is written otherwise can be told, even when it comes from his own mailbox.
 *
 * Nothing of what is said is in them, only how: lengths, marks, scripts, the commonest words. Pure.
 */
#ifndef SEKISHO_STYLE_H
#define SEKISHO_STYLE_H

#include <stdbool.h>
#include <stddef.h>

#define STYLE_FEATURES 24
#define STYLE_MAILS 10     /* that a person's style must have been learned from */
#define STYLE_MAILS_ALL 30 /* ... and that of everybody in the organisation */
#define STYLE_DIFFERS \
    1.4 /* from which on a mail is somebody else's; style.c says what that is worth */

/* What he wrote himself, without what he quotes; false: too short to say anything. n bytes of UTF-8. */
bool style_measure(const char *text, size_t n, double out[STYLE_FEATURES]);

/* Mean and sum of squared differences of mails (Welford), as writing_style_note() in sql/migrations adds them up. */
struct style {
    int mails;
    double mean[STYLE_FEATURES], m2[STYLE_FEATURES];
};
/*
 * How much farther a mail is from his style than from everybody's: 1 is as far. 0: not enough is known of one of them.
 */
double style_differs(const struct style *his, const struct style *everybody,
                     const double x[STYLE_FEATURES]);

#endif
