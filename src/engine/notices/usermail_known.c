/* Somebody asked to register an address that has an account. No params. */
#include "usermail.h"

int
usermail_known(struct usermail *m, struct err *e)
{
    struct letter *l = m->letter;

    (void)e;
    letter_subject(l, T("You already have an account"));
    letter_title(l, T("You already have an account"));
    letter_text(l, T("Somebody asked to register this address. It has an account already, so "
                     "nothing was changed."));
    letter_button(l, T("Sign in"), "/signin");
    letter_text(l, T("If you forgot your password, the page for signing in has a link for that."));
    return 0;
}
