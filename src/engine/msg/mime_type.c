#include "mime_type.h"

#include <string.h>

static const struct magic {
    size_t at, n;
    const char *bytes, *type;
} magics[] = {
    {0, 4, "PK\3\4", "application/zip"},
    {0, 4, "PK\5\6", "application/zip"},
    {0, 6, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"},
    {0, 6, "Rar!\x1a\7", "application/vnd.rar"},
    {0, 2, "\x1f\x8b", "application/gzip"},
    {0, 3, "BZh", "application/x-bzip2"},
    {0, 6,
     "\xfd"
     "7zXZ\0",
     "application/x-xz"},
    {0, 4, "\x28\xb5\x2f\xfd", "application/zstd"},
    {257, 5, "ustar", "application/x-tar"},
    {0, 4, "MSCF", "application/vnd.ms-cab-compressed"},
    {0, 4, "ITSF", "application/vnd.ms-htmlhelp"},
    {0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"},
    {0, 5, "%PDF-", "application/pdf"},
    {0, 5, "{\\rtf", "application/rtf"},
    {0, 2, "MZ", "application/vnd.microsoft.portable-executable"},
    {0, 4,
     "\x7f"
     "ELF",
     "application/x-elf"},
    {0, 4, "\xca\xfe\xba\xbe", "application/java-vm"},
    {0, 2, "#!", "text/x-shellscript"},
    {0, 4, "\x4c\0\0\0", "application/x-ms-shortcut"},
    {0, 8, "\x89PNG\r\n\x1a\n", "image/png"},
    {0, 3, "\xff\xd8\xff", "image/jpeg"},
    {0, 4, "GIF8", "image/gif"},
    {0, 2, "BM", "image/bmp"},
    {0, 4, "RIFF", "application/x-riff"},
    {0, 4, "II*\0", "image/tiff"},
    {0, 4, "MM\0*", "image/tiff"},
    {4, 4, "ftyp", "video/mp4"},
    {0, 3, "ID3", "audio/mpeg"},
    {0, 4, "OggS", "application/ogg"},
    {0, 4, "\x78\x9f\x3e\x22", "application/ms-tnef"},
    {0, 16, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",
     "application/onenote"},
    {0, 14, "<!DOCTYPE html", "text/html"},
    {0, 5, "<html", "text/html"},
    {0, 5, "<?xml", "application/xml"},
    {0, 4, "<svg", "image/svg+xml"},
};

const char *
mime_type_of(const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < sizeof magics / sizeof *magics; i++)
        if (n >= magics[i].at + magics[i].n &&
            memcmp(p + magics[i].at, magics[i].bytes, magics[i].n) == 0)
            return magics[i].type;
    return "";
}
