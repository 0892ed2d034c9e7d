/*
 * Everything a request brings as names and values: query, form, multipart upload, JSON, cookies.
 * Own parsers, because Kore's lose values (security.md 1.7, kore-and-libraries.md K6). They know
 * limits and nothing of the fields; web_input_read() then checks each declared field by its kind.
 */
#ifndef SEKISHO_WEB_INPUT_H
#define SEKISHO_WEB_INPUT_H

#include "web_req.h"

#define WEB_PAIRS_MAX 512
#define WEB_NAME_MAX 64

struct web_pair {
    const char *name;
    const char *value; /* n bytes, NUL behind; valid UTF-8 unless filename is set */
    size_t n;
    const char *filename; /* of an upload, else NULL */
};
struct web_pairs {
    struct web_pair *v;
    int n, cap;
};

/* All return 0, or the HTTP status to refuse with (400, 413). Values are copied to the arena. */
int web_form_parse(struct arena *a, const char *p, size_t n, struct web_pairs *out);
int web_multipart_parse(struct arena *a, const char *content_type, const char *p, size_t n,
                        struct web_pairs *out);
int web_json_parse(struct arena *a, const char *p, size_t n, struct web_pairs *out);
/* Chooses by content type; 415 for any other. An empty body has no pairs whatever its type. */
int web_body_parse(struct arena *a, const char *content_type, const char *p, size_t n,
                   struct web_pairs *out);

/* Value of exactly this cookie, NULL = absent, or there twice (somebody planted one). */
const char *web_cookie(struct arena *a, const char *header, const char *name);
/* First value of a name, NULL = absent. */
const char *web_pairs_get(const struct web_pairs *p, const char *name);
bool web_utf8(const char *p, size_t n);

/* Makes r->input from what the route declares. Wrong values become field errors. */
void web_input_read(struct web_req *r, const struct field *fields, const struct web_pairs *pairs);

extern const struct field no_fields[];

#endif
