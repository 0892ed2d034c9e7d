/*
 * OneNote sections (MS-ONESTORE 2.6.13): attached files are FileDataStoreObjects, found by their GUID, so that a
 * broken or unusual structure around them hides nothing. A file that Windows would run is what such mails are for.
 */
#include "bytes.h"
#include "content.h"
#include "../../common/arena.h"
#include "../../common/buf.h"

#include <ctype.h>
#include <string.h>

#define FILES 100
#define TEXT (256 * 1024)
#define NAME_MAX_BYTES 200

static const unsigned char store[16] = {0xe7, 0x16, 0xe3, 0xbd, 0x65, 0x26, 0x11, 0x45,
                                        0xa4, 0xc4, 0x8d, 0x4d, 0x0b, 0x7a, 0x9e, 0xac};
static const unsigned char section[16] = {0xe4, 0x52, 0x5c, 0x7b, 0x8c, 0xd8, 0xa7, 0x4d,
                                          0xae, 0xb1, 0x53, 0x78, 0xd0, 0x29, 0x96, 0xd3};
static const char *const dangerous[] = {".bat", ".cmd", ".vbs", ".vbe", ".js",  ".jse", ".wsf",
                                        ".hta", ".ps1", ".exe", ".scr", ".lnk", ".msi", ".chm",
                                        ".com", ".pif", ".cpl", ".jar", NULL};

static bool
wants(const struct content_file *f)
{
    return (f->n >= 16 && memcmp(f->p, section, 16) == 0) || bytes_ext(f->name, ".one") ||
           bytes_ext(f->name, ".onepkg");
}

static const char *
dangerous_name(struct arena *a, const struct buf *text)
{
    const char *p = buf_cstr(text), *end = p + text->len;
    while (p < end) {
        const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
        const char *line = arena_strndup(a, p, (size_t)(stop - p));
        if (stop - p < NAME_MAX_BYTES && !strstr(line, "//") && bytes_ext_in(line, dangerous))
            return line;
        p = nl ? nl + 1 : end;
    }
    return NULL;
}

static void
run(struct content *c, const struct content_file *f)
{
    const unsigned char *p = f->p, *end = p + f->n;
    struct arena *a = content_scratch(c);
    struct buf *text = bytes_wide_text(a, f->p, f->n, TEXT);
    const char *name = dangerous_name(a, text);
    int files = 0;
    while ((p = memmem(p, (size_t)(end - p), store, sizeof store)) && end - p > 36) {
        uint64_t size = bytes_le64(p + 16);
        const unsigned char *data = p + 36;
        size_t left = (size_t)(end - data), n = size > left ? left : (size_t)size;
        if (++files > FILES)
            content_finding(c, f, "too-many-objects", "unscannable", 0, f->name);
        if (files > FILES || !content_member(c, f, "", data, n))
            break;
        p = data + n;
    }
    if (name)
        content_finding(c, f, "onenote-program", "malware", 6.0, name);
    else if (files)
        content_finding(c, f, "onenote-file", "", 1.0, f->name);
    content_text(c, f, buf_cstr(text), text->len);
}

const struct content_look look_onenote = {
    .name = "onenote", .help = "Files in OneNote sections", .wants = wants, .run = run};
