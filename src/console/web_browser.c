#include "web_browser.h"

#include <string.h>

#include "../common/token.h"
#include "web_core.h"
#include "web_input.h"

#define SECONDS 3600 /* longer than a link is good for */

const unsigned char *
web_browser(struct web_req *r, bool make)
{
    const char *name = web_site.secure ? "__Host-sekisho-browser" : "sekisho-browser";
    const char *value = web_cookie(r->a, r->state->head->cookie, name);
    unsigned char *hash = arena_alloc(r->a, 32);

    if (!value || strlen(value) != 43) {
        if (!make)
            return NULL;
        value = token_text(r->a, 32);
    }
    if (make)
        web_set_cookie(r, name, value, SECONDS, true);
    token_sha256(value, strlen(value), hash);
    return hash;
}
