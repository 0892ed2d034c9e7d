/* What kind of file it is, by bytes and by name, and what else it is. */
#include <glib.h>
#include <string.h>

#include "content_fuzz.h"
#include "engine/content/filetype.h"

int LLVMFuzzerTestOneInput(const unsigned char *p, size_t n);

/* The bytes begin with a name, which ends with a NUL. */
int
LLVMFuzzerTestOneInput(const unsigned char *p, size_t n)
{
    const unsigned char *end = memchr(p, 0, n < 80 ? n : 80);
    const char *name = end ? (const char *)p : "a.jpg";
    if (end) {
        n -= (size_t)(end + 1 - p);
        p = end + 1;
    }
    (void)filetype_two_endings(name);
    (void)mime_class(mime_type_of(p, n));
    return content_fuzz(g_utf8_validate(name, -1, NULL) ? name : "a.jpg", NULL, p, n);
}
