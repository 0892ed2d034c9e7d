/* Macros that Word's XML and web archives carry: "ActiveMime", a head, a compound file packed by zlib. */
#include "bytes.h"
#include "content.h"

#include <string.h>

#define LIMIT (32 * 1024 * 1024)

static bool
wants(const struct content_file *f)
{
    return f->n > 60 && memcmp(f->p, "ActiveMime", 10) == 0;
}

static void
run(struct content *c, const struct content_file *f)
{
    size_t at = 30, end = f->n > 2000 ? 2000 : f->n, n;
    bool over;
    for (; at + 2 < end; at++) {
        if (f->p[at] != 0x78)
            continue;
        const unsigned char *p =
            bytes_inflate(content_scratch(c), f->p + at, f->n - at, false, LIMIT, &n, &over);
        if (p && n > 512) {
            content_member(c, f, "", p, n);
            return;
        }
    }
    content_finding(c, f, "activemime-broken", "", 4.0, f->name);
}

const struct content_look look_activemime = {
    .name = "activemime", .help = "Macros in Word's XML", .wants = wants, .run = run};
