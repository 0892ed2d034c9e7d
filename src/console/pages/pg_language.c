/* The language button of every page: one click, remembered, and back to where one was. */
#include "pages.h"

#include "../web_reply.h"
#include "../web_session.h"

const struct field pg_language_fields[] = {
    {.name = "lang", .kind = FIELD_TEXT, .max = 15, .required = true},
    {.name = "back", .kind = FIELD_TEXT, .max = REPLY_PATH_MAX},
    FIELDS_END,
};

int
pg_language(struct web_req *r)
{
    if (in_error_of(r, "lang") || web_set_language(r, in_text(r, "lang")))
        return r->err.cls == ERR_ENV ? -1 : reply_error(r, 422);
    return reply_redirect(r, reply_back_field(r, "back", "/"));
}
