/*
 * Tag=value lists (RFC 6376 3.2): DKIM and ARC signatures, key records, DMARC records.
 *
 * The grammar is strict: a name begins with a letter, no name occurs twice, white space is SP, TAB
 * or a folded line end, values are printable ASCII or UTF-8 (RFC 8616). Nothing is copied: tags
 * point into the text they were read from.
 */
#ifndef SEKISHO_AUTH_TAGS_H
#define SEKISHO_AUTH_TAGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define AUTH_TAGS_MAX 40      /* tags of one list */
#define AUTH_TAGS_BYTES 16384 /* a whole list */
#define AUTH_DOMAIN_BYTES 253

struct auth_text {
    const char *p;
    size_t n;
};

struct auth_tag {
    struct auth_text name;
    struct auth_text value; /* without the white space around it */
    struct auth_text whole; /* all between "=" and ";" or the end */
};

struct auth_tags {
    int n;
    struct auth_tag tag[AUTH_TAGS_MAX];
};

/* NULL, or the code of what is wrong: "tags-syntax", "tags-duplicate", "tags-limit". */
const char *auth_tags_parse(const char *p, size_t n, struct auth_tags *out);
/* NULL when there is none. Names are case-sensitive. */
const struct auth_tag *auth_tags_get(const struct auth_tags *t, const char *name);

bool auth_text_is(struct auth_text t, const char *s);     /* same bytes */
bool auth_text_is_any(struct auth_text t, const char *s); /* same but for ASCII case */

/* The next item of a list with white space around the items ("sha1 : sha256"); *rest begins as the
 * value and becomes {NULL, 0} behind the last item. False at the end. Items may be empty. */
bool auth_list_next(struct auth_text *rest, char separator, struct auth_text *item);

/* Base64 with white space inside (RFC 6376 2.10, base64string); padding may be left out, bits
 * behind the end must be 0. False for anything else; *out is in the arena. */
bool auth_base64(struct arena *a, struct auth_text t, uint8_t **out, size_t *n);
/* DKIM-Quoted-Printable (RFC 6376 2.11) decoded, white space gone. NULL when it is not. */
char *auth_quoted(struct arena *a, struct auth_text t);
/* Decimal digits only, at most `digits` of them; values above INT64_MAX are that. False otherwise. */
bool auth_number(struct auth_text t, size_t digits, int64_t *out);

/* A domain name as d= and s= have it, in lower-case A-labels (RFC 8616), or NULL: labels of letters,
 * digits, "-" and "_", 1 to 63 bytes, at least min_labels of them, 253 bytes in all. */
char *auth_domain(struct arena *a, struct auth_text t, int min_labels);
/* Whether name is parent or below it. Both lower case. */
bool auth_domain_within(const char *name, const char *parent);

#endif
