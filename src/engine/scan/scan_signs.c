/*
 * Signs of different kinds in one mail. Each may have a good reason; good mail hardly has three of them at once.
 * Runs behind the scanners that it counts.
 */
#include "scan.h"

#include <string.h>

#include "../../common/arena.h"
#include "../msg/msg.h"

#define SIGN 0.7 /* points of one scanner that are a sign */

static const char *const counted[] = {"hidden",  "url",      "links", "people", "replyto",
                                      "origin",  "borrowed", "habit", "kit",    "alone",
                                      "picture", "brand",    "social"};

static void
run(struct scan_ctx *c)
{
    struct msg *m = c->msg;
    int signs = 0;

    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        double points = 0;
        for (int k = 0; k < m->nfindings; k++)
            if (strcmp(m->findings[k].scanner, counted[i]) == 0 && !*m->findings[k].org)
                points += m->findings[k].score;
        signs += points >= SIGN;
    }
    if (signs >= 3)
        msg_add_finding(m, (struct msg_finding){.scanner = "signs",
                                                .code = "many-signs",
                                                .kind = "",
                                                .score = signs > 3 ? 2.0 : 1.2,
                                                .evidence = arena_printf(m->arena, "%d", signs),
                                                .part = "",
                                                .org = ""});
}

const struct scanner scan_signs = {
    .name = "signs", .help = "Signs of several kinds in one mail", .run = run};
