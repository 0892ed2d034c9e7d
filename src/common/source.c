#include "source.h"

#include "addr.h"
#include "arena.h"
#include "err.h"
#include "ipnet.h"

/* As the table has it (0009-peers.sql). */
#define BITS_V4 16
#define BITS_V6 32

int
source_network(struct arena *a, const char *text, const char **out, struct err *e)
{
    struct ipnet net;
    char name[IPNET_TEXT];

    if (ipnet_parse(text, &net, e) < 0)
        return -1;
    if (net.bits < (net.v6 ? BITS_V6 : BITS_V4))
        return err_set(e, ERR_INPUT, "wide", "a network has at least /%d",
                       net.v6 ? BITS_V6 : BITS_V4);
    ipnet_text(&net, name);
    *out = arena_strdup(a, name);
    return 0;
}

int
source_parse(struct arena *a, const char *text, const char **out, struct err *e)
{
    struct ipnet ip;
    struct addr address;
    char name[IPNET_TEXT];

    if (ipnet_address(text, &ip)) {
        ipnet_text(&ip, name);
        *out = arena_strdup(a, name);
        return 0;
    }
    if (addr_parse(a, text, &address, e) < 0)
        return err_set(e, ERR_INPUT, "source",
                       "a source is an IP address, or an address such as name@example.com");
    *out = address.key;
    return 0;
}
