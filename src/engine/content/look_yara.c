/* The operator's YARA rules on each attachment and what is inside it. */
#include "content.h"
#include "yara_rules.h"

static bool
wants(const struct content_file *f)
{
    (void)f;
    return yara_rules_any();
}

static void
run(struct content *c, const struct content_file *f)
{
    yara_rules_scan(content_msg(c), f->id, f->name, f->p, f->n);
}

const struct content_look look_yara = {
    .name = "yara", .help = "The operator's YARA rules", .wants = wants, .run = run};
