/*
 * Answers of DNS that the gate and all its scan workers have in common.
 *
 * The sandboxed worker may ask nobody, so a question without an answer costs the message another round between gate and
 * worker (dns_known.h). Most mail comes from senders that wrote a short time ago: what the gate was told then is in
 * memory that the workers see. The gate writes, the workers read: their mapping cannot be made writable, because the
 * memfd is sealed for it. Answers live as long as DNS says; failures are not kept.
 *
 * There is one such memory in a process tree, made by who starts the workers. It holds SLOTS answers; the one that ends
 * soonest makes room. A process that has none (tests, most commands) gets "not known" from every question.
 */
#ifndef SEKISHO_DNS_SHARED_H
#define SEKISHO_DNS_SHARED_H

#include <stdbool.h>

#include "dns.h"

struct arena;

/* Before workers are forked; once more does nothing. Without memory for it there is none, which costs time only. */
void dns_shared_make(void);
/* In a child that must not write: from here on it can only read. Once more does nothing. */
void dns_shared_read_only(void);

/* For any thread. name: dns_is_name(), any case. What is too long is not kept. */
void dns_shared_put(const char *name, enum dns_type type, const struct dns_answer *answer);
/* true: *out is known, its records are the arena's; its ttl is what is left of it. */
bool dns_shared_get(struct arena *a, const char *name, enum dns_type type, struct dns_answer *out);

#endif
