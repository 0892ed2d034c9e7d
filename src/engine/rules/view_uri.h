/* Reading addresses of a mail (view.h, view_uris()): what the files view_uri*.c share. */
#ifndef SEKISHO_RULES_VIEW_URI_H
#define SEKISHO_RULES_VIEW_URI_H

#include <ctype.h>
#include <string.h>

#include "view.h"

/* Keeps all forms of an address that was found. only_valid: only if one of them has a host that can be. */
void uri_keep(struct view *v, struct names *seen, struct span uri, bool only_valid);
/* Those in a line of text. raw: those that were found before, as they stand there. */
void uri_search(struct view *v, struct names *seen, struct names *raw, struct span line);
/* Everything that an address may be meant as, itself first. */
void uri_forms(struct view *v, struct span uri, struct spans *out);

bool uri_begins(struct span s, const char *text); /* any case */
struct span uri_prefixed(struct view *v, const char *prefix, struct span s);
/* %41 -> A where that is a printable sign, and the other way round for what is not. */
struct span uri_unescaped(struct arena *a, struct span s);
bool uri_escaped(struct span s);
bool spans_have(const struct spans *all, struct span s);

static inline bool
uri_in(char c, const char *set)
{
    return c && strchr(set, c);
}

static inline bool
uri_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

#endif
