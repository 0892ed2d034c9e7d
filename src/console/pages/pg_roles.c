#include "pg_users.h"

#include <string.h>

#include "../view.h"

const char *
pg_role_word(struct web_req *r, const char *role)
{
    static const struct {
        const char *role, *word;
    } words[] = {
        {"operator", N_("Operator")},         {"owner", N_("Owner")},
        {"domain_admin", N_("Domain admin")}, {"help_desk", N_("Help desk")},
        {"auditor", N_("Auditor")},           {"user", N_("User")},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(role, words[i].role) == 0)
            return T(words[i].word);
    return role;
}
