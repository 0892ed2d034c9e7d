/*
 * Writing style (F26): whether a mail in the name of a high-profile user is written as he writes, and learning how that is.
 * What it costs a mail of other people: nothing.
 */
#ifndef SEKISHO_INTAKE_STYLE_H
#define SEKISHO_INTAKE_STYLE_H

struct ending;

/* Behind the worker: adds a finding of kind "style" when it is not his. Without an answer of the database the mail goes on. */
void intake_style(struct ending *x);
/* After the message is stored: what is certainly his goes to the gate's writer. */
void intake_style_note(const struct ending *x);

#endif
