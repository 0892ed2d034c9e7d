#include "pg_password.h"

#include "../../common/jsonx.h"
#include "../../common/password_rule.h"
#include "../../rpc/rpc.h"
#include "../view.h"

bool
pg_password_check(struct web_req *r, const char *field, const char *address, const char *name,
                  const char *org)
{
    const char *const context[] = {address, name, org, NULL};
    unsigned faults = password_rule(in_text(r, field), context);
    const char *texts[PASSWORD_FAULTS];
    int n = 0;

    for (int i = 0; i < PASSWORD_FAULTS; i++)
        if (faults & 1u << i)
            texts[n++] = password_fault_text((enum password_fault)(1u << i));
    if (n)
        in_errors(r, field, texts, n);
    return !n;
}

const char *
pg_password_hash(struct web_req *r, const char *password)
{
    json_t *params = json_object(), *reply;

    json_object_set_new(params, "password", json_string(password));
    if (rpc_call(r->a, RPC_auth_hash, jsonx_own(r->a, params), &reply, &r->err) < 0)
        return NULL;
    return jsonx_str(reply, "mcf");
}
