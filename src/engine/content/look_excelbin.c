/*
 * Parts of Excel's binary packages (.xlsb): macro sheets, and links that start programs. Their strings stand in
 * UTF-16 with a length in front; only the strings are looked at.
 */
#include "bytes.h"
#include "content.h"
#include "ole.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <string.h>
#include <strings.h>

static bool
wants(const struct content_file *f)
{
    return f->inside && bytes_ext(f->name, ".bin") &&
           (strcasestr(f->name, "macrosheets/") || strcasestr(f->name, "externallinks/"));
}

/* The application and the topic of a link come one behind the other. */
static void
link_strings(struct content *c, const struct content_file *f)
{
    struct arena *a = content_scratch(c);
    struct buf *b = buf_new(a, 1000);
    for (size_t at = 0; at + 8 < f->n && b->len < 600;) {
        size_t chars = bytes_le32(f->p + at);
        if (chars < 2 || chars > 300 || at + 4 + chars * 2 > f->n || f->p[at + 5] != 0) {
            at++;
            continue;
        }
        buf_printf(b, "%s%s", b->len ? " " : "", bytes_utf16(a, f->p + at + 4, chars * 2, false));
        at += 4 + chars * 2;
    }
    if (b->len && !strstr(buf_cstr(b), "rId"))
        ole_dde(c, f, buf_cstr(b));
}

static void
run(struct content *c, const struct content_file *f)
{
    if (strcasestr(f->name, "macrosheets/"))
        content_finding(c, f, "excel4-macro", "", 5.0, f->name);
    else
        link_strings(c, f);
}

const struct content_look look_excelbin = {
    .name = "excelbin", .help = "Excel's binary parts", .wants = wants, .run = run};
