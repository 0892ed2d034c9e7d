/*
 * The name in From as it is compared with those of correspondents (contact/contact.h). The gate asks for it, but
 * folding letters is for the sandbox.
 */
#include "scan.h"

#include "../msg/msg.h"
#include "fold.h"
#include "people_name.h"

static void
run(struct scan_ctx *c)
{
    c->msg->from_key = people_key(c->msg->arena, c->msg->from_name);
}

const struct scanner scan_contact = {.name = "contact",
                                     .help = "Names of senders, for those that people know",
                                     .prepare = fold_prepare,
                                     .run = run};
