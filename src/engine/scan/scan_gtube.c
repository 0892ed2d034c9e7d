/* The standard test text for spam filters (GTUBE), in the decoded text or in the raw bytes. */
#include "scan.h"
#include "../msg/msg.h"

#include <string.h>

static const char gtube[] = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X";

static void
run(struct scan_ctx *c)
{
    if (memmem(c->msg->text, c->msg->text_len, gtube, sizeof gtube - 1) ||
        memmem(c->raw, c->raw_len, gtube, sizeof gtube - 1) || strstr(c->msg->subject, gtube))
        msg_add_finding(c->msg, (struct msg_finding){.scanner = "gtube",
                                                     .code = "gtube",
                                                     .kind = "spam",
                                                     .score = 1000 - 1,
                                                     .evidence = "GTUBE"});
}

const struct scanner scan_gtube = {
    .name = "gtube", .help = "Standard test text for spam filters", .run = run};
