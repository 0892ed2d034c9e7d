/* Countries of addresses, for the list of somebody's sessions: the web programs do not read the operator's files. */
#include "../../common/err.h"
#include "../../rpc/rpc_server.h"
#include "../intake/countries.h"
#include "hnd_ctx.h"

#define ADDRESSES_MAX 100

int
hnd_ip_countries(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                 struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const json_t *ips = json_object_get(params, "ips");
    json_t *list;
    (void)a;
    if (json_array_size(ips) > ADDRESSES_MAX)
        return err_set(e, ERR_INPUT, "ips", "too many addresses");
    list = json_array();
    for (size_t i = 0; i < json_array_size(ips); i++) {
        const char *ip = json_string_value(json_array_get(ips, i));
        char code[3] = "";
        if (!ip || !countries_of(x->countries, ip, code))
            code[0] = '\0';
        json_array_append_new(list, json_string(code));
    }
    *reply = json_pack("{so}", "countries", list);
    return 0;
}
