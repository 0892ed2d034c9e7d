#include "mime_zip.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

#define END 22 /* bytes of the last record, without its comment */
#define COMMENT 65535
#define CENTRAL 46
#define LOCAL 30
#define NAMES 2000 /* looked at; packages have those that count in front */

struct seen {
    bool types, word, excel, slides, drawing, binary, macro, fixed, android, java, appx;
};

static unsigned
le16(const unsigned char *p)
{
    return (unsigned)(p[0] | p[1] << 8);
}

static uint32_t
le32(const unsigned char *p)
{
    return le16(p) | (uint32_t)le16(p + 2) << 16;
}

/* ------------------------------------------------------------------ names */

static bool
is(const unsigned char *name, size_t n, const char *what)
{
    return n == strlen(what) && strncasecmp((const char *)name, what, n) == 0;
}

static bool
begins(const unsigned char *name, size_t n, const char *what)
{
    size_t len = strlen(what);
    return n >= len && strncasecmp((const char *)name, what, len) == 0;
}

static bool
ends(const unsigned char *name, size_t n, const char *what)
{
    size_t len = strlen(what);
    return n >= len && strncasecmp((const char *)name + n - len, what, len) == 0;
}

static void
note(struct seen *s, const unsigned char *name, size_t n)
{
    s->types |= is(name, n, "[Content_Types].xml");
    s->word |= begins(name, n, "word/");
    s->excel |= begins(name, n, "xl/");
    s->slides |= begins(name, n, "ppt/");
    s->drawing |= begins(name, n, "visio/");
    s->binary |= is(name, n, "xl/workbook.bin");
    s->macro |= ends(name, n, "/vbaProject.bin") || begins(name, n, "xl/macrosheets/");
    s->fixed |= ends(name, n, ".fdseq");
    s->android |= is(name, n, "AndroidManifest.xml");
    s->java |= is(name, n, "META-INF/MANIFEST.MF");
    s->appx |=
        is(name, n, "AppxManifest.xml") || is(name, n, "AppxMetadata/AppxBundleManifest.xml");
}

bool
mime_zip_end(const unsigned char *p, size_t n, size_t *at, size_t *behind)
{
    size_t from = n > END + COMMENT ? n - END - COMMENT : 0;
    for (size_t i = n < END ? 0 : n - END + 1; i-- > from;) {
        if (p[i] != 'P' || memcmp(p + i, "PK\5\6", 4) != 0)
            continue;
        uint32_t size = le32(p + i + 12);
        if (size < CENTRAL || size > i || memcmp(p + i - size, "PK\1\2", 4) != 0)
            continue;
        *at = i;
        *behind = i + END + le16(p + i + 20);
        if (*behind > n)
            *behind = n;
        return true;
    }
    return false;
}

static bool
directory(struct seen *s, const unsigned char *p, size_t n)
{
    size_t end, behind;
    if (!mime_zip_end(p, n, &end, &behind))
        return false;
    size_t at = end - le32(p + end + 12);
    for (int i = 0; i < NAMES && end - at >= CENTRAL && memcmp(p + at, "PK\1\2", 4) == 0; i++) {
        size_t name = le16(p + at + 28);
        size_t all = CENTRAL + name + le16(p + at + 30) + le16(p + at + 32);
        if (all > end - at)
            break;
        note(s, p + at + CENTRAL, name);
        at += all;
    }
    return true;
}

/* Without a directory (cut off, or only the beginning is at hand): the heads of its members, as far as they lead. */
static void
members(struct seen *s, const unsigned char *p, size_t n)
{
    const unsigned char *head = memmem(p, n > 16 ? 16 : n, "PK\3\4", 4);
    for (int i = 0; head && i < NAMES; i++) {
        size_t at = (size_t)(head - p);
        if (n - at < LOCAL || memcmp(head, "PK\3\4", 4) != 0)
            return;
        size_t name = le16(head + 26), all = LOCAL + name + le16(head + 28);
        if (name > n - at - LOCAL)
            return;
        note(s, head + LOCAL, name);
        all += le32(head + 18);
        if (all >= n - at)
            return;
        head += all;
    }
}

/* ------------------------------------------------------------------ kinds */

static const char *
office(const struct seen *s)
{
    if (s->excel)
        return s->binary  ? "application/vnd.ms-excel.sheet.binary.macroenabled.12"
               : s->macro ? "application/vnd.ms-excel.sheet.macroenabled.12"
                          : "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    if (s->slides)
        return s->macro
                   ? "application/vnd.ms-powerpoint.presentation.macroenabled.12"
                   : "application/vnd.openxmlformats-officedocument.presentationml.presentation";
    if (s->drawing)
        return s->macro ? "application/vnd.ms-visio.drawing.macroenabled.12"
                        : "application/vnd.ms-visio.drawing";
    if (s->word)
        return s->macro ? "application/vnd.ms-word.document.macroenabled.12"
                        : "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    return s->fixed ? "application/vnd.ms-xpsdocument" : "application/zip";
}

/* The first file of OpenDocument and EPUB has the type in it, not packed. */
static const char *
declared(const unsigned char *p, size_t n)
{
    static const char *const types[] = {
        "application/epub+zip",
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/vnd.oasis.opendocument.graphics",
    };
    if (n < 100 || memcmp(p, "PK\3\4", 4) != 0 || le16(p + 26) != 8 ||
        memcmp(p + LOCAL, "mimetype", 8) != 0)
        return NULL;
    size_t at = LOCAL + 8 + le16(p + 28);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
        size_t len = strlen(types[i]);
        if (at + len <= n && memcmp(p + at, types[i], len) == 0)
            return types[i];
    }
    return NULL;
}

const char *
mime_zip(const unsigned char *p, size_t n)
{
    struct seen s = {0};
    const char *type = declared(p, n);
    if (type)
        return type;
    if (!directory(&s, p, n))
        members(&s, p, n);
    if (s.appx)
        return "application/x-ms-appx";
    if (s.types)
        return office(&s);
    if (s.android)
        return "application/vnd.android.package-archive";
    return s.java ? "application/java-archive" : "application/zip";
}
