/*
 * The pieces of interface that all pages share. The HTML is in templates/layout*.html.t and
 * templates/part_*.html.t; how to use them is written at the head of templates/layout.html.t.
 * Texts given to these structs are already in the reader's language: T(...), TF(...).
 */
#ifndef SEKISHO_UI_H
#define SEKISHO_UI_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h> /* templates compare words */

struct web_req;
struct buf;

struct ui_option {
    const char *value, *label, *lang; /* lang: of the label, NULL = the page's */
};

/* One field of a form: label, help, input, error of in_error() below it. */
struct ui_field {
    const char *name, *label;
    const char *help; /* NULL: none */
    const char *type; /* text (NULL), email, password, number, search, textarea, select, checkbox */
    const char *value; /* what to show; passwords are never shown again */
    const char *autocomplete, *inputmode;
    const char *placeholder;         /* only as an example, never instead of the label */
    const struct ui_option *options; /* select: ended by value NULL */
    int rows;                        /* textarea, 0: 4 */
    int max;                         /* maxlength, 0: none */
    int least;                       /* a script says while typing how many characters are missing, 0: none */
    bool checked, optional, short_box, autofocus;
};

/* One filter of a list (part_filters): what somebody typed, or the words of his choice; neither: not set. Ended by label NULL. */
struct ui_filter {
    const char *label, *typed, *words;
};
/* The label of what was chosen; NULL: nothing, or none of these. */
const char *ui_option_label(const struct ui_option *options, const char *value);

/* Newer and Older. newer, older: paths or NULL. text: "1-50 of 312" or NULL. */
struct ui_pager {
    const char *newer, *older, *text;
};
/* Which links a page of a list by keys has that was read with "one row more". from: not the first page; back:
 * read backwards. The caller fills in the paths of those that are wanted. */
struct ui_pages {
    bool newer, older;
};
struct ui_pages ui_pages(int n, bool from, bool back, bool more);

/* A list in DNS that is asked about mail, in a list of such lists (part_dns_list, pages/pg_dns_list.h). base: path of the
 * page with the lists. */
struct ui_dns_list {
    const char *base, *id, *zone, *codes;
    bool enabled, may_change;
};

/* A line of a file that cannot be taken; why is a sentence. */
struct ui_import_line {
    int line;
    const char *text, *why;
};
struct ui_import_lines {
    struct ui_import_line *rows;
    int n, more; /* more: lines that are not shown */
};
/* A page that adds a file's entries to a list: the file is chosen, checked, and then added (pages/pg_import.h). path: of the
 * form; path/add takes what was checked. */
struct ui_import {
    const char *title, *parent, *back, *path, *list, *help;
    const char *label; /* of the file; NULL: "CSV file" */
    bool checked;      /* a file was sent: what follows is about it */
    int lines, good;
    struct ui_import_lines bad;
    const char *rows; /* the good lines, for the form that confirms */
};

/* Nothing yet, no match, done. link: path or NULL. */
struct ui_empty {
    const char *icon, *tone, *title, *text, *link, *label;
};

/* One entry of a main menu. count < 0: none. */
struct ui_nav {
    const char *key, *path, *icon, *label;
    int64_t count;
};

/* The message bar of this page, from the session. text NULL: none. */
struct ui_flash {
    bool error;
    const char *text, *undo_path, *const *undo_ids;
    int nundo;
};
struct ui_flash ui_flash_read(struct web_req *r);

/* True when the current route belongs to this menu entry. */
bool ui_nav_current(struct web_req *r, const char *key);

/* "MS" for Misaki Sato, "佐藤" for 佐藤 美咲; from the address when there is no name. */
const char *ui_initials(struct web_req *r, const char *name, const char *address);
/* <bdi>address or host</bdi>, characters that imitate others marked. In templates:
 * % ui_address(r, out, v->sender); with text that view_safe() has seen. */
void ui_address(struct web_req *r, struct buf *out, const char *text);
/* A sentence in which addresses and hosts stand: escaped, and they are marked as ui_address() does. In templates:
 * % ui_sentence(r, out, TF(T("… {sender} …"), "sender", v->sender)); */
void ui_sentence(struct web_req *r, struct buf *out, const char *text);
/* <bdi>name</bdi>, the letters marked in which it differs from the other name that it imitates. Both are safe to show. */
void ui_lookalike(struct web_req *r, struct buf *out, const char *name, const char *other);
/* Path and query of this page, for "back" fields. */
const char *ui_here(struct web_req *r);
/* Languages of the interface with their own names; ended by value NULL. */
const struct ui_option *ui_languages(struct web_req *r);
/* Those of them that this program shows itself in: i18n_offered(). */
const struct ui_option *ui_languages_offered(struct web_req *r);
/* Add the field's error unless it is empty or names one of the list. */
void ui_check_language(struct web_req *r, const char *field);
void ui_check_zone(struct web_req *r, const char *field);
/* Time zones with their offset now, in the order of the list; ended by value NULL. */
const struct ui_option *ui_zones(struct web_req *r, const char *current);
/* A time zone that was searched for: its city and where it holds, in the reader's language; offset "+09:00". */
struct ui_zone {
    const char *id, *city, *area, *offset;
};
/* By the beginning of a word of city, country or English name; case and accents do not matter. At most max. */
int ui_zones_find(struct web_req *r, const char *text, struct ui_zone *out, int max);
bool ui_zone_known(const char *id);
/* Zone of this page: "Japan Time (UTC+09:00)". */
const char *ui_zone_name(struct web_req *r);
/* Text direction of a language: "rtl" or "ltr". */
const char *ui_dir(const char *lang);
/* True when a field of the form that was sent has an error (for the title and the summary). Pages
 * that are only looked at have none: what a GET brings wrong is ignored. */
bool ui_has_errors(struct web_req *r);
const char *ui_error_of(struct web_req *r, const char *name); /* the first, translated; NULL = none */
const char *ui_error_at(struct web_req *r, const char *name, int i);
/* Deadlines: "in 30 days", "tomorrow", "today". soon: the last 3 days. */
const char *ui_days_left(struct web_req *r, int64_t ms, bool *soon);

/* A role as stored, and several (bits of enum role) as a list, in the reader's language. */
const char *ui_role_word(struct web_req *r, const char *role);
const char *ui_role_words(struct web_req *r, unsigned roles);

/* The policy rule of that id (message_recipient.rule) in words; "" when there was none. */
const char *ui_rule(struct web_req *r, const char *id);

/* Held mail: the look and the words of a kind (common/kinds.def). Never NULL. */
struct ui_kind {
    const char *id, *icon, *tone;
    const char *word, *admin_word; /* msgids */
    const char *verdict;           /* msgid: heading of the message page */
    bool user_delivers;            /* end users may deliver it themselves */
};
const struct ui_kind *ui_kind(const char *id);
const struct ui_kind *ui_kinds(void); /* all, ended by id NULL */

#endif
