/*
 * Mails about an account: to activate it, to sign in, to set a new password, to link a mailbox. proof in
 * params: what the link proves (mail_proof). Its page shows what it is about and acts on a button only.
 */
#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "usermail.h"
#include "usermail_proof.h"

static int
with_link(struct usermail *m, const char *title, const char *text, const char *label,
          const char *path, struct err *e)
{
    const char *token;

    if (usermail_proof(m, &token, e) < 0)
        return -1;
    letter_subject(m->letter, title);
    letter_title(m->letter, title);
    letter_text(m->letter, text);
    letter_button(m->letter, label, arena_printf(m->a, "%s?t=%s", path, token));
    return 0;
}

static void
plain(struct usermail *m, const char *title, const char *text)
{
    letter_subject(m->letter, title);
    letter_title(m->letter, title);
    letter_text(m->letter, text);
}

/* params: proof */
int
usermail_register(struct usermail *m, struct err *e)
{
    if (with_link(m, T("Activate your account"),
                  T("Choose a password, and see the mail that is held for you."), T("Activate"),
                  "/activate", e) < 0)
        return -1;
    letter_small(m->letter, T("The link works once, within 24 hours. If you did not ask for it, "
                              "there is nothing to do."));
    return 0;
}

/* Somebody asked to register an address that has an account. No params. */
int
usermail_known(struct usermail *m, struct err *e)
{
    (void)e;
    plain(m, T("You already have an account"),
          T("Somebody asked to register this address. It has an account already, so nothing was "
            "changed."));
    letter_button(m->letter, T("Sign in"), "/signin");
    letter_text(m->letter,
                T("If you forgot your password, the page for signing in has a link for that."));
    return 0;
}

/* params: proof */
int
usermail_reset(struct usermail *m, struct err *e)
{
    if (with_link(m, T("Choose a new password"),
                  T("Somebody asked for a new password for this address."),
                  T("Choose a new password"), "/reset", e) < 0)
        return -1;
    letter_small(m->letter, T("The link works once, within one hour. If you did not ask for it, "
                              "your password stays as it is."));
    return 0;
}

/* An administrator's account is worth more than his mailbox. No params. */
int
usermail_reset_admin(struct usermail *m, struct err *e)
{
    (void)e;
    plain(m, T("Your password was not changed"),
          T("Somebody asked for a new password for this address. Passwords of administrators are "
            "not changed by e-mail: ask another administrator to set a new one."));
    return 0;
}

/* No params. */
int
usermail_password_changed(struct usermail *m, struct err *e)
{
    (void)e;
    plain(
        m, T("Your password was changed"),
        T("The password of your account was changed, and all other browsers were signed out. If it "
          "was not you, choose a new password at once and tell your administrator."));
    letter_button(m->letter, T("Choose a new password"), "/forgot");
    return 0;
}

/* params: proof */
int
usermail_link(struct usermail *m, struct err *e)
{
    if (with_link(m, T("Your link to sign in"),
                  T("Use this link in the browser in which you asked for it."), T("Sign in"),
                  "/signin/link", e) < 0)
        return -1;
    letter_small(m->letter, T("The link works once, within one hour. If you did not ask for it, "
                              "there is nothing to do."));
    return 0;
}

/* params: proof; account: address of who wants to have the mailbox */
int
usermail_mailbox(struct usermail *m, struct err *e)
{
    const char *account = jsonx_str(m->params, "account");

    if (with_link(
            m, T("Link this mailbox to an account"),
            TF(T("{account} asks to see the mail that is held for this mailbox. Go on only if "
                 "that is you."),
               "account", letter_line(m->a, account ? account : "", 320)),
            T("Link this mailbox"), "/settings/mailboxes/confirm", e) < 0)
        return -1;
    letter_small(m->letter, T("The link works once, within 24 hours. If you do not know this "
                              "address, there is nothing to do."));
    return 0;
}
