#include "usermail.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../store/store_user_mail.h"

#define PARAMS_BYTES (1024 * 1024)
#define HELP_MAX 1000 /* characters: what the help desk's fields hold together (0035-help-contact.sql) */

static const struct {
    const char *name;
    int (*fill)(struct usermail *m, struct err *e);
    bool admin; /* links lead to the console */
} kinds[] = {
#define KIND(id) {#id, usermail_##id, false},
#define KIND_ADMIN(id) {#id, usermail_##id, true},
#include "usermail_kinds.def"
#undef KIND
};

static const char *
base_of(struct arena *a, const char *url, int port)
{
    size_t n = strlen(url);

    if (n == 0)
        return arena_printf(a, "http://%s:%d", settings_text(SET_bind), port);
    while (n > 0 && url[n - 1] == '/')
        n--;
    return arena_strndup(a, url, n);
}

const char *
usermail_base(struct arena *a)
{
    return base_of(a, settings_text(SET_portal_url), (int)settings_int(SET_portal_port));
}

const char *
usermail_admin_base(struct arena *a)
{
    return base_of(a, settings_text(SET_admin_url), (int)settings_int(SET_admin_port));
}

static const char *
base_for(struct arena *a, const struct usermail_from *from, const char *kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].admin && strcmp(kinds[i].name, kind) == 0)
            return usermail_admin_base(a);
    return from->base;
}

/* The letter, filled in; NULL and *e. */
static struct letter *
fill_in(struct arena *a, const struct usermail_from *from, const struct store_user_mail *row,
        struct err *e)
{
    const char *domain = *row->from_domain ? row->from_domain : from->host;
    json_t *params = NULL;
    struct usermail m = {.a = a,
                         .db = from->db,
                         .master_key = from->master_key,
                         .row = row,
                         .cat = i18n_find(row->lang),
                         .org = letter_line(a, row->org_name, 100),
                         .tz = row->tz,
                         .shown = !from->base,
                         .now = from->now};

    if (jsonx_load(a, row->params, strlen(row->params), PARAMS_BYTES, &params, e) < 0)
        return NULL;
    m.params = params;
    m.letter = letter_new(
        a, &(struct letter_head){.cat = m.cat,
                                 .from_name = m.org,
                                 .from = arena_printf(a, "postmaster@%s", domain),
                                 .to = row->recipient,
                                 .id = row->mail_id,
                                 .host = from->host,
                                 .now = from->now,
                                 .help = letter_line(a, row->help, HELP_MAX),
                                 .base = from->base ? base_for(a, from, row->kind) : NULL});
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].name, row->kind) == 0)
            return kinds[i].fill(&m, e) < 0 ? NULL : m.letter;
    err_set(e, ERR_INPUT, "mail-kind", "no such kind of mail: %.40s", row->kind);
    return NULL;
}

char *
usermail_make(struct arena *a, const struct usermail_from *from, const struct store_user_mail *row,
              size_t *n, struct err *e)
{
    struct letter *l = fill_in(a, from, row, e);

    return l ? letter_finish(l, n, e) : NULL;
}

int
usermail_show(struct arena *a, const struct store_user_mail *row, int64_t now, const char **text,
              const char **html, struct err *e)
{
    struct letter *l = fill_in(a, &(struct usermail_from){.host = "localhost", .now = now}, row, e);

    return l ? letter_bodies(l, text, html, e) : -1;
}
