/* Names of hosts and mail domains, as scanners compare them. All in lower case, A-labels. */
#ifndef SEKISHO_HOSTS_H
#define SEKISHO_HOSTS_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct msg;

/* The organisational domain (RFC 7489 3.2): a part of host. */
const char *host_org(const char *host);
bool host_same_org(const char *one, const char *other);
/* IPv4 or IPv6, also with brackets. */
bool host_is_ip(const char *host);
/* Behind the last @ of an address; "" when there is none. In lower case, in the arena. */
const char *host_of_address(struct arena *a, const char *address);
/* Of From. */
const char *host_of_from(const struct msg *m);
/* The address in a field such as Reply-To: the first one, in lower case; "" when it has none. */
const char *host_field_address(const struct msg *m, const char *field);

/* "spam" in envelope.lists, and what one organisation has in it. */
#define HOST_FREEMAIL 1  /* anybody gets a mailbox there */
#define HOST_SHORTENER 2 /* leads anywhere */
#define HOST_TRACKER 4   /* of those who send newsletters, and wrappers of mail filters */
#define HOST_SOCIAL 8    /* social networks */
#define HOST_SHARED 16   /* anybody puts pages there, under a name of its own or not */
#define HOST_PICTURES 32 /* anybody puts pictures there */
/* Customers of a brand put pages there under its name, or it leads wherever one asks it to: not the brand's own word. */
#define HOST_TENANT 64
#define HOST_FORM 128   /* anybody makes forms there that ask whatever they want */
#define HOST_SEARCH 256 /* leads anywhere, for those who searched there */
/* Which of them a host, or a domain above it, is (hosts.def). */
unsigned host_known(const char *host);

#endif
