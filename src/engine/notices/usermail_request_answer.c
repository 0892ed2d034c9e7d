/* To who asked: what became of the request (N8, M2). params: request, state, sender, subject, mailbox, answer. */
#include "usermail_held.h"

int
usermail_request_answer(struct usermail *m, struct err *e)
{
    const char *state = jsonx_str(m->params, "state"), *answer = held_text(m, "answer", 500);
    struct letter *l = m->letter;

    if (!state)
        return err_set(e, ERR_INPUT, "params", "no state");
    if (strcmp(state, "approved") == 0) {
        letter_subject(l, T("Your request was approved"));
        letter_title(l, T("Your request was approved"));
        letter_text(l, T("The message is on its way to your inbox. It is checked once more and "
                         "arrives in about a minute."));
    } else if (strcmp(state, "declined") == 0) {
        letter_subject(l, T("Your request was declined"));
        letter_title(l, T("Your request was declined"));
        letter_text(l, T("The message stays held."));
    } else {
        letter_subject(l, T("Your request is over"));
        letter_title(l, T("Your request is over"));
        letter_text(l, T("The message was handled otherwise before anybody decided."));
    }
    held_facts(m);
    if (*answer)
        letter_fact(l, T("Answer"), answer);
    letter_facts_end(l);
    letter_button(l, T("See your requests"), "/requests");
    return 0;
}
