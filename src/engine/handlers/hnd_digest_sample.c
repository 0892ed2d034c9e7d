/* The digest of one's own mailbox as it will look (ux.md U11): examples, the account's own settings, and links that are words only. */
#include "../../common/err.h"
#include "../../common/jsonx.h"
#include "../../common/local_format.h"
#include "../../common/when.h"
#include "../../store/store_digest.h"
#include "../notices/usermail.h"
#include "hnd_ctx.h"
#include "hnd_self.h"

int
hnd_digest_sample(struct arena *a, const struct rpc_caller *c, json_t *params, json_t **reply,
                  struct err *e)
{
    struct hnd_self s;
    struct store_user_mail row;
    const char *text, *html;

    if (hnd_self(a, c, params, &s, e) < 0 ||
        store_digest_sample(s.x->db, a, s.who.org_id, s.who.account_id,
                            jsonx_str(params, "mailbox"), &row, e) < 0)
        return -1;
    row.org_name = s.who.org_name;
    int rc = usermail_show(a, &row, when_now(), &text, &html, e);
    local_format_end(); /* this thread ends with its connection */
    if (rc < 0)
        return -1;
    *reply = json_object();
    json_object_set_new(*reply, "text", json_string(text));
    json_object_set_new(*reply, "html", json_string(html));
    return 0;
}
