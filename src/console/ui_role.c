/* Roles in words, for pages about people and for "you may not do this" (ux.md 4.10). */
#include "ui.h"

#include <string.h>

#include "view.h"
#include "web_req.h"

static const struct {
    enum role bit;
    const char *role, *word;
} words[] = {
    {ROLE_OWNER, "owner", N_("Owner")},
    {ROLE_DOMAIN_ADMIN, "domain_admin", N_("Domain admin")},
    {ROLE_HELP_DESK, "help_desk", N_("Help desk")},
    {ROLE_AUDITOR, "auditor", N_("Auditor")},
    {ROLE_USER, "user", N_("User")},
    {ROLE_OPERATOR, "operator", N_("Operator")},
};

const char *
ui_role_word(struct web_req *r, const char *role)
{
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(role, words[i].role) == 0)
            return T(words[i].word);
    return role;
}

const char *
ui_role_words(struct web_req *r, unsigned roles)
{
    const char *list = "";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (roles & words[i].bit)
            list = *list ? TF(TC("list", "{these}, {next}"), "these", list, "next", T(words[i].word)) : T(words[i].word);
    return list;
}
