#include "bytes.h"
#include "content.h"
#include "ole.h"
#include "../../common/arena.h"
#include "../../common/jsonx.h"

#include <string.h>

static const char *
zero_ended(struct arena *a, const unsigned char *p, size_t n, size_t *at)
{
    size_t len = *at < n ? strnlen((const char *)p + *at, n - *at) : 0;
    const char *s = jsonx_utf8(a, (const char *)p + (*at < n ? *at : n), len);
    *at += len + 1;
    return s;
}

/* What runs when it is clicked in the document. */
static const char *const programs[] = {".exe", ".scr", ".com", ".pif", ".dll", ".cpl", ".bat",
                                       ".cmd", ".vbs", ".vbe", ".js",  ".jse", ".wsf", ".wsh",
                                       ".hta", ".ps1", ".lnk", ".msi", ".jar", ".chm", ".sct",
                                       ".reg", ".url", ".xll", NULL};

/* What packager.dll makes of a file that is put into a document. */
void
ole_native(struct content *c, const struct content_file *f, const unsigned char *p, size_t n)
{
    struct arena *a = content_scratch(c);
    size_t at = 2, size;
    if (n < 16)
        return;
    zero_ended(a, p, n, &at);
    const char *name = zero_ended(a, p, n, &at);
    at += 4;
    if (at + 4 > n)
        return;
    size = bytes_le32(p + at);
    if (size > n - at - 4)
        return;
    at += 4 + size;
    if (at + 4 > n)
        return;
    size = bytes_le32(p + at);
    at += 4;
    if (size > n - at)
        size = n - at;
    const char *slash = strrchr(name, '\\');
    name = slash ? slash + 1 : name;
    if (bytes_ext_in(name, programs))
        content_finding(c, f, "embedded-program", "malware", 6.0, name);
    else
        content_finding(c, f, "embedded-object", "", 1.0, name);
    content_member(c, f, name, p + at, size);
}
