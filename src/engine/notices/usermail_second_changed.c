/*
 * What an account proves at sign-in was changed, by its owner or, "removed", by an administrator. params: what, one of
 * the table below; at (ms); name of the passkey; agent and ip of the owner's browser, "" for an administrator's.
 */
#include <string.h>

#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/local_format.h"
#include "../../store/store_user_mail.h"
#include "usermail_device.h"

#define N_(s) (s)

static const struct change {
    const char *what, *title, *text;
} changes[] = {
    {"on", N_("The second step was turned on"),
     N_("Signing in to your account now takes a code from an authenticator app, too.")},
    {"off", N_("The second step was turned off"),
     N_("Signing in to your account takes your password alone again.")},
    {"codes", N_("New recovery codes were made"),
     N_("The recovery codes of your account were made anew. The old ones no longer work.")},
    {"passkey_added", N_("A passkey was added"),
     N_("The passkey {name} can now be used to sign in to your account.")},
    {"passkey_deleted", N_("A passkey was deleted"),
     N_("The passkey {name} no longer signs in to your account.")},
    {"removed", N_("Your second step was removed by an administrator"),
     N_("An administrator removed the second step and the passkeys of your account, and signed you "
        "out everywhere. Your password alone is enough to sign in now.")},
};

static const struct change *
find(const char *what)
{
    for (size_t i = 0; what && i < sizeof changes / sizeof *changes; i++)
        if (!strcmp(changes[i].what, what))
            return &changes[i];
    return NULL;
}

static void
facts(struct usermail *m, bool owner)
{
    const int64_t at = jsonx_int(m->params, "at", m->now);

    letter_fact(m->letter, T("Time"),
                local_time_as(m->a, i18n_lang(m->cat), m->tz, m->row->date_style, at, "yMMMEdHmz"));
    if (!owner)
        return;
    letter_fact(m->letter, T("Device"), usermail_device(m));
    if (*usermail_client(m))
        letter_fact(m->letter, T("Address"), usermail_client(m));
}

int
usermail_second_changed(struct usermail *m, struct err *e)
{
    const struct change *x = find(jsonx_str(m->params, "what"));
    const char *name = jsonx_str(m->params, "name");

    if (!x)
        return err_set(e, ERR_INPUT, "mail-params", "no such change of the second step");
    const bool owner = strcmp(x->what, "removed") != 0;
    letter_subject(m->letter, T(x->title));
    letter_title(m->letter, T(x->title));
    letter_text(m->letter, TF(T(x->text), "name", letter_quote(m->a, name ? name : "", 60)));
    facts(m, owner);
    if (owner)
        letter_text(
            m->letter,
            T("If it was you, there is nothing to do. If not, change your password at once, "
              "sign out all other devices, and tell your administrator."));
    else
        letter_text(m->letter, T("If you did not ask for this, tell your administrator at once. "
                                 "Set up the second step again as soon as you can."));
    letter_button(m->letter, T("See how you sign in"), "/settings/security");
    return 0;
}
