/*
 * What lists of dangerous things name: a file, a page, a domain, an address of a computer or of a sender. One normal
 * form for what people type, for lines of feeds and for what stands in mail, so that all are compared by equality.
 *
 *   file    SHA-256 in lower case
 *   url     "host[:port]/path[?query]": without scheme, user and fragment; host as a domain below or as [IPv6], path with only
 *           the escapes that mean something. Without query it stands for the page with any query; with a "/" at
 *           its end (but not "host/") for all pages below it.
 *   domain  lower case A-labels; itself and all below it. "*.example.com": only what is below it.
 *   ip      as ipnet_text(); single addresses only
 *   sender  as addr.h's key
 */
#ifndef SEKISHO_THREAT_H
#define SEKISHO_THREAT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define THREAT_VALUE 2000 /* bytes of a value */

enum threat_type {
    THREAT_FILE,
    THREAT_URL,
    THREAT_DOMAIN,
    THREAT_IP,
    THREAT_SENDER,
    THREAT_HOST, /* only in feeds: exactly this host, not what is below it */
    THREAT_TYPES,
};
/* "file", "url" ... */
const char *threat_type_name(enum threat_type t);
/* THREAT_TYPES: no such name. */
enum threat_type threat_type_named(const char *name);

enum threat_problem {
    THREAT_FINE,
    THREAT_UNREADABLE, /* none of them */
    THREAT_OTHER_HASH, /* MD5, SHA-1: parts of mail are known by SHA-256 */
    THREAT_SHARED, /* a public suffix (publicsuffix.org), such as com or github.io: it would name everybody */
    THREAT_LONG,
    THREAT_PROBLEMS,
};
/* For the CLI; pages have their own sentences. */
const char *threat_problem_text(enum threat_problem p);

struct threat {
    enum threat_type type;
    const char *value;
};
/* The type shows in the text. Written defused (hxxp://, example[.]com) it is the same. On a problem *out is untouched. */
enum threat_problem threat_parse(struct arena *a, const char *text, struct threat *out);

/* The value of an absolute http, https or ftp URL, read as browsers do; NULL: it has none. host (may be NULL) is the
 * domain, or the IP address as ipnet_text(). */
const char *threat_url(struct arena *a, const char *url, const char **host);

/* All that may name a page, most exact first (room for THREAT_CANDIDATES): the page, the folders above it, its host, the domains above. key and
 * host as threat_url() gave them. Returns how many; they are the arena's. */
#define THREAT_FOLDERS 8
#define THREAT_LABELS 8
#define THREAT_CANDIDATES (3 + THREAT_FOLDERS + 2 * THREAT_LABELS)
int threat_candidates(struct arena *a, const char *key, const char *host, struct threat *out);
/* Those that may name a domain alone. */
int threat_domain_candidates(struct arena *a, const char *domain, struct threat *out);

#endif
