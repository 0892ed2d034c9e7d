/*
 * To those who decide: somebody asks for held mail (N8, P5). params: request, by, mailbox, sender, subject, kind, note,
 * reminder. The link leads to the console, where they sign in: the mail itself decides nothing (T-L1).
 */
#include "usermail_held.h"

int
usermail_request_new(struct usermail *m, struct err *e)
{
    const char *request = jsonx_str(m->params, "request"), *note = held_text(m, "note", 200);
    bool again = jsonx_bool(m->params, "reminder", false);
    struct letter *l = m->letter;

    if (!request || !token_is_uuid(request))
        return err_set(e, ERR_INPUT, "params", "no request");
    letter_subject(l, again ? T("Still waiting: a request to deliver a held message")
                            : T("A request to deliver a held message"));
    letter_title(l, again ? T("A request is still waiting for your decision")
                          : T("Somebody asks you to deliver a held message"));
    letter_fact(l, T("Who asks"), held_text(m, "by", 320));
    letter_fact(l, T("Mailbox"), held_text(m, "mailbox", 320));
    held_facts(m);
    if (*note)
        letter_fact(l, T("Why"), note);
    letter_facts_end(l);
    letter_button(l, T("Look at the request"), arena_printf(m->a, "/requests/%s", request));
    letter_small(l, T("You sign in first. Opening the link decides nothing."));
    return 0;
}
