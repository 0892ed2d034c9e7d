/* A held message as it came, in a ZIP file with a password. Nothing in it is looked at here. Whether end users may have it is the
 * operator's choice (user_download); administrators may. */
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/settings.h"
#include "../../common/token.h"
#include "../../rpc/rpc_server.h"
#include "../../store/store_body.h"
#include "../act/zip_seal.h"
#include "hnd_ctx.h"
#include "hnd_preview.h"

#include <string.h>

#define MESSAGE_MAX (640 * 1024) /* so that it fits into an answer */
#define PASSWORD_LEAST 12

static int
seal(const struct hnd_ctx *x, struct arena *a, json_t *params, unsigned char **zip, size_t *len,
     struct err *e)
{
    const char *org = jsonx_str(params, "org_id"), *id = jsonx_str(params, "message_id");
    unsigned char *raw;
    size_t n;
    int64_t bytes;
    if (store_body_size(x->db, a, org, id, &bytes, e))
        return -1;
    if (bytes > MESSAGE_MAX)
        return err_set(e, ERR_ENV, "download-too-large", "larger than can be downloaded here");
    if (store_body_get(x->db, a, org, id, x->master_key, &raw, &n, e))
        return -1;
    return zip_seal(a, "message.eml", raw, n, jsonx_str(params, "password"), zip, len, e);
}

int
hnd_message_download(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                     struct err *e)
{
    unsigned char *zip;
    size_t len;
    if (!token_is_uuid(jsonx_str(params, "org_id")) ||
        !token_is_uuid(jsonx_str(params, "message_id")))
        return err_set(e, ERR_INPUT, "id", "not an id");
    if (strlen(jsonx_str(params, "password")) < PASSWORD_LEAST)
        return err_set(e, ERR_INPUT, "password", "too short");
    if (c->class == 'P' && !settings_int(SET_user_download))
        return err_set(e, ERR_DENIED, "download", "end users may not download held mail");
    if (preview_reader(c->ctx, a, c, params, e) || seal(c->ctx, a, params, &zip, &len, e))
        return -1;
    *reply = json_pack("{ss}", "zip", token_base64url(a, zip, len));
    return 0;
}
