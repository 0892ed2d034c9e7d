/* Where outbound mail comes from: networks of servers, and single sources that can be stopped. */
#ifndef SEKISHO_SOURCE_H
#define SEKISHO_SOURCE_H

struct arena;
struct err;

/* An address or network such as an outbound server has it, in PostgreSQL's form of cidr. -1 and
 * ERR_INPUT: as ipnet_parse(), and "wide" for one that is half an open relay. */
int source_network(struct arena *a, const char *text, const char **out, struct err *e);
/* An IP address, or an e-mail address in lower case. -1 and ERR_INPUT "source". */
int source_parse(struct arena *a, const char *text, const char **out, struct err *e);

#endif
