/*
 * How many connections each address holds in this worker, so that one cannot take all of them.
 * IPv6 counts by /64: who has one address of it usually has them all. Who has many /64 has them from
 * one /48, which may have WEB_PEER_SITE times as many.
 */
#ifndef SEKISHO_WEB_PEERS_H
#define SEKISHO_WEB_PEERS_H

#define WEB_PEER_SITE 2

struct web_peer {
    struct web_peer *next, **at; /* at NULL: not counted */
    unsigned char key[9];
};

/* Counts p, which stays where it is until web_peer_leave(). The number of connections that its
 * address has now, with this one; when its /48 has more than WEB_PEER_SITE times as many, the share
 * of those. ip: text as inet_ntop() writes it. */
int web_peer_enter(struct web_peer *p, const char *ip);
/* Also for one that is not counted (any more). */
void web_peer_leave(struct web_peer *p);

#endif
