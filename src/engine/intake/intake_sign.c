#include "intake_sign.h"

#include <string.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../act/outbound_sign.h"
#include "../orgconf/orgconf.h"
#include "intake_conn.h"
#include "milter.h"

#define FIELD "DKIM-Signature: "

/* "DKIM-Signature: v=1; ...CRLF" as the milter protocol takes it: the value, folded with LF. */
static const char *
value_of(struct arena *a, const char *field)
{
    char *out = arena_strdup(a, field + strlen(FIELD)), *to = out;

    for (const char *p = out; *p; p++)
        if (*p != '\r')
            *to++ = *p;
    while (to > out && to[-1] == '\n')
        to--;
    *to = '\0';
    return out;
}

int
intake_sign(struct ending *x)
{
    struct outbound_mail mail = {.org = x->m->sender_org,
                                 .sender = x->m->sender,
                                 .raw = x->j.raw,
                                 .n = x->j.raw_len,
                                 .id_name = "queue_id",
                                 .id = x->j.queue_id};
    struct outbound_signatures s;
    struct err e = {0};

    if (!x->c->outbound || dispose_answer(x->c, &x->j) != ANSWER_ACCEPT)
        return 0;
    if (outbound_sign(x->m->arena, x->m->conf->dkim, &mail, &s, &e) < 0)
        return ending_refuse(x, 451, "4.7.5", "Cannot sign this message now, try again later");
    x->nsignatures = s.n;
    x->signatures = s.fields;
    for (int i = 0; i < s.n; i++)
        s.fields[i] = value_of(x->m->arena, s.fields[i]);
    return 0;
}

void
intake_sign_insert(struct ending *x)
{
    for (int i = x->nsignatures - 1; i >= 0; i--)
        milter_insert_header(x->out, "DKIM-Signature", x->signatures[i]);
}
