/*
 * Asking for a mail without being signed in. Whatever the address is, the page does the same work, gives the
 * same answer, and knows nothing more (T-W9): what was asked is written down, and the engine's job finds out
 * whether a mail comes of it.
 */
#include "pg_ask.h"

#include <string.h>

#include "../../common/addr.h"
#include "../../common/settings.h"
#include "../../store/store_proof.h"
#include "../ui.h"
#include "../view.h"
#include "../web_browser.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

const struct field ask_fields[] = {
    {"address", FIELD_TEXT, 320, true, NULL},
    {"lang", FIELD_TEXT, 15, false, NULL},
    FIELDS_END,
};

static const char *const kinds[] = {"register", "reset", "link"};

static int
form(struct web_req *r, enum pg_ask_kind kind, int status, const char *problem)
{
    const char *lang = *in_text(r, "lang") ? in_text(r, "lang") : r->lang;
    t_ask(r, &(struct pg_ask_view){kind, in_text(r, "address"), lang, problem});
    return reply_page(r, status);
}

static int
ask(struct web_req *r, enum pg_ask_kind kind)
{
    struct addr a;
    const char *lang = *in_text(r, "lang") ? in_text(r, "lang") : r->lang;
    int wait = 0;

    ui_check_language(r, "lang");
    if (!in_error_of(r, "address") && addr_parse(r->a, in_text(r, "address"), &a, NULL))
        in_error(r, "address", N_("Enter an address such as name@example.com"));
    if (!in_ok(r))
        return form(r, kind, 422, NULL);
    if (store_proof_ask(r->db, r->a, kinds[kind], a.key, lang,
                        kind == ASK_LINK ? web_browser(r, true) : NULL, r->client_ip,
                        (int)settings_int(SET_asks_per_address), &wait, &r->err))
        return -1;
    if (wait)
        return form(r, kind, 429,
                    TF(TN("Too many tries. Wait {n} second, then try again.",
                          "Too many tries. Wait {n} seconds, then try again.", wait),
                       "n", view_int(r, wait)));
    t_ask_sent(r, &(struct pg_ask_view){kind, in_text(r, "address"), lang, NULL});
    return reply_page(r, 200);
}

int
pg_register_form(struct web_req *r)
{
    return form(r, ASK_REGISTER, 200, NULL);
}

int
pg_register(struct web_req *r)
{
    return ask(r, ASK_REGISTER);
}

int
pg_forgot_form(struct web_req *r)
{
    return form(r, ASK_RESET, 200, NULL);
}

int
pg_forgot(struct web_req *r)
{
    return ask(r, ASK_RESET);
}

int
pg_signin_mail(struct web_req *r)
{
    return ask(r, ASK_LINK);
}
