/* What changes in the header of mail that passes. */
#ifndef SEKISHO_INTAKE_EDIT_H
#define SEKISHO_INTAKE_EDIT_H

struct ending;

/* Recipients who do not get it are removed, fields in our name that came from outside, too. What
 * depends on the recipient's rule (fields of authentication, the tag) is that of the first recipient
 * who gets it: all copies of a message are the same. A tag that any of them wants is there. None of it
 * when copies go to several organisations: no organisation's rule changes the mail of another. */
void intake_edit(struct ending *x);

#endif
