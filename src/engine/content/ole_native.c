#include "bytes.h"
#include "content.h"
#include "ole.h"
#include "../msg/mime_type.h"
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

static const char *
base(const char *path)
{
    const char *slash = strrchr(path, '\\');
    return slash ? slash + 1 : path;
}

/* Of a document whose picture came from a program, some writers note that program as the file's name. */
static bool
only_icon(const char *label, const char *file, const unsigned char *p, size_t n)
{
    enum file_class class = mime_class(mime_type_of(p, n));
    return class >= FILE_MEDIA && class <= FILE_ARCHIVE && *label && *file &&
           !bytes_ext_in(label, programs) && !bytes_ext_in(file, programs);
}

/* What packager.dll makes of a file that is put into a document. */
void
ole_native(struct content *c, const struct content_file *f, const unsigned char *p, size_t n)
{
    struct arena *a = content_scratch(c);
    size_t at = 2, size;
    if (n < 16)
        return;
    const char *label = base(zero_ended(a, p, n, &at)), *name = base(zero_ended(a, p, n, &at));
    at += 4;
    if (at + 4 > n)
        return;
    size = bytes_le32(p + at);
    if (size > n - at - 4)
        return;
    const char *file =
        base(jsonx_utf8(a, (const char *)p + at + 4, strnlen((const char *)p + at + 4, size)));
    at += 4 + size;
    if (at + 4 > n)
        return;
    size = bytes_le32(p + at);
    at += 4;
    if (size > n - at)
        size = n - at;
    if (only_icon(label, file, p + at, size))
        name = label;
    if (bytes_ext_in(name, programs))
        content_finding(c, f, "embedded-program", "malware", 6.0, name);
    else
        content_finding(c, f, "embedded-object", "", 1.0, name);
    content_member(c, f, name, p + at, size);
}
