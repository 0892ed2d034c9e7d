#include "usermail_proof.h"

#include <string.h>

#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/token.h"
#include "../../store/store_proof.h"
#include "../../store/store_user_mail.h"
#include "usermail.h"

int
usermail_proof(struct usermail *m, const char **token, struct err *e)
{
    const char *proof = jsonx_str(m->params, "proof");
    unsigned char key[32], mac[32], hash[32];

    if (!proof || !token_is_uuid(proof))
        return err_set(e, ERR_INPUT, "mail-params", "no proof to make a link of");
    token_derive(m->master_key, 32, "mail-proof", key);
    token_hmac(key, sizeof key, proof, strlen(proof), mac);
    *token = token_base64url(m->a, mac, sizeof mac);
    token_sha256(*token, strlen(*token), hash);
    return store_proof_arm(m->db, m->a, m->row->org_id, proof, hash, e);
}
