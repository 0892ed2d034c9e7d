/*
 * The one builder of our own mails to people: digests, links for signing in, answers, notices. What is
 * added is written into two bodies at once, text/plain and text/html, so that both say the same; the
 * page is tables, 600 pixels, inline CSS, no pictures, nothing that is loaded (ux.md M1, M2).
 *
 *   struct letter *l = letter_new(a, &head);
 *   letter_subject(l, T("Your link to sign in"));
 *   letter_title(l, ...); letter_text(l, ...); letter_button(l, T("Sign in"), "/link?t=...");
 *   raw = letter_finish(l, &n, e);
 *
 * Texts are UTF-8, already in the recipient's language, and escaped here. What comes from mail goes
 * through letter_quote() first. Header values with a line end or another control byte are refused by
 * letter_finish() (T-W18), never mended. Links are paths: the host is that of head.base, which comes
 * from the settings and never from a request (T-W4).
 *
 * Everything lives in the arena; no function fails but letter_finish().
 */
#ifndef SEKISHO_LETTER_H
#define SEKISHO_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct catalog;
struct err;
struct letter;

struct letter_head {
    const struct catalog *cat; /* language of the mail: lang=, Content-Language */
    const char *from_name;     /* shown: the organisation's */
    const char *from;          /* address */
    const char *to;            /* address; ASCII */
    const char *id, *host;     /* Message-ID: <id@host>; host is our name */
    int64_t now;               /* ms: Date */
    const char *
        base; /* "https://portal.example", without a slash at the end; NULL: links are words, the letter is only shown */
    const char *help; /* the organisation's help desk, for the foot; NULL, "" = none */
    bool plain;       /* text/plain only, without the foot */
};

struct letter *letter_new(struct arena *a, const struct letter_head *head);
/* text/plain alone, with its foot: for who wants no page. */
void letter_text_only(struct letter *l);
/* What comes behind the @ of From. */
const char *letter_domain(const struct letter *l);

void letter_subject(struct letter *l, const char *text);
/* One more field. structured: the value is ASCII and goes out as it is ("List-Unsubscribe"); else it is text,
 * encoded by RFC 2047 when it has to be. */
void letter_field(struct letter *l, const char *name, const char *value, bool structured);

void letter_title(struct letter *l, const char *text);
void letter_text(struct letter *l, const char *text);  /* a paragraph */
void letter_small(struct letter *l, const char *text); /* a paragraph of less weight */
/* The one thing to do. path: "/link?t=..."; in the text part "label: address". */
void letter_button(struct letter *l, const char *label, const char *path);
/* A line "label: value" of a list; lines that follow each other are one list. */
void letter_fact(struct letter *l, const char *label, const char *value);
void letter_facts_end(struct letter *l); /* the next line begins another list */

struct letter_link {
    const char *label, *path;
    const char *base; /* as of the head, for what is on another surface of ours; NULL: the head's */
};
/* A row of a list of messages (digest). Any may be NULL. */
struct letter_item {
    const char *head; /* in bold: the subject */
    const char *who;  /* above it: name and address */
    const char *note; /* below it: the reason */
    const char *when; /* beside who */
    const struct letter_link *links;
    int nlinks;
};
void letter_item(struct letter *l, const struct letter_item *item);
/* A row of links in small type at the end: settings, stop these mails. */
void letter_foot_link(struct letter *l, const char *label, const char *path);

/* Text that comes from mail, made harmless to be shown: control bytes and marks that turn the direction of
 * writing go; zero-width spaces break what mail programs would make a link of. Cut to max characters, 0: not. */
char *letter_quote(struct arena *a, const char *text, size_t max);
/* The same for header values: one line, nothing that letter_finish() refuses; no breaks. */
char *letter_line(struct arena *a, const char *text, size_t max);

/* Header and body with CRLF, *n bytes. NULL and ERR_INPUT "mail-header": a value with a control byte, an
 * address that is not ASCII, no subject; "mail-link": a path that does not begin with one slash. */
char *letter_finish(struct letter *l, size_t *n, struct err *e);
/* The two bodies alone, to be shown on a page. Errors as above. */
int letter_bodies(struct letter *l, const char **text, const char **html, struct err *e);

#endif
