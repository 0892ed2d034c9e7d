#include "usermail_held.h"

#define N_(s) (s)

/* The words of src/console/kinds.def. */
static const struct {
    const char *kind, *word;
} words[] = {
    {"spam", N_("Spam")},
    {"graymail", N_("Newsletter")},
    {"phishing", N_("Phishing")},
    {"impersonation", N_("Impersonation")},
    {"malware", N_("Malware")},
    {"unverified", N_("Sender not verified")},
    {"blocked", N_("Blocked sender")},
    {"content", N_("Content rule")},
    {"unscannable", N_("Not scanned")},
};

const char *
held_text(const struct usermail *m, const char *name, size_t max)
{
    const char *s = jsonx_str(m->params, name);

    return s ? letter_quote(m->a, s, max) : "";
}

void
held_facts(struct usermail *m)
{
    const char *sender = held_text(m, "sender", 320), *subject = held_text(m, "subject", 200);
    const char *kind = jsonx_str(m->params, "kind");

    letter_fact(m->letter, T("Sender"), *sender ? sender : T("(no sender)"));
    letter_fact(m->letter, T("Subject"), *subject ? subject : T("(no subject)"));
    for (size_t i = 0; kind && i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].kind, kind) == 0)
            letter_fact(m->letter, T("Held as"), T(words[i].word));
}
