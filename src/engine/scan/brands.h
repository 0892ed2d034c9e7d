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
/* Whose domain a host that is nobody's is made to look like: the brand's name with a word of lures and a hyphen
 * (paypal-login.test), or its domain in front of another one (paypal.com.example.test); -1: no brand's. */
int brand_imitated(const char *host);
/* The brand whose name is an everyday word, too, when it stands alone (folded); -1: none. */
int brand_of_word(const char *word);
/* Bytes of a text. */
struct brand_place {
    size_t at, n;
};
/* The first brand that folded text names as whole words, and where (may be NULL); -1: none. */
int brand_in_text(const char *folded, struct brand_place *place);

#endif
