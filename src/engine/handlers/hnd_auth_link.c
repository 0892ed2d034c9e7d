/*
 * Signing in by a mailed link, for the portal. Whoever reads the mail to an address may sign in with it, in the
 * browser that asked, or in another one in which he knows the address: a link of somebody else's account, sent
 * on, signs nobody in by a click.
 */
#include <string.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_account.h"
#include "../../store/store_proof.h"
#include "../../store/store_second.h"
#include "hnd_ctx.h"

int
hnd_auth_link(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
              struct err *e)
{
    const struct hnd_ctx *x = c->ctx;
    const char *token = jsonx_str(params, "token"), *browser = jsonx_str(params, "browser");
    const char *ticket = "", *result = "ok";
    unsigned char hash[32], *proof = NULL;
    struct addr address = {.key = ""};
    struct store_credentials who;
    size_t n = 0;

    token_sha256(token, strlen(token), hash);
    if (*browser && (!(proof = token_unbase64url(a, browser, &n)) || n != 32))
        return err_set(e, ERR_INPUT, "browser", "browser is a SHA-256 in base64url");
    if (addr_parse(a, jsonx_str(params, "address"), &address, NULL))
        address.key = "";
    if (store_proof_sign_in(x->db, a, hash, proof, address.key, &who, e) == 0) {
        int factors;
        if (store_second_factors(x->db, a, who.org_id, who.account_id, &factors, e) ||
            store_second_ticket_add(x->db, a, who.org_id, who.account_id, "portal", 1, NULL, NULL,
                                    &ticket, e))
            return -1;
        result = factors > 1 ? "second" : "ok"; /* a mailbox is one factor, as a password is */
    } else if (e->cls == ERR_NOTFOUND) {
        result = "wrong";
    } else {
        return -1;
    }
    *reply = json_pack("{ss ss}", "result", result, "ticket", ticket);
    return 0;
}
