/*
 * What templates use: text in the reader's language, escaping, formats, links.
 *
 * Template syntax (src/tools/tmplc.c turns templates/x.html.t into a C function `t_x`):
 *   %args struct web_req *r, const struct pg_x_view *v     first line: parameters
 *   %include "pages/pg_x.h"                                 headers it needs
 *   % for (int i = 0; i < v->n; i++) {                      a line of C
 *   {{v->subject}}       text, HTML-escaped (const char *; NULL prints nothing)
 *   {{#v->n}}            a number, in the reader's digits and grouping
 *   {{=v->n}}            a number in plain digits, for value=, data-* and the like
 *   {{? v->on: checked}} between attributes: the attribute, when the condition holds; also
 *                        {{? v->on: aria-current="page"}}
 *   {{url: v->link}}     inside href/src/action: escaped, and only our own paths pass, else "#"
 *   {{!expr}}            raw HTML. Loud on purpose; tests list every use
 * Everything of {{...}} stands on one line. A line of C stands between elements or attributes, and
 * a block ends in the same kind of place where it began. Indentation of lines is dropped (not in
 * pre, textarea). Templates call each other: % t_row(r, &v->rows[i]);
 * tmplc refuses {{...}} in <script>, style=, on*= and unquoted attributes, {{expr}} without url: in
 * href/src/action, and the attributes style= and on*= altogether.
 */
#ifndef SEKISHO_VIEW_H
#define SEKISHO_VIEW_H

#include "web_req.h"

/* xgettext keywords. They need `r` in scope. */
#define T(msgid) i18n_tr(r->cat, (msgid))
#define TC(context, msgid) i18n_trc(r->cat, (context), (msgid))
#define TN(one, many, n) i18n_trn(r->cat, (one), (many), (unsigned long)(n))
#define N_(msgid) (msgid)            /* marks for xgettext, translated later */
#define TN_(one, many) (one), (many) /* the same for both forms, two members of a struct flash */
/* i18n_fmt in the request's arena: TF(T("{n} held"), "n", view_int(r, n)) */
#define TF(text, ...) i18n_fmt(r->a, (text), __VA_ARGS__, NULL)

/* Writers used by generated code. */
void view_html(struct buf *b, const char *s); /* escapes & < > " ' */
void view_url(struct buf *b, const char *s);  /* own path or "#" */
/* The one link that leads outside: https: or mailto:, opened without telling from where. Anything else is written as text. */
void view_link_out(struct buf *b, const char *href, const char *label);
/* Percent-encodes what is not unreserved (RFC 3986) nor in keep. */
void view_url_part(struct buf *b, const char *s, const char *keep);
void view_raw(struct buf *b, const char *s);
void view_number(struct web_req *r, struct buf *b, int64_t n);

/* Formats by ICU in the reader's language and zone; text in the request's arena. */
char *view_int(struct web_req *r, int64_t n);
char *view_decimal(struct web_req *r, double v, int digits);
char *view_bytes(struct web_req *r, int64_t n);       /* "182 kB", 1000-based */
char *view_when(struct web_req *r, int64_t ms);       /* list: 9:42, Yesterday 18:20, 26 Oct */
char *view_when_full(struct web_req *r, int64_t ms);  /* Tue 24 Nov 2026, 09:15 */
char *view_when_exact(struct web_req *r, int64_t ms); /* with seconds, for logs */
char *view_iso(struct web_req *r, int64_t ms);        /* for <time datetime> */
char *view_day(struct web_req *r, int64_t ms);        /* 24 Dec */
/* Minutes that the time zone of that id is ahead of UTC at that moment; a string as void *, for struct track_clock. */
int view_zone_offset(void *zone, int64_t utc_ms);
char *view_zone(struct web_req *r);                            /* Asia/Tokyo (UTC+09:00) */
char *view_language_name(struct web_req *r, const char *lang); /* in that language itself */
char *view_country(struct web_req *r, const char *code);       /* "JP" -> "Japan" */
/* Mail text with bidi controls and invisibles made visible (U+FFFD-like box), control bytes out. */
char *view_safe(struct web_req *r, const char *s);

/* HTML pieces (escaped inside). */
/* <svg><use href="/a/icons.HASH.svg#name"> */
void view_icon(struct buf *b, const char *name, int size);
void view_csrf(struct web_req *r, struct buf *b); /* hidden field */
const char *view_asset(const char *name);         /* "style.css" -> "/a/style.HASH.css" */
/* Path with query: view_path(r, "/tracking", "q", q, "after", cursor, NULL); values URL-escaped,
 * NULL or "" values left out. */
char *view_path(struct web_req *r, const char *path, ...) __attribute__((sentinel));

#endif
