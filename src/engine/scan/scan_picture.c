/*
 * A picture that leads somewhere, and next to no text: what there is to read is drawn, so that no filter reads it.
 * Good mail of that kind (a card, a poster) leads to its sender's own pages or is signed by him.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"
#include "hosts.h"
#include "origin.h"

#define HOSTS 200  /* addresses looked at */
#define LITTLE 200 /* bytes of text without white space */

/* A link around something that is no text. */
static const struct msg_link *
pictured(const struct msg *m)
{
    for (int i = 0; i < m->nlinks; i++)
        if (!m->links[i].text[strspn(m->links[i].text, " \t\r\n")] &&
            strncasecmp(m->links[i].href, "http", 4) == 0)
            return &m->links[i];
    return NULL;
}

/* Those who send to many in their own name have room for their pictures; a free host of pictures asks nobody's name. */
static void
look_at_hosts(struct msg *m, const struct origin *o)
{
    for (int i = 0; i < m->nurls && i < HOSTS; i++) {
        const struct msg_url *u = &m->urls[i];
        if (strcmp(u->source, "html") != 0 || !(host_known(u->host) & HOST_PICTURES) ||
            host_same_org(u->host, o->host))
            continue;
        msg_add_finding(m, (struct msg_finding){.scanner = "picture",
                                                .code = "picture-host",
                                                .kind = "",
                                                .score = o->conversation ? 0.3 : 1.5,
                                                .evidence = u->host,
                                                .part = u->part,
                                                .org = ""});
        return;
    }
}

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    const struct origin *o = origin_of(m);
    const struct msg_link *link = m->html ? pictured(m) : NULL;

    look_at_hosts(m, o);
    if (!link || o->own || !o->elsewhere || o->conversation || !strcasestr(m->source, "<img") ||
        msg_letters(m, LITTLE) >= LITTLE)
        return;
    msg_add_finding(m, (struct msg_finding){.scanner = "picture",
                                            .code = "picture-only",
                                            .kind = "",
                                            .score = o->signed_own ? 1.2 : 2.0,
                                            .evidence = o->link,
                                            .part = link->part,
                                            .org = ""});
}

const struct scanner scan_picture = {
    .name = "picture", .help = "A picture that is a link instead of text", .run = run};
