#include "mime_type.h"
#include "mime_zip.h"
#include "smime.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#define HEAD 4096 /* bytes in which markup says what it is for */

static const struct magic {
    size_t at, n;
    const char *bytes, *type;
    enum file_class class;
} magics[] = {
#define MAGIC(at, bytes, type, class) {at, sizeof bytes - 1, bytes, type, FILE_##class},
#define KIND(type, class) {0, 0, "", type, FILE_##class},
#include "mime_magic.def"
#undef MAGIC
#undef KIND
};

static uint32_t
le32(const unsigned char *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* Word in lower case, any case in the bytes. */
static bool
has(const unsigned char *p, size_t n, const char *word)
{
    size_t len = strlen(word);
    for (size_t i = 0; i + len <= n; i++)
        if (tolower(p[i]) == word[0] && strncasecmp((const char *)p + i, word, len) == 0)
            return true;
    return false;
}

/* ------------------------------------------------------------------ programs */

static bool
is_binary(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] < 9 || (p[i] > 13 && p[i] < 27))
            return true;
    return false;
}

bool
mime_is_pe(const unsigned char *p, size_t n)
{
    if (n < 64 || p[0] != 'M' || p[1] != 'Z')
        return false;
    size_t at = le32(p + 60);
    return at >= 4 && at < n && n - at >= 24 &&
           (memcmp(p + at, "PE\0\0", 4) == 0 || memcmp(p + at, "NE", 2) == 0 ||
            memcmp(p + at, "LE\0\0", 4) == 0);
}

/* A broken one counts, too; a text that begins with these letters does not. */
static bool
is_dos(const unsigned char *p, size_t n)
{
    return n > 4 && (memcmp(p, "MZ", 2) == 0 || memcmp(p, "ZM", 2) == 0) &&
           (mime_is_pe(p, n) || is_binary(p, n > 64 ? 64 : n));
}

/* Packages of Windows Installer are compound files of classes of their own (MS-CFB 2.6.4). */
static const char *
ole(const unsigned char *p, size_t n)
{
    static const unsigned char rest[] = "\0\0\0\0\xc0\0\0\0\0\0\0\x46";
    unsigned shift = n > 512 ? p[30] : 0;
    size_t at = shift >= 9 && shift <= 12 ? ((size_t)le32(p + 48) + 1) << shift : n;
    if (at < n && n - at >= 96 && memcmp(p + at + 84, rest, 12) == 0 && p[at + 81] == 0x10 &&
        p[at + 82] == 0x0c && p[at + 83] == 0 &&
        (p[at + 80] == 0x82 || p[at + 80] == 0x84 || p[at + 80] == 0x86))
        return "application/x-msi";
    return "application/x-ole-storage";
}

/* ------------------------------------------------------------------ markup and scripts */

/* Also behind an XML declaration, which says nothing about what it is. */
static const char *
xml(const unsigned char *p, size_t n)
{
    static const struct {
        const char *word, *type;
    } words[] = {
        {"<hta:application", "application/hta"},
        {"<svg", "image/svg+xml"},
        {"<html", "text/html"},
        {"<librarydescription", "application/x-ms-library"},
        {"<persistedquery", "application/x-ms-search"},
        {"<pcsettings", "application/x-ms-settingcontent"},
        {"<jnlp", "application/x-java-jnlp-file"},
        {"<appinstaller", "application/x-appinstaller"},
        {"<scriptlet", "application/x-ms-scriptlet"},
        {"<plist", "application/x-plist"},
        {"urn:schemas-microsoft-com:asm.v", "application/x-ms-application"},
    };
    if (has(p, n, "<plist") && has(p, n, "<key>url</key>"))
        return "application/x-webloc";
    if ((has(p, n, "<job") || has(p, n, "<package")) && has(p, n, "<script"))
        return "text/x-wsf";
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has(p, n, words[i].word))
            return words[i].type;
    return "application/xml";
}

/* Behind a mark of the charset and blanks. */
static const char *
markup(const unsigned char *p, size_t n)
{
    static const struct {
        const char *begin, *type; /* "": the rest tells */
    } begins[] = {{"<!doctype html", "text/html"}, {"<html", ""},     {"<head", ""},
                  {"<body", "text/html"},          {"<script", ""},   {"<?xml", ""},
                  {"<svg", "image/svg+xml"},       {"<job", ""},      {"<package", ""},
                  {"<!doctype svg", ""},           {"<?sct", ""},     {"<hta:application", ""},
                  {"@echo off", "text/x-batch"},   {"<scriptlet", ""}};
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        p += 3, n -= 3;
    for (size_t i = 0; n && i < 512 && *p && strchr(" \t\r\n", *p); i++)
        p++, n--;
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
        size_t len = strlen(begins[i].begin);
        if (n < len || strncasecmp((const char *)p, begins[i].begin, len) != 0)
            continue;
        if (*begins[i].type)
            return begins[i].type;
        const char *type = xml(p, n > HEAD ? HEAD : n);
        bool page = begins[i].begin[1] != '?' && strcmp(type, "application/xml") == 0;
        return page ? "text/html" : type;
    }
    return "";
}

/* ------------------------------------------------------------------ others that need a second look */

static bool
is_bitmap(const unsigned char *p, size_t n)
{
    return n > 26 && p[0] == 'B' && p[1] == 'M' && p[15] == 0 && p[16] == 0 && p[17] == 0 &&
           (p[14] == 12 || p[14] == 40 || p[14] == 52 || p[14] == 56 || p[14] == 64 ||
            p[14] == 108 || p[14] == 124);
}

/* Of before POSIX: told by the checksum of its first header alone. */
static bool
is_old_tar(const unsigned char *p, size_t n)
{
    unsigned sum = 0, said = 0;
    int i = 148;
    if (n < 512 || !p[0])
        return false;
    for (int k = 0; k < 512; k++)
        sum += k >= 148 && k < 156 ? ' ' : p[k];
    while (i < 156 && p[i] == ' ')
        i++;
    for (; i < 156 && p[i] >= '0' && p[i] <= '7'; i++)
        said = said * 8 + (unsigned)(p[i] - '0');
    return said == sum;
}

static bool
is_bzip2(const unsigned char *p, size_t n)
{
    return n >= 10 && memcmp(p, "BZh", 3) == 0 && p[3] >= '1' && p[3] <= '9' &&
           (memcmp(p + 4, "1AY&SY", 6) == 0 || memcmp(p + 4, "\x17rE8P\x90", 6) == 0);
}

/* Its head has a length, and says that it is the main one. */
static bool
is_arj(const unsigned char *p, size_t n)
{
    size_t len = n > 40 ? p[2] | (size_t)p[3] << 8 : 0;
    return len >= 30 && len <= 2600 && p[0] == 0x60 && p[1] == 0xea && p[10] == 2;
}

static bool
is_sound(const unsigned char *p, size_t n)
{
    return n > 4 && p[0] == 0xff && (p[1] == 0xfb || p[1] == 0xf3 || p[1] == 0xfa) &&
           (p[2] & 0xf0) != 0xf0 && (p[2] & 0xf0) != 0 && (p[2] & 0x0c) != 0x0c;
}

static const char *
by_end(const unsigned char *p, size_t n)
{
    if (n >= 512 && memcmp(p + n - 512, "conectix", 8) == 0)
        return "application/x-vhd";
    if (n >= 512 && memcmp(p + n - 512, "koly\0\0\0\4", 8) == 0)
        return "application/x-apple-diskimage";
    return "";
}

static const char *
by_code(const unsigned char *p, size_t n)
{
    if (is_dos(p, n))
        return "application/vnd.microsoft.portable-executable";
    if (n > 2 && memcmp(p, "#!", 2) == 0)
        return "text/x-shellscript";
    if (smime_begins(p, n))
        return "application/pkcs7-mime";
    if (is_bitmap(p, n))
        return "image/bmp";
    if (is_bzip2(p, n))
        return "application/x-bzip2";
    if (is_arj(p, n))
        return "application/x-arj";
    if (is_old_tar(p, n))
        return "application/x-tar";
    if (is_sound(p, n))
        return "audio/mpeg";
    const char *type = markup(p, n);
    return *type ? type : by_end(p, n);
}

/* A tar begins with a name, an image of a disk with nothing: not with the bytes of another format. */
static bool
starts_otherwise(const unsigned char *p)
{
    static const char *const begins[] = {
        "%PDF-",  "PK\3\4",           "GIF8",     "\x89PNG", "\xff\xd8\xff",
        "MZ\x90", "\xd0\xcf\x11\xe0", "Rar!\x1a", "{\\rt"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (memcmp(p, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

/* The header of a cpio is of digits alone: 6 of its mark, then 104 hexadecimal ones or 70 octal ones. */
static bool
is_cpio(const unsigned char *p, size_t n)
{
    size_t i = 6, end = n > 5 && p[5] == '7' ? 76 : 110;
    if (n < end || memcmp(p, "0707", 4) != 0)
        return false;
    while (i < end && isxdigit(p[i]))
        i++;
    return i == end;
}

bool
mime_only_text(const char *mark, size_t nmark, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < nmark; i++)
        if (mark[i] <= ' ' || mark[i] > '~') /* also of text forms: "!<arch>" and a line end */
            return false;
    return !is_binary(p, n < 64 ? n : 64) && !is_cpio(p, n) && !is_bzip2(p, n);
}

static bool
is_word_of_text(const struct magic *m, const unsigned char *p, size_t n)
{
    return (m->class == FILE_ARCHIVE || m->class == FILE_DISK) && m->at < 64 &&
           mime_only_text(m->bytes, m->n, p, n);
}

const char *
mime_type_of(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++) {
        const struct magic *m = &magics[i];
        if (!m->n || n < m->at + m->n || memcmp(p + m->at, m->bytes, m->n) != 0)
            continue;
        if (m->at > 16 && starts_otherwise(p)) /* a polyglot: what programs read first */
            continue;
        if (is_word_of_text(m, p, n))
            continue;
        if (strcmp(m->type, "application/zip") == 0)
            return mime_zip(p, n);
        if (strcmp(m->type, "application/x-ole-storage") == 0)
            return ole(p, n);
        return m->type;
    }
    return by_code(p, n);
}

/* ------------------------------------------------------------------ classes */

enum file_class
mime_class(const char *type)
{
    static const struct {
        const char *begin;
        enum file_class class;
    } rest[] = {{"image/", FILE_MEDIA},
                {"audio/", FILE_MEDIA},
                {"video/", FILE_MEDIA},
                {"font/", FILE_MEDIA},
                {"application/vnd.openxmlformats", FILE_DOCUMENT},
                {"text/", FILE_TEXT}};
    for (size_t i = 0; *type && i < sizeof magics / sizeof *magics; i++)
        if (strcasecmp(type, magics[i].type) == 0)
            return magics[i].class;
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++)
        if (strncasecmp(type, rest[i].begin, strlen(rest[i].begin)) == 0)
            return rest[i].class;
    return FILE_UNKNOWN;
}

bool
mime_is_package(const char *type)
{
    return strncmp(type, "application/vnd.openxmlformats", 30) == 0 ||
           (strncmp(type, "application/vnd.ms-", 19) == 0 &&
            (mime_class(type) == FILE_MACRO || strstr(type, "visio") || strstr(type, "xps"))) ||
           strncmp(type, "application/vnd.oasis.", 22) == 0 ||
           strcmp(type, "application/epub+zip") == 0 ||
           strcmp(type, "application/java-archive") == 0 ||
           strcmp(type, "application/vnd.android.package-archive") == 0 ||
           strcmp(type, "application/x-ms-appx") == 0;
}
