/* Archives behind something else: a picture with a rar at its end, a self-extracting program. See polyglot.h. */
#include "content.h"
#include "polyglot.h"

static bool
wants(const struct content_file *f)
{
    size_t at[POLYGLOT_BEHIND];
    return polyglot_behind(f, at) > 0;
}

static void
run(struct content *c, const struct content_file *f)
{
    size_t at[POLYGLOT_BEHIND];
    int n = polyglot_behind(f, at);
    if (!content_open(c, f))
        return;
    for (int i = 0; i < n; i++)
        if (!content_member(c, f, f->name, f->p + at[i], f->n - at[i]))
            break;
    content_close(c);
}

const struct content_look look_behind = {
    .name = "behind", .help = "Archives behind something else", .wants = wants, .run = run};
