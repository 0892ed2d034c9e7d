/*
 * Who may do what, checked in one place, before any handler runs: session, role, form token, origin
 * of the request. Every default is "no" (T-I11).
 */
#include "web_core.h"

#include "../common/token.h"
#include "web_input.h"

#include <string.h>
#include <strings.h>

char *
web_token_make(struct arena *a, const unsigned char secret[32])
{
    unsigned char both[64];
    token_random(both, 32);
    for (int i = 0; i < 32; i++)
        both[32 + i] = both[i] ^ secret[i];
    return token_base64url(a, both, sizeof both);
}

bool
web_token_check(struct arena *a, const unsigned char secret[32], const char *token)
{
    size_t n = 0;
    if (!token || strlen(token) != 86)
        return false;
    unsigned char *both = token_unbase64url(a, token, &n), plain[32];
    if (!both || n != 64)
        return false;
    for (int i = 0; i < 32; i++)
        plain[i] = both[i] ^ both[32 + i];
    return token_equal(plain, secret, 32);
}

bool
web_from_us(const struct web_head *h)
{
    bool fetch = *h->sec_fetch_site != '\0', origin = *h->origin != '\0';
    if (fetch && strcmp(h->sec_fetch_site, "same-origin"))
        return false;
    /* With Referrer-Policy: no-referrer browsers send "null" for forms of our own pages, too. */
    if (origin && !strcmp(h->origin, "null"))
        return fetch;
    if (origin && !web_site_origin(h->origin, h->host))
        return false;
    return fetch || origin;
}

enum role
web_role(const char *name)
{
    static const struct {
        const char *name;
        enum role role;
    } roles[] = {{"operator", ROLE_OPERATOR}, {"owner", ROLE_OWNER},
                 {"domain_admin", ROLE_DOMAIN_ADMIN}, {"help_desk", ROLE_HELP_DESK},
                 {"auditor", ROLE_AUDITOR}, {"user", ROLE_USER}};
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (!strcmp(name, roles[i].name))
            return roles[i].role;
    return ROLE_NONE;
}

int
web_access(const struct web_req *r)
{
    if (r->route->roles & (ROLE_ANYONE | WEB_ROLES_LINK))
        return 0;
    if (!r->session.present)
        return 401;
    return r->session.role & r->route->roles ? 0 : 403;
}

bool
web_may_go_on(const struct web_req *r)
{
    static const char there[] = "/settings/security";
    return !r->session.must_enrol || (r->route->roles & ROLE_ANYONE) ||
           !strncmp(r->route->path, there, sizeof there - 1);
}

/* The language to show for a wish: en-GB gets en, pt-PT gets pt-BR. NULL: there is none, or not for
 * this program. */
static const char *
known(const char *lang)
{
    if (!lang || !*lang || strlen(lang) > 15)
        return NULL;
    const char *have = i18n_lang(i18n_find(lang));
    size_t n = strcspn(lang, "-");
    return !strncasecmp(have, lang, n) && (!have[n] || have[n] == '-') && i18n_offered(have) ? have : NULL;
}

/* The user's choice before the organisation's before the browser's (N14). Who chose a language that
 * the console does not have gets English there: that is not what others chose. */
void
web_language(struct web_req *r, const char *user, const char *org)
{
    const struct web_head *h = r->state->head;
    const char *lang = known(user);
    if (!lang && user && *user && !strcmp(i18n_lang(i18n_find(user)), user))
        lang = "en";
    if (!lang)
        lang = known(org);
    if (!lang && !r->session.present)
        lang = known(web_cookie(r->a, h->cookie, web_site.cookie_lang));
    if (!lang && *h->accept_language)
        lang = i18n_negotiate(h->accept_language);
    r->cat = i18n_find(lang ? lang : "en");
    r->lang = i18n_lang(r->cat);
}
