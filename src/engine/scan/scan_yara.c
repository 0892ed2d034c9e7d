/* The operator's YARA rules on the message as it came; content/look_yara.c has them for what is inside. */
#include "scan.h"
#include "../content/yara_rules.h"

static void
run(struct scan_ctx *c)
{
    yara_rules_scan(c->msg, "", "", c->raw, c->raw_len);
}

const struct scanner scan_yara = {
    .name = "yara", .help = "The operator's YARA rules", .prepare = yara_rules_prepare, .run = run};
