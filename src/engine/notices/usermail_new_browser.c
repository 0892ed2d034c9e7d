/* Somebody signed in from a browser in which this account was not signed in before. params: agent, ip, at (ms). */
#include "../../common/device.h"
#include "../../common/jsonx.h"
#include "usermail.h"

/* "Firefox on Windows", or as much of it as the browser said. */
static const char *
device(struct usermail *m)
{
    const char *agent = jsonx_str(m->params, "agent"), *browser, *system;

    device_words(agent ? agent : "", &browser, &system);
    if (browser && system)
        return TF(T("{browser} on {system}"), "browser", browser, "system", system);
    return browser ? browser : system ? system : T("Unknown device");
}

int
usermail_new_browser(struct usermail *m, struct err *e)
{
    const char *ip = jsonx_str(m->params, "ip");

    (void)e;
    letter_subject(m->letter, T("Sign-in from a new device"));
    letter_title(m->letter, T("Sign-in from a new device"));
    letter_text(m->letter,
                TF(T("Somebody signed in to your account with {device} from the address {ip}."),
                   "device", device(m), "ip", letter_line(m->a, ip ? ip : "", 64)));
    letter_text(m->letter, T("If it was you, there is nothing to do. If not, change your password "
                             "and sign out all other devices."));
    letter_button(m->letter, T("See where you are signed in"), "/settings/security");
    return 0;
}
