/* Somebody signed in from a browser in which this account was not signed in before. params: agent, ip, at (ms). */
#include "usermail_device.h"

int
usermail_new_browser(struct usermail *m, struct err *e)
{
    (void)e;
    letter_subject(m->letter, T("Sign-in from a new device"));
    letter_title(m->letter, T("Sign-in from a new device"));
    letter_text(m->letter,
                TF(T("Somebody signed in to your account with {device} from the address {ip}."),
                   "device", usermail_device(m), "ip", usermail_client(m)));
    letter_text(m->letter, T("If it was you, there is nothing to do. If not, change your password "
                             "and sign out all other devices."));
    letter_button(m->letter, T("See where you are signed in"), "/settings/security");
    return 0;
}
