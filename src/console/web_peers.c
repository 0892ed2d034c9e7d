#include "web_peers.h"

#include "../common/token.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>

#define NBUCKETS 512
#define SITE 7 /* bytes of a key: its family and a /48, or the whole of an IPv4 address */

static struct web_peer *buckets[NBUCKETS];

static void
make_key(struct web_peer *p, const char *ip)
{
    unsigned char raw[16] = {0};
    memset(p->key, 0, sizeof p->key);
    if (inet_pton(AF_INET, ip, raw) == 1) {
        p->key[0] = 4;
        memcpy(p->key + 1, raw, 4);
    } else if (inet_pton(AF_INET6, ip, raw) == 1 && IN6_IS_ADDR_V4MAPPED((struct in6_addr *)raw)) {
        p->key[0] = 4;
        memcpy(p->key + 1, raw + 12, 4);
    } else if (inet_pton(AF_INET6, ip, raw) == 1) {
        p->key[0] = 6;
        memcpy(p->key + 1, raw, 8);
    }
}

/* With a start that nobody outside knows: addresses cannot be chosen to share a bucket. */
static struct web_peer **
bucket_of(const struct web_peer *p)
{
    static uint32_t start;
    while (!start)
        token_random(&start, sizeof start);
    uint32_t h = start;
    for (size_t i = 0; i < SITE; i++)
        h = (h ^ p->key[i]) * 16777619u;
    return &buckets[(h ^ h >> 16) % NBUCKETS];
}

int
web_peer_enter(struct web_peer *p, const char *ip)
{
    int n = 1, site = 1;
    make_key(p, ip);
    struct web_peer **head = bucket_of(p);
    for (const struct web_peer *o = *head; o; o = o->next) {
        n += !memcmp(o->key, p->key, sizeof p->key);
        site += !memcmp(o->key, p->key, SITE);
    }
    p->next = *head;
    p->at = head;
    if (p->next)
        p->next->at = &p->next;
    *head = p;
    site = (site + WEB_PEER_SITE - 1) / WEB_PEER_SITE;
    return n > site ? n : site;
}

void
web_peer_leave(struct web_peer *p)
{
    if (!p->at)
        return;
    *p->at = p->next;
    if (p->next)
        p->next->at = p->at;
    p->at = NULL;
}
