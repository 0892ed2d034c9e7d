#include "login_rate.h"

#include "../common/arena.h"
#include "../common/err.h"
#include "../common/settings.h"
#include "../store/store_rate.h"

#include <arpa/inet.h>
#include <string.h>

#define SUBNET 8 /* bytes of a /64 */
#define SITE 6   /* ... of a /48 */
#define SITE_SHARE 4
#define NOTES_PER_HOUR 60

/* A bucket that lets at most per_hour through in any hour, half of them at once. */
static int
take(struct db *db, struct arena *a, const char *kind, const char *who, int64_t per_hour, int *wait,
     struct err *e)
{
    double burst = per_hour < 2 ? 1 : (double)(per_hour / 2), refill = (double)per_hour - burst;
    const char *key = arena_printf(a, "login:%s:%s", kind, who);
    return store_rate_take(db, a, key, refill < 1 ? 1 : refill, burst, wait, e);
}

/* The address, of IPv6 its network of so many bytes; NULL: an IPv4 address has no site. */
static const char *
network(struct arena *a, const char *ip, size_t bytes)
{
    unsigned char raw[16] = {0};
    char text[INET6_ADDRSTRLEN];
    bool site = bytes == SITE;
    if (inet_pton(AF_INET6, ip, raw) != 1)
        return site ? NULL : ip;
    if (IN6_IS_ADDR_V4MAPPED((struct in6_addr *)raw))
        return site ? NULL : strrchr(ip, ':') + 1;
    memset(raw + bytes, 0, sizeof raw - bytes);
    return arena_printf(a, "%s/%zu", inet_ntop(AF_INET6, raw, text, sizeof text), bytes * 8);
}

/* Who has one IPv6 address usually has a whole /64 of them: one bucket for it. Who has many of those
 * has them from one /48, which has a larger one. */
int
login_rate_client(struct db *db, struct arena *a, const char *client_ip, int *wait, struct err *e)
{
    int64_t per_address = settings_int(SET_login_per_address);
    const char *site = network(a, client_ip, SITE);
    if (take(db, a, "client", network(a, client_ip, SUBNET), per_address, wait, e))
        return -1;
    return *wait || !site ? 0 : take(db, a, "site", site, SITE_SHARE * per_address, wait, e);
}

int
login_rate_account(struct db *db, struct arena *a, const char *kind, const char *who, int *wait,
                   struct err *e)
{
    return take(db, a, kind, who, settings_int(SET_login_per_account), wait, e);
}

bool
login_rate_note(struct db *db, struct arena *a, const char *client_ip)
{
    struct err e;
    int wait = 0;
    return take(db, a, "note", network(a, client_ip, SUBNET), NOTES_PER_HOUR, &wait, &e) == 0 &&
           !wait;
}
