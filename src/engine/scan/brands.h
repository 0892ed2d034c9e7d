/* Well-known brands (brands.def): their names as mail writes them, and the domains that are theirs. */
#ifndef SEKISHO_BRANDS_H
#define SEKISHO_BRANDS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Builds the search for names; before the workers are forked. May be called again. */
void brands_prepare(void);
const char *brand_name(int brand);
/* Whose host it is; -1: of none. */
int brand_of_host(const char *host);
/* Both belong to one brand. */
bool brand_related(const char *one, const char *other);
bool brand_owns(int brand, const char *host);
/* The first brand that folded text names as whole words; -1: none. *rest (may be NULL): bytes of the text that are
 * not that name. */
int brand_in_text(const char *folded, size_t *rest);

#endif
