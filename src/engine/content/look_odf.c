/*
 * Documents of OpenDocument that are encrypted: their table of contents says so (ODF 1.3 part 2, 4.8), while the files themselves
 * are only bytes. They are not decrypted here, but reported: never taken for clean.
 */
#include "bytes.h"
#include "content.h"

#include <string.h>

static bool
wants(const struct content_file *f)
{
    return f->inside && strcmp(f->name, "META-INF/manifest.xml") == 0;
}

static void
run(struct content *c, const struct content_file *f)
{
    if (bytes_find(f->p, f->n, "encryption-data"))
        content_locked(c, f->inside, "");
}

const struct content_look look_odf = {.name = "odf",
                                      .help = "OpenDocument: encrypted documents are reported",
                                      .wants = wants,
                                      .run = run};
