/*
 * Macros of SPF (RFC 7208 section 7): their syntax, and what they become.
 */
#ifndef SEKISHO_SPF_MACRO_H
#define SEKISHO_SPF_MACRO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

/* What the letters stand for (7.2). All texts NUL-terminated, any other bytes. */
struct spf_values {
    const char *sender;        /* s */
    const char *local;         /* l */
    const char *sender_domain; /* o */
    const char *domain;        /* d */
    const char *helo;          /* h */
    const char *receiver;      /* r */
    int64_t now;               /* t */
    bool v6;                   /* i, v, c */
    unsigned char ip[16];      /* 4 or 16 bytes */
    /* p: asked only when a text uses it, as it costs questions. Never NULL back. */
    const char *(*validated)(void *arg, const char *domain);
    void *arg;
};

/* macro-string (7.1); with exp the letters c, r, t are good (7.2), and spaces (6.2). */
bool spf_macro_string_ok(const char *s, size_t n, bool exp);
/* domain-spec: a macro-string that ends in a top label or a macro. */
bool spf_domain_spec_ok(const char *s, size_t n);

/* A name to ask for: expanded, without a final dot, cut from the left to 253 bytes (7.3). "" when
 * nothing is left or it grew beyond all bounds. spec passed spf_domain_spec_ok(). */
const char *spf_expand_domain(struct arena *a, const char *spec, const struct spf_values *v);
/* The explanation (6.2); NULL when it has syntax errors, or is too long or not printable ASCII. */
const char *spf_expand_text(struct arena *a, const char *text, size_t n,
                            const struct spf_values *v);

/* Dotted quad, or 32 nibbles with dots: the value of i. */
const char *spf_dotted_ip(struct arena *a, const struct spf_values *v);

#endif
