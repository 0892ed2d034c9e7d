#include "ui.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "../common/jsonx.h"
#include "../common/when.h"
#include "view.h"
#include "web_core.h"

static const struct ui_kind kinds[] = {
#define KIND(id, icon, tone, word, admin_word, verdict, user) \
    {#id, icon, tone, word, admin_word, verdict, user},
#include "../common/kinds.def"
#undef KIND
    {NULL, NULL, NULL, NULL, NULL, NULL, false},
};
/* A kind that a newer engine stored: held all the same, and only an admin lets it go. */
static const struct ui_kind kind_unknown = {
    "", "archive", "warn", N_("Held"), N_("Held"), N_("Held for a closer look"), false};

const struct ui_kind *
ui_kinds(void)
{
    return kinds;
}

const struct ui_kind *
ui_kind(const char *id)
{
    for (const struct ui_kind *k = kinds; k->id; k++)
        if (id && !strcmp(k->id, id))
            return k;
    return &kind_unknown;
}

bool
ui_nav_current(struct web_req *r, const char *key)
{
    return r->route && r->route->nav && !strcmp(r->route->nav, key);
}

const char *
ui_dir(const char *lang)
{
    static const char *const rtl[] = {"ar", "fa", "he", "ur", "ckb", "yi"};
    size_t n = strcspn(lang, "-");
    for (size_t i = 0; i < sizeof rtl / sizeof *rtl; i++)
        if (strlen(rtl[i]) == n && !strncmp(rtl[i], lang, n))
            return "rtl";
    return "ltr";
}

bool
ui_has_errors(struct web_req *r)
{
    /* Error pages may come before a route is known. */
    return r->method == M_POST && r->route && r->route->fields && r->input && !in_ok(r);
}

const char *
ui_error_at(struct web_req *r, const char *name, int i)
{
    if (!ui_has_errors(r))
        return NULL;
    for (const struct field *f = r->route->fields; f->name; f++)
        if (!strcmp(f->name, name))
            return in_error_at(r, name, i);
    return NULL;
}

const char *
ui_error_of(struct web_req *r, const char *name)
{
    return ui_error_at(r, name, 0);
}

/* Bytes of the UTF-8 sequence that begins with c. */
static size_t
utf8_len(unsigned char c)
{
    return c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

static size_t
utf8_take(const char *s, size_t max)
{
    size_t n = utf8_len((unsigned char)*s), have = strnlen(s, max);
    return n <= have ? n : have;
}

const char *
ui_initials(struct web_req *r, const char *name, const char *address)
{
    const char *s = name && *name ? name : address ? address : "";
    s += strspn(s, " \"'(<");
    struct buf *b = buf_new(r->a, 16);
    if (!*s)
        return "";
    size_t n = utf8_take(s, 4);
    if (n >= 3) { /* East Asian scripts: the first two characters of the first word */
        buf_add(b, s, n);
        if (s[n] && s[n] != ' ' && (unsigned char)s[n] >= 0xe0)
            buf_add(b, s + n, utf8_take(s + n, 4));
        return buf_cstr(b);
    }
    const char *last = strrchr(s, ' ');
    for (const char *p = s; p; p = p == s && last && last[1] ? last + 1 : NULL)
        if (isascii((unsigned char)*p))
            buf_char(b, (char)toupper((unsigned char)*p));
        else
            buf_add(b, p, utf8_take(p, 4));
    return buf_cstr(b);
}

const char *
ui_here(struct web_req *r)
{
    struct web_match m;
    if (!r->path)
        return "/";
    if (r->here)
        return r->here;
    /* After a POST the address may hold no page that can be asked for again. */
    web_route_find(r->a, r->surface, "GET", r->path, &m);
    if (r->method == M_POST && !m.route)
        return "/";
    if (!r->query || !*r->query)
        return r->path;
    return arena_printf(r->a, "%s?%s", r->path, r->query);
}

const struct ui_option *
ui_languages(struct web_req *r)
{
    const char *const *all = i18n_languages();
    int n = 0;
    while (all[n])
        n++;
    struct ui_option *o = arena_calloc(r->a, (size_t)n + 1, sizeof *o);
    for (int i = 0; i < n; i++)
        o[i] = (struct ui_option){all[i], view_language_name(r, all[i]), all[i]};
    return o;
}

const struct ui_option *
ui_languages_offered(struct web_req *r)
{
    const struct ui_option *all = ui_languages(r);
    size_t n = 0, kept = 0;
    while (all[n].value)
        n++;
    struct ui_option *o = arena_calloc(r->a, n + 1, sizeof *o);
    for (size_t i = 0; i < n; i++)
        if (i18n_offered(all[i].value))
            o[kept++] = all[i];
    return o;
}

const char *
ui_option_label(const struct ui_option *options, const char *value)
{
    for (; *value && options->value; options++)
        if (!strcmp(options->value, value))
            return options->label;
    return NULL;
}

void
ui_check_language(struct web_req *r, const char *field)
{
    const char *lang = in_text(r, field);
    for (const char *const *l = i18n_languages(); *lang && *l; l++)
        if (!strcmp(*l, lang))
            return;
    if (*lang)
        in_error(r, field, N_("Choose a language from the list."));
}

void
ui_check_zone(struct web_req *r, const char *field)
{
    if (*in_text(r, field) && !ui_zone_known(in_text(r, field)))
        in_error(r, field, N_("Choose a time zone from the list."));
}

#define DAY_MS (24 * 3600 * 1000LL)

const char *
ui_days_left(struct web_req *r, int64_t ms, bool *soon)
{
    int64_t left = ms - when_now(), days = (left + DAY_MS - 1) / DAY_MS;
    if (soon)
        *soon = left <= 3 * DAY_MS;
    if (left < DAY_MS)
        return left <= 0 ? T("any moment now") : T("within a day");
    return TF(TN("in {n} day", "in {n} days", days), "n", view_int(r, days));
}

/* JSON of the session's message bar, as reply_flash() wrote it. */
struct ui_flash
ui_flash_read(struct web_req *r)
{
    struct ui_flash f = {0};
    json_t *j;
    if (!r->session.flash || !*r->session.flash ||
        jsonx_load(r->a, r->session.flash, strlen(r->session.flash), 65536, &j, NULL) < 0)
        return f;
    const char *msgid = jsonx_str(j, "msgid"), *many = jsonx_str(j, "many");
    if (!msgid)
        return f;
    int64_t n = jsonx_int(j, "n", 0);
    const char *text =
        many ? i18n_trn(r->cat, msgid, many, (unsigned long)n) : i18n_tr(r->cat, msgid);
    if (many)
        text = i18n_fmt(r->a, text, "n", view_int(r, n), NULL);
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(j, "values"), name, value)
    {
        if (json_is_string(value))
            text = i18n_fmt(r->a, text, name, view_safe(r, json_string_value(value)), NULL);
    }
    f.text = text;
    const char *kind = jsonx_str(j, "kind"), *undo = jsonx_str(j, "undo_path");
    f.error = kind && !strcmp(kind, "error");
    const char *ids = jsonx_str(j, "undo_ids");
    if (!undo || !*undo || !ids || !*ids)
        return f;
    f.undo_path = undo;
    int max = 1;
    for (const char *p = ids; *p; p++)
        max += *p == ',';
    const char **list = arena_calloc(r->a, (size_t)max, sizeof *list);
    for (char *p = arena_strdup(r->a, ids), *save, *id = strtok_r(p, ",", &save); id;
         id = strtok_r(NULL, ",", &save))
        list[f.nundo++] = id;
    f.undo_ids = list;
    return f;
}

struct ui_pages
ui_pages(int n, bool from, bool back, bool more)
{
    return (struct ui_pages){n && (back ? more : from), n && (back || more)};
}
