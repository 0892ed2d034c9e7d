/* To who wanted it delivered: it turned out to be dangerous when it was looked at once more (T-L6). params: sender, subject,
 * mailbox, kind. */
#include "usermail_held.h"

int
usermail_rescan_held(struct usermail *m, struct err *e)
{
    struct letter *l = m->letter;

    (void)e;
    letter_subject(l, T("A message was not delivered: it is dangerous"));
    letter_title(l, T("A message was not delivered"));
    letter_text(l, T("You asked to have it delivered. It was checked once more before that, and "
                     "turned out to be dangerous by what is known today. It is held again."));
    held_facts(m);
    letter_facts_end(l);
    letter_button(l, T("See what is held for you"), "/");
    return 0;
}
