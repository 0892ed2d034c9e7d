/*
 * The public suffix list (publicsuffix.org): one for all that ask where a domain that somebody can register begins. Console,
 * command and engine must not differ in it: what a page takes for a domain of somebody's is what the gate compares.
 * Domains: lower case A-labels.
 */
#ifndef SEKISHO_SUFFIXES_H
#define SEKISHO_SUFFIXES_H

#include <stdbool.h>

struct psl;

/* Read once, at the first call of this or of any function here, shared by all threads, read-only: Debian's file (package
 * publicsuffix), which gets newer while libpsl stays, else the list that is built into libpsl. Never NULL. It opens a file:
 * a process that closes its sandbox calls this before. */
const struct psl *suffixes(void);

/* The registrable domain, a part of the argument; NULL: it is a public suffix or has none. */
const char *suffixes_registrable(const struct psl *psl, const char *domain);
/* Also by the rule "*", which every name without a dot matches. */
bool suffixes_is_public(const char *domain);
/* By a rule of its own, so that "lan" is none. registry: of registries only (co.jp), not of companies (github.io). */
bool suffixes_is_listed(const char *domain, bool registry);

#endif
