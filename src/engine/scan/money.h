/* Sums of money, as texts write them. */
#ifndef SEKISHO_MONEY_H
#define SEKISHO_MONEY_H

#include <stddef.h>

struct arena;

/* The first number with a sign or code of a currency in front or behind ("$1,500.00", "200 EUR"), of so many digits in front
 * of its cents; of coins ("0.5 ETH") any number. In the arena; NULL: none. Linear in n. */
const char *money_sum(struct arena *a, const char *text, size_t n, size_t digits);

#endif
