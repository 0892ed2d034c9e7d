/*
 * A message as rules see it. Rules are written against SpamAssassin's idea of a message: its own
 * forgiving split into parts, its paragraphs of text, its chunks of source, its list of addresses. What
 * msg/ makes of a message is better for us, but not the same, and a rule that was tuned on one text must
 * not be run on another. So this is read from the bytes again: linear in their length, with limits, and
 * made only as far as rules ask for it.
 *
 * All text is bytes: UTF-8 where the character set is known.
 */
#ifndef SEKISHO_RULES_VIEW_H
#define SEKISHO_RULES_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "names.h"
#include "regex.h"

struct arena;
struct buf;
struct envelope;
struct ruleset;

#define VIEW_PARTS 1000
#define VIEW_DEPTH 20
#define VIEW_FIELDS 1000    /* of one part */
#define VIEW_LINE 2048      /* longer lines are cut into pieces */
#define VIEW_FIELD_NAME 256 /* bytes; longer ones are cut */
#define VIEW_FIELD_VALUE 8192
#define VIEW_HEADER 65536    /* of all fields together */
#define VIEW_TEXT_PART 50000 /* bytes of one part's text that are looked at, as paragraphs */
#define VIEW_SOURCE_PART 500000
#define VIEW_TEXT 2097152     /* of all parts together */
#define VIEW_DECODED 16777216 /* of all parts together; more is not decoded */
#define VIEW_URIS 1000
#define VIEW_URI 8192 /* bytes of one */
#define VIEW_ADDRESSES 1000

struct span {
    const char *p;
    size_t n;
};

struct spans {
    struct span *v;
    int n, room;
};

struct view_field {
    const char *name; /* as it came */
    struct span raw;  /* behind the colon, with the line's end */
    const char *text; /* decoded, unfolded; NULL: not made yet */
    size_t text_n;
};

struct html_uri {
    struct span uri;    /* as it stands in the markup, made absolute */
    unsigned types;     /* bits of enum html_tag_bit */
    struct spans texts; /* of the links that lead there */
    bool listed;        /* it is an address, not only the name of an anchor */
};

enum { URI_A = 1, URI_IFRAME = 2, URI_OTHER = 4 };

struct html_seen {
    const char *name;
    int inside; /* open now; never below 0 */
    bool seen;
};

struct html_info {
    struct names tags; /* struct html_seen by name */
    int ntags, nelements, tags_seen, elements_seen, closed_extra;
    int obfuscation;
    size_t length;   /* of the markup, in characters */
    size_t rendered; /* of the text, in characters */
    size_t non_space;
    double image_area;
    int max_size, min_size;
    bool low_contrast, invalid_color, bad_face, mailto_form, embeds, uri_cut;
    struct spans anchors, comments, titles;
    struct html_uri **uris;
    int nuris, uri_room;
    struct names by_uri;
};

struct view_part {
    int depth, parent; /* parent: index, -1 for the message */
    bool leaf;
    const char *type, *charset, *name, *boundary; /* charset, name, boundary: NULL = none */
    struct view_field *fields;
    int nfields;
    struct span raw;
    struct span decoded;
    bool decoded_yet;
    struct span text; /* rendered; of text/plain and text/html only */
    bool rendered, rendered_yet;
    struct html_info *html; /* NULL: it is none */
};

struct relay {
    const char *ip, *by, *helo, *id, *ident, *envfrom, *auth, *rdns;
    bool no_rdns, private_ip, internal;
    bool has_envfrom;
};

struct relays {
    struct relay *v;
    int n;
    const char *text; /* "[ ip=... ] [ ip=... ]" */
};

struct values {
    struct span *v;
    int n;
};

struct view {
    struct arena *a;
    const struct ruleset *set;
    const struct envelope *env;
    struct regex_run *run;
    const char *raw;
    size_t raw_n;
    struct span head; /* with the empty line, if there is one */
    struct span body;
    struct span full; /* all of it as it came, without a mailbox's "From " line */
    struct view_part *parts;
    int nparts;
    size_t decoded_bytes;
    bool missing_separator, truncated_header, missing_mime_headers, missing_mime_separator,
        mime_epilogue, mime_missing_boundary, parts_full;
    /* made when asked for */
    bool have_text, have_source, have_uris, have_relays, have_envelope_from;
    struct spans text;   /* Subject first */
    struct spans source; /* chunks */
    struct spans uris;   /* what `uri` rules see */
    struct spans hosts;  /* of them, each once */
    bool uri_cut;
    struct relays trusted, untrusted;
    int unparseable;
    int last_trusted; /* number of the last Received field before the first untrusted hop; -1: none */
    struct span envelope_from;
    bool envelope_from_known;
    struct names requests;          /* struct values by request */
    struct view_address *addresses; /* of one field, while it is read */
    void *evals;                    /* what eval tests keep (evals.h) */
    bool have_shift, have_capitals; /* what several tests with different limits ask (eval_*.c) */
    double shift, capitals;
};

/* raw and everything else must live as long as the arena. */
struct view *view_new(struct arena *a, const struct ruleset *set, const struct envelope *env,
                      const char *raw, size_t n);

/* All values of "Subject", "From:addr", "ALL", "ToCc:raw" ... */
const struct values *view_get(struct view *v, const char *request);
/* The first address, name ..., or all values one after the other. Empty when there is none. */
struct span view_one(struct view *v, const char *request);
/* One after the other, each on a line of its own: what a `header` rule sees. false: no such field. */
bool view_header(struct view *v, const char *request, struct span *out);
/* Of a part: the last field of that name; NULL: there is none. */
struct view_field *view_part_field(struct view *v, struct view_part *p, const char *name);
/* Fills text. */
void view_decode_field(struct view *v, struct view_field *f);

const struct spans *view_text(struct view *v);
const struct spans *view_source(struct view *v);
const struct spans *view_uris(struct view *v);
/* Needs view_uris() before. Host names in lower case. */
const struct spans *view_hosts(struct view *v);
void view_relays(struct view *v);
struct span view_envelope_from(struct view *v);

/* ---- parts of it (view_*.c) */

void spans_add(struct arena *a, struct spans *s, const char *p, size_t n);
struct span span_of(const char *s);
bool span_is(struct span s, const char *text);  /* any case */
bool span_has(struct span s, const char *text); /* any case */
struct span span_lower(struct arena *a, struct span s);
struct span span_trim(struct span s);

void view_parse(struct view *v);
/* Reads the fields that stand before offset *at of text. */
void view_read_fields(struct view *v, const char *p, size_t n, size_t *at, struct view_part *part,
                      bool *missing, bool *truncated);
struct span view_decoded(struct view *v, struct view_part *p);
/* text/plain or text/html by type or name; renders. */
bool view_rendered(struct view *v, struct view_part *p);
void view_html(struct view *v, struct view_part *p, const char *s, size_t n, struct buf *out);
/* Bytes of a charset (NULL: ASCII) as UTF-8. strict: the charset's name is to be believed. */
struct span view_utf8(struct arena *a, struct span s, const char *charset, bool strict);
/* Content-Type's value. missing may be NULL. */
void view_content_type(struct arena *a, struct span value, const char **type, const char **boundary,
                       const char **charset, const char **name, bool *missing);
/* Encoded words and all; field: its name in lower case. */
struct span view_words(struct arena *a, struct span value, const char *field);

struct view_address {
    struct span phrase, address; /* p NULL: none */
};
/* Of a raw field value. Returns how many (at most max). */
int view_addresses(struct view *v, struct span value, struct view_address *out, int max);

/* Domains, by the rule files' lists of suffixes or, when they have none, by the public suffix list. */
bool domain_tld_known(const struct ruleset *set, const char *tld, size_t n);
bool domain_valid(const struct ruleset *set, struct span host);
bool domain_fqdn(struct span host);
bool domain_is_ip(struct span host);
struct span domain_trim(const struct ruleset *set, struct arena *a, struct span host);
/* Host and domain of an address; false: it has none that can be. */
bool domain_of_uri(const struct ruleset *set, struct arena *a, struct span uri, struct span *domain,
                   struct span *host);
/* An address in markup, made absolute. */
struct span uri_target(struct arena *a, struct span base, struct span uri);
bool ip_private(const char *ip);
/* An IPv4 or IPv6 address begins there; its length, 0: none. */
size_t ip_length(const char *p);

#endif
