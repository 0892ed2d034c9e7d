/* Plain text inside archives: its words and addresses. Attached text is read with the message (msg/textpart.c). */
#include "bytes.h"
#include "content.h"
#include "../msg/charset.h"

#include <string.h>

#define LOOKED_AT (256 * 1024)
#define SAMPLE 4096

static const char *const names[] = {".txt",  ".text", ".csv", ".md",  ".log", ".ini", ".cfg",
                                    ".json", ".yml",  ".tsv", ".asc", ".eml", ".url", NULL};

/* Bytes that text does not have. */
static bool
is_text(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n && i < SAMPLE; i++)
        if (p[i] < 0x20 && p[i] != '\t' && p[i] != '\r' && p[i] != '\n' && p[i] != '\f' &&
            p[i] != 0x1b)
            return false;
    return n > 0;
}

static bool
wants(const struct content_file *f)
{
    return f->inside &&
           (bytes_ext_in(f->name, names) ||
            ((!*f->true_type || strncmp(f->true_type, "text/x-", 7) == 0) && is_text(f->p, f->n)));
}

static void
run(struct content *c, const struct content_file *f)
{
    size_t n = f->n > LOOKED_AT ? LOOKED_AT : f->n;
    char *text = charset_utf8(content_scratch(c), NULL, (const char *)f->p, n, &n, NULL);
    content_text(c, f, text, n);
}

const struct content_look look_text = {
    .name = "text", .help = "Text inside archives", .wants = wants, .run = run};
