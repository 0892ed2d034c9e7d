#include "countries.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <maxminddb.h>
#include <stdlib.h>
#include <string.h>

#include "../../common/err.h"
#include "../../common/ipnet.h"

struct countries {
    MMDB_s db;
};

int
countries_open(const char *path, struct countries **out, struct err *e)
{
    struct countries *c;
    int rc;

    *out = NULL;
    if (!*path)
        return 0;
    c = calloc(1, sizeof *c);
    BUG_IF(!c);
    rc = MMDB_open(path, MMDB_MODE_MMAP, &c->db);
    if (rc != MMDB_SUCCESS) {
        free(c);
        return err_set(e, ERR_ENV, "country-database", "country_database %.120s: %s", path,
                       MMDB_strerror(rc));
    }
    *out = c;
    return 0;
}

static void
socket_address(const struct ipnet *ip, struct sockaddr_storage *out)
{
    memset(out, 0, sizeof *out);
    out->ss_family = ip->v6 ? AF_INET6 : AF_INET;
    if (ip->v6)
        memcpy(&((struct sockaddr_in6 *)out)->sin6_addr, ip->addr, 16);
    else
        memcpy(&((struct sockaddr_in *)out)->sin_addr, ip->addr, 4);
}

bool
countries_of(const struct countries *c, const char *ip, char out[3])
{
    struct sockaddr_storage ss;
    MMDB_lookup_result_s found;
    MMDB_entry_data_s data;
    struct ipnet net;
    int error = 0;

    if (!c || !ipnet_address(ip, &net))
        return false;
    socket_address(&net, &ss);
    found = MMDB_lookup_sockaddr(&c->db, (const struct sockaddr *)&ss, &error);
    if (error != MMDB_SUCCESS || !found.found_entry ||
        MMDB_get_value(&found.entry, &data, "country", "iso_code", NULL) != MMDB_SUCCESS ||
        !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size != 2 ||
        !isupper((unsigned char)data.utf8_string[0]) ||
        !isupper((unsigned char)data.utf8_string[1]))
        return false;
    out[0] = data.utf8_string[0];
    out[1] = data.utf8_string[1];
    out[2] = '\0';
    return true;
}
