#include "polyglot.h"
#include "archive_kind.h"
#include "bytes.h"
#include "content.h"
#include "filetype.h"
#include "../msg/mime_type.h"
#include "../msg/mime_zip.h"

#include <ctype.h>
#include <string.h>

#define HEAD 1024                  /* in which readers look for the beginning of a PDF */
#define SEARCHED (4 * 1024 * 1024) /* for archives behind something; programs search 1 MiB */
#define MARKS 64                   /* of one kind that are looked at: most are chance */
#define COMMENT (64 * 1024)        /* of a script in a picture, up to its end */

static size_t
head_of(const struct content_file *f)
{
    return f->n < HEAD ? f->n : HEAD;
}

static bool
is_type(const struct content_file *f, const char *type)
{
    return strcmp(f->true_type, type) == 0;
}

static bool
blank(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] && !isspace(p[i]))
            return false;
    return true;
}

/* ------------------------------------------------------------------ archives behind */

static bool
is_rar(const unsigned char *p, size_t n)
{
    if (n > 8 && memcmp(p + 6, "\1\0", 2) == 0)
        return true;
    return n > 10 && p[6] == 0 && p[9] == 0x73; /* its first block is the head of the archive */
}

static bool
is_7z(const unsigned char *p, size_t n)
{
    return n > 32 && p[6] == 0 && bytes_le64(p + 12) <= n - 32 &&
           bytes_le64(p + 20) <= n - 32 - bytes_le64(p + 12);
}

static bool
is_cab(const unsigned char *p, size_t n)
{
    return n > 36 && bytes_le32(p + 8) <= n && bytes_le32(p + 8) > 36 &&
           bytes_le32(p + 16) < bytes_le32(p + 8) && p[25] == 1;
}

static const struct behind {
    const char *mark;
    size_t n;
    bool (*is)(const unsigned char *p, size_t n);
} behinds[POLYGLOT_BEHIND] = {
    {"Rar!\x1a\7", 6, is_rar}, {"7z\xbc\xaf\x27\x1c", 6, is_7z}, {"MSCF\0\0\0\0", 8, is_cab}};

/* 0: nowhere. */
static size_t
find_behind(const struct behind *b, const unsigned char *p, size_t n)
{
    size_t end = n < SEARCHED ? n : SEARCHED;
    const unsigned char *at = p;
    for (int i = 0; i < MARKS; i++) {
        at = memmem(at + 1, end - (size_t)(at + 1 - p), b->mark, b->n);
        if (!at)
            return 0;
        if (b->is(at, n - (size_t)(at - p)))
            return (size_t)(at - p);
    }
    return 0;
}

/* Of archives and documents the members are looked at anyway. */
int
polyglot_behind(const struct content_file *f, size_t at[POLYGLOT_BEHIND])
{
    enum file_class class = mime_class(f->true_type);
    int n = 0;
    if (f->n < 40 || archive_begins(f->p, f->n) || class == FILE_ARCHIVE || class == FILE_DISK ||
        mime_is_package(f->true_type) || is_type(f, "application/x-ole-storage"))
        return 0;
    for (int i = 0; i < POLYGLOT_BEHIND; i++)
        if ((at[n] = find_behind(&behinds[i], f->p, f->n)))
            n++;
    return n;
}

/* Attached to a PDF: between its beginning and its end. */
static bool
inside_pdf(const struct content_file *f, size_t at)
{
    const unsigned char *begin = memmem(f->p, head_of(f), "%PDF-", 5);
    const unsigned char *end = memmem(f->p + at, f->n - at, "%%EOF", 5);
    return begin && (size_t)(begin - f->p) < at && end;
}

static bool
archive_behind(const struct content_file *f, enum file_class class)
{
    size_t at[POLYGLOT_BEHIND];
    int n = class == FILE_MEDIA || is_type(f, "application/pdf") ? polyglot_behind(f, at) : 0;
    for (int i = 0; i < n; i++)
        if (class == FILE_MEDIA || !inside_pdf(f, at[i]))
            return true;
    return false;
}

/* ------------------------------------------------------------------ zip */

/* Forms that may end with a file that is in them as it is. */
static bool
ends_with_member(const struct content_file *f)
{
    static const char *const types[] = {"application/x-cpio", "application/x-archive",
                                        "application/ms-tnef", "application/x-ole-storage",
                                        "application/x-msi"};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (is_type(f, types[i]))
            return true;
    /* these are filled up to whole blocks */
    return (is_type(f, "application/x-tar") || mime_class(f->true_type) == FILE_DISK) &&
           f->n % 512 == 0;
}

/* Text in front that is a script: "@echo off", then a zip or a PDF. */
static bool
begins_with_script(const struct content_file *f, size_t n)
{
    static const char *const words[] = {
        "@echo off",   "createobject(", "new activexobject",    "wscript.", "<hta:",
        "powershell ", "<script",       "on error resume next", "#!/bin/",  "#!/usr/bin/env ",
        "eval(",       "cmd.exe",
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (bytes_find(f->p, n, words[i]))
            return true;
    return false;
}

/* A zip that is found from its end, behind something that is none. */
static bool
zip_behind(const struct content_file *f, enum file_class class)
{
    size_t at, behind;
    if (mime_class(f->true_type) == FILE_PROGRAM || mime_is_package(f->true_type) ||
        is_type(f, "application/zip") || !mime_zip_end(f->p, f->n, &at, &behind))
        return false;
    if (class == FILE_UNKNOWN || class == FILE_TEXT) {
        const unsigned char *first = memmem(f->p, f->n, "PK\3\4", 4);
        size_t front = first ? (size_t)(first - f->p) : 0;
        return front && begins_with_script(f, front < HEAD ? front : HEAD);
    }
    if (class == FILE_MEDIA)
        return true;
    return !ends_with_member(f) && blank(f->p + behind, f->n - behind);
}

/* ------------------------------------------------------------------ PDF */

/* A member of a zip may be a PDF as it is: its bytes stand where its head says. */
static bool
is_member(const struct content_file *f, size_t at)
{
    for (size_t i = at < 30 ? 0 : at - 30 + 1; i-- > 0;)
        if (memcmp(f->p + i, "PK\3\4", 4) == 0)
            return bytes_le16(f->p + i + 8) == 0 &&
                   at == i + 30 + bytes_le16(f->p + i + 26) + bytes_le16(f->p + i + 28) &&
                   bytes_le16(f->p + i + 28) < 64;
    return false;
}

static bool
pdf_behind(const struct content_file *f, enum file_class class)
{
    const unsigned char *pdf = memmem(f->p, head_of(f), "%PDF-", 5);
    size_t at = pdf ? (size_t)(pdf - f->p) : 0;
    if (!at || f->n - at < 10 || !isdigit(pdf[5]) || !memmem(pdf, f->n - at, " 0 obj", 6))
        return false;
    if (class == FILE_UNKNOWN || class == FILE_TEXT)
        return memcmp(f->p, "MZ", 2) == 0 || begins_with_script(f, at);
    if (is_type(f, "application/zip") || mime_is_package(f->true_type))
        return !is_member(f, at);
    return class == FILE_MEDIA || class == FILE_PAGE || class >= FILE_SHORTCUT;
}

/* ------------------------------------------------------------------ pages, scripts, programs */

/* As markup, not in a string of a PDF's script. */
static bool
markup(const unsigned char *p, size_t n, const char *word)
{
    const unsigned char *at = bytes_find(p, n, word);
    return at && (at == p || !strchr("('\"\\", at[-1]) || !at[-1]);
}

bool
polyglot_page(const struct content_file *f)
{
    enum file_class class = mime_class(f->true_type);
    size_t n = head_of(f);
    if (class == FILE_MEDIA || is_type(f, "application/x-riff"))
        return bytes_find(f->p, n, "<html") || bytes_find(f->p, f->n, "<hta:application") ||
               (bytes_find(f->p, f->n, "<script") && bytes_find(f->p, f->n, "</script"));
    if (is_type(f, "application/pdf") || class == FILE_SHORTCUT)
        return markup(f->p, n, "<html") || markup(f->p, n, "<hta:") ||
               (markup(f->p, n, "<script") && !bytes_find(f->p, n, "xdp"));
    return false;
}

/* Does what stands there look like a program's text? Something follows a comment at once. */
static bool
program_text(const unsigned char *p, size_t n)
{
    size_t i = 0, some = n < 24 ? n : 24;
    while (i < some && (isprint(p[i]) || isspace(p[i])))
        i++;
    return some > 4 && i == some;
}

static bool
said_media(const struct content_file *f)
{
    return filetype_name(f->name) == FILE_MEDIA || mime_class(f->type) == FILE_MEDIA;
}

/* The head of a picture that is a name or a comment for a script host: "GIF89a=1;", "BM/ *", "\xff\xd8\xff\xe0/ *". */
bool
polyglot_script(const struct content_file *f)
{
    static const struct {
        const char *type;
        size_t at;
    } heads[] = {{"image/gif", 6}, {"image/bmp", 2}, {"image/jpeg", 4}, {"", 2}, {"", 6}};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        size_t at = heads[i].at;
        if (!is_type(f, heads[i].type) || f->n < at + 8)
            continue;
        if (!*heads[i].type &&
            (!said_media(f) || memcmp(f->p, at == 2 ? "BM" : "GIF8", at == 2 ? 2 : 4) != 0))
            continue;
        if (f->p[at] == '=' && program_text(f->p + at, f->n - at))
            return true;
        if (memcmp(f->p + at, "/*", 2) != 0)
            continue;
        size_t n = f->n - at - 2 < COMMENT ? f->n - at - 2 : COMMENT;
        const unsigned char *end = memmem(f->p + at + 2, n, "*/", 2);
        if (end && program_text(end + 2, f->n - (size_t)(end + 2 - f->p)))
            return true;
    }
    return false;
}

/* A whole program somewhere in a picture. */
static bool
program_inside(const struct content_file *f)
{
    const unsigned char *end = f->p + f->n, *at = f->p + 1;
    while ((size_t)(end - at) > 64 && (at = memmem(at, (size_t)(end - at), "MZ", 2))) {
        if (mime_is_pe(at, (size_t)(end - at)) &&
            memcmp(at + bytes_le32(at + 60), "PE\0\0", 4) == 0)
            return true;
        at++;
    }
    return false;
}

/* ------------------------------------------------------------------ the whole */

static const char *
disk_or_tar(const struct content_file *f, enum file_class class)
{
    unsigned begins = archive_begins(f->p, f->n);
    bool archive = class == FILE_ARCHIVE || mime_is_package(f->true_type);
    if (class != FILE_DISK && begins & 1u << ARCHIVE_ISO && class != FILE_UNKNOWN)
        return "iso";
    if (class == FILE_MEDIA || class == FILE_DOCUMENT || class == FILE_PAGE || archive) {
        if (begins & 1u << ARCHIVE_TAR && !is_type(f, "application/x-tar"))
            return "tar";
    }
    if ((class == FILE_MEDIA || class == FILE_DOCUMENT) && f->n > 1024 &&
        (memcmp(f->p + f->n - 512, "conectix", 8) == 0 ||
         memcmp(f->p + f->n - 512, "koly\0\0\0\4", 8) == 0))
        return "disk";
    return "";
}

const char *
polyglot_second(const struct content_file *f)
{
    enum file_class class = mime_class(f->true_type);
    if (f->n < 16)
        return "";
    if (zip_behind(f, class))
        return "zip";
    if (pdf_behind(f, class))
        return "pdf";
    if (archive_behind(f, class))
        return "archive";
    if (polyglot_page(f))
        return "html";
    if (polyglot_script(f))
        return "script";
    if (class == FILE_MEDIA && program_inside(f))
        return "program";
    return disk_or_tar(f, class);
}
