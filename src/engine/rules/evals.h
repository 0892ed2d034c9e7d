/*
 * Tests that are functions: `body NAME eval:function('argument', ...)`.
 * To add one: a line in evals.def and `bool eval_<name>(struct view *v, const struct rule *r)`, which says
 * whether it hits. What it needs of its arguments once (an expression) is made by eval_prepare_<...> when
 * the rules are read. Functions that need what we have not are in evals_lacking.def, with the cause.
 */
#ifndef SEKISHO_RULES_EVALS_H
#define SEKISHO_RULES_EVALS_H

#include <stdbool.h>
#include <stdint.h>

#include "ruleset.h"
#include "view.h"

struct eval {
    const char *name;
    bool (*run)(struct view *v, const struct rule *r);
    /* NULL: nothing to prepare. Returns NULL, or why the arguments cannot be. */
    const char *(*prepare)(struct ruleset *s, struct rule *r);
};

#define EVAL(id) bool eval_##id(struct view *v, const struct rule *r);
#define EVAL_WITH(id, how) bool eval_##id(struct view *v, const struct rule *r);
#include "evals.def"
#undef EVAL
#undef EVAL_WITH

/* NULL: there is none of that name. */
const struct eval *eval_find(const char *name);
/* Why there is none. */
const char *eval_cause(const char *name);

/* The second argument is an expression without delimiters: r->prepared is its struct regex, or NULL. */
const char *eval_prepare_regex(struct ruleset *s, struct rule *r);

/* "undef", "" and what is missing is the default. */
double eval_number(const struct rule *r, int arg, double def);
const char *eval_text(const struct rule *r, int arg, const char *def);
/* "> 3", "!= 0", "<512": of html_eval() and html_tag_balance(). */
bool eval_compare(double value, const char *expression);

/* ---- what several of them use */

/* All addresses that the mail says it is from, lower case, each once. */
struct spans eval_from_addresses(struct view *v);
/* * and ? in a pattern of lower case. */
bool eval_wildcard(const char *pattern, struct span text);

struct mime_facts {
    int base64_count, html_count, text_count, qp_count;
    bool attachment, base64_encoded_text, bad_iso_charset, alternative, qp_long_line;
    double multipart_ratio, unicode_ratio;
    int ascii_text_illegal;
    size_t base64_line;   /* the longest */
    const char *charsets; /* of all parts, with blanks */
};
const struct mime_facts *eval_mime_facts(struct view *v);

#endif
