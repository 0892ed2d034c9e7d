/*
 * The head of an HTTP/1.1 request, read strictly (RFC 9112). Kore's own reader is not used: it
 * ignores Transfer-Encoding, forgets headers after the 24th, takes any header that begins with
 * "host" for Host, and underflows when a body is longer than declared (security.md 1.7, K1-K4).
 * What is not plainly right is refused and the connection closed, so that no proxy in front can
 * disagree with us about where a request ends.
 */
#ifndef SEKISHO_WEB_HEAD_H
#define SEKISHO_WEB_HEAD_H

#include <stdbool.h>
#include <stddef.h>

#define WEB_HEAD_MAX 16384 /* bytes, the empty line included */
#define WEB_HEADERS_MAX 64
#define WEB_TARGET_MAX 4096

struct web_head {
    const char *method; /* "GET": any token */
    const char *path;   /* begins with '/', visible ASCII, not decoded */
    const char *query;  /* without '?', "" = none */
    bool http10, close, expect;
    bool has_length;
    size_t length; /* Content-Length */
    /* "" when absent */
    const char *host, *content_type, *cookie, *origin, *sec_fetch_site, *accept_language;
    const char *accept_encoding, *agent, *if_none_match, *forwarded_for, *fragment;
};

/* Where the head ends (the byte after the empty line), 0: not yet, -1: more than WEB_HEAD_MAX. */
long web_head_end(const char *p, size_t n);

/* p holds n bytes that end with the empty line; it is cut up in place and must live as long as *h.
 * Returns 0 or the HTTP status to refuse with; what was read until then stays in *h. */
int web_head_parse(char *p, size_t n, struct web_head *h);

/* "name", "name:80", "[::1]:80" -> the name without port, in out. false when it is no host. */
bool web_head_host(const char *host, char *out, size_t n);

#endif
