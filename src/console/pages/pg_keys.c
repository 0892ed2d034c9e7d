/* The page of all keyboard shortcuts (ux.md 4.13), which "?" shows as a dialog, with the switch that turns single keys off. */
#include "pg_keys.h"

#include "../../store/store_account.h"
#include "../view.h"
#include "../web_reply.h"
#include "pages.h"
#include "templates.h"

const struct field keys_fields[] = {
    {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL},
    {"on", FIELD_BOOL, 0, false, NULL},
    FIELDS_END,
};

static const struct pg_key lists[] = {
    {"J", NULL, NULL, N_("Next message")},
    {"K", NULL, NULL, N_("Previous message")},
    {"Enter", "O", NULL, N_("Open the message")},
    {"U", NULL, NULL, N_("Back to the list")},
    {"X", NULL, NULL, N_("Select the message")},
    {"Shift", "X", "+", N_("Select all up to this message")},
    {"*", "A", " ", N_("Select all on this page")},
    {"*", "N", " ", N_("Clear selection")},
    {NULL, NULL, NULL, NULL},
};
static const struct pg_key mail[] = {
    {"E", NULL, NULL, N_("Deliver, or ask an admin to deliver")},
    {"#", NULL, NULL, N_("Delete")},
    {"B", NULL, NULL, N_("Delete and block sender")},
    {"!", NULL, NULL, N_("Report")},
    {"Z", NULL, NULL, N_("Undo")},
    {NULL, NULL, NULL, NULL},
};
static const struct pg_key mail_admin[] = {
    {"E", NULL, NULL, N_("Deliver")},
    {"#", NULL, NULL, N_("Delete")},
    {"Z", NULL, NULL, N_("Undo")},
    {NULL, NULL, NULL, NULL},
};
static const struct pg_key pages[] = {
    {"/", NULL, NULL, N_("Search")},
    {"G", "Q", " ", N_("Go to the quarantine")},
    {"G", "S", " ", N_("Go to settings")},
    {"?", NULL, NULL, N_("Show these shortcuts")},
    {"Esc", NULL, NULL, N_("Close")},
    {"Ctrl", "Enter", "+", N_("Save the form that you are in")},
    {NULL, NULL, NULL, NULL},
};
static const struct pg_key pages_admin[] = {
    {"/", NULL, NULL, N_("Search")},
    {"G", "D", " ", N_("Go to the dashboard")},
    {"G", "Q", " ", N_("Go to the quarantine")},
    {"G", "T", " ", N_("Go to message tracking")},
    {"G", "P", " ", N_("Go to policies on spam and phishing")},
    {"G", "S", " ", N_("Go to your settings")},
    {"?", NULL, NULL, N_("Show these shortcuts")},
    {"Esc", NULL, NULL, N_("Close")},
    {"Ctrl", "Enter", "+", N_("Save the form that you are in")},
    {NULL, NULL, NULL, NULL},
};

static const char *
back_to(struct web_req *r)
{
    return reply_back(r, in_text(r, "back"),
                      r->surface == SURFACE_ADMIN ? "/account" : "/settings");
}

int
pg_keys(struct web_req *r)
{
    bool admin = r->surface == SURFACE_ADMIN;
    t_keys(r, &(struct pg_keys){.back = back_to(r),
                                .on = r->session.shortcuts,
                                .lists = lists,
                                .mail = admin ? mail_admin : mail,
                                .pages = admin ? pages_admin : pages});
    return reply_page(r, 200);
}

int
pg_keys_switch(struct web_req *r)
{
    bool on = in_bool(r, "on");
    struct store_preferences p = {.shortcuts = on};
    if (store_account_preferences(r->db, &r->scope, r->a, &p, &r->err))
        return -1;
    return reply_flash(r, back_to(r),
                       &(struct flash){"ok",
                                       on ? N_("Single-key shortcuts are on.")
                                          : N_("Single-key shortcuts are off."),
                                       NULL, -1, NULL, NULL},
                       NULL);
}
