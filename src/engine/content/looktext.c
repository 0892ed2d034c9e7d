#include "looktext.h"
#include "content.h"
#include "../msg/charset.h"

void
looktext(struct content *c, const struct content_file *f, const void *p, size_t n)
{
    size_t len;
    if (n > LOOKTEXT_BYTES)
        n = LOOKTEXT_BYTES;
    const char *text = charset_utf8(content_scratch(c), NULL, p, n, &len, NULL);
    content_text(c, f, text, len);
}
