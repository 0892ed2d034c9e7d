/*
 * Message catalogues: our own reader of GNU .mo files, because gettext(3) needs installed locales
 * and a process-wide language. Catalogues are read-only after i18n_add(); look-ups are a binary
 * search and may run in any thread or coroutine.
 *
 * msgids are English sentences with named places: "{n} messages deleted."
 */
#ifndef SEKISHO_I18N_H
#define SEKISHO_I18N_H

#include <stddef.h>

struct arena;
struct err;
struct catalog;

/* Adds a language ("ja", "pt-BR"). data must stay in place; it is checked completely here, hostile
 * files are refused. English ("en") exists always and needs no file. A language that is there
 * already is replaced. Only before anybody looks up. -1: ERR_INPUT "mo". */
int i18n_add(const char *lang, const void *data, size_t n, struct err *e);

/* The nearest language: pt-BR, else pt, else another pt-..., else en; never NULL. What a catalogue
 * lacks is looked for along the chain of shorter tags (RFC 4647 3.4). */
const struct catalog *i18n_find(const char *lang);
const char *i18n_lang(const struct catalog *c); /* "ja" */
/* Some catalogues have only what end users see (portal and mails): their header has the line
 * "X-Scope: portal". A program that shows more calls this once, before any look-up: from then on
 * such languages can be named and chosen for others, but are not offered to its own readers. */
void i18n_offer_complete(void);
/* Whether readers of this program may get the language ("de") as it is. */
int i18n_offered(const char *lang);
/* Languages known, sorted, in their own names order; NULL-terminated. */
const char *const *i18n_languages(void);
/* The best offered of an Accept-Language header (RFC 9110 12.5.4, at most 20 ranges), or NULL. */
const char *i18n_negotiate(const char *accept_language);

const char *i18n_tr(const struct catalog *c, const char *msgid);
const char *i18n_trc(const struct catalog *c, const char *context, const char *msgid);
const char *i18n_trn(const struct catalog *c, const char *one, const char *many, unsigned long n);
/* 1 when the catalogue itself has the text (tests look for msgids left in English). */
int i18n_has(const struct catalog *c, const char *context, const char *msgid);

/* Replaces {name} by the text that follows its name: i18n_fmt(a, t, "n", "12", NULL). An unknown
 * place stays as it is. The values are not escaped: the template does that. */
char *i18n_fmt(struct arena *a, const char *text, ...) __attribute__((sentinel));

#endif
