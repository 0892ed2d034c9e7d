#include "archive_kind.h"
#include "bytes.h"
#include "../msg/mime_type.h"

#include <stdbool.h>
#include <string.h>

#define END_MOST (22 + 65535) /* of a zip: its last record with the longest comment */

static const struct {
    size_t at, n;
    const char *bytes;
    enum archive_kind kind;
} marks[] = {
    {0, 4, "PK\3\4", ARCHIVE_ZIP},
    {0, 4, "PK\5\6", ARCHIVE_ZIP},
    {0, 8, "PK\7\10PK\3\4", ARCHIVE_ZIP},
    {0, 8, "PK00PK\3\4", ARCHIVE_ZIP},
    {0, 6, "7z\xbc\xaf\x27\x1c", ARCHIVE_7Z},
    {0, 6, "Rar!\x1a\7", ARCHIVE_RAR},
    {0, 4, "MSCF", ARCHIVE_CAB},
    {0, 8, "!<arch>\n", ARCHIVE_AR},
    {0, 4, "xar!", ARCHIVE_XAR},
    {32769, 5, "CD001", ARCHIVE_ISO},
    {34817, 5, "CD001", ARCHIVE_ISO},
    {36865, 5, "CD001", ARCHIVE_ISO},
    {32769, 5, "BEA01",
     ARCHIVE_ISO}, /* UDF alone, which Windows opens and libarchive cannot read */
    {0, 6, "070701", ARCHIVE_CPIO},
    {0, 6, "070702", ARCHIVE_CPIO},
    {0, 6, "070707", ARCHIVE_CPIO},
    {0, 2, "\xc7\x71", ARCHIVE_CPIO},
    {0, 2, "\x71\xc7", ARCHIVE_CPIO},
    {257, 5, "ustar", ARCHIVE_TAR},
    {0, 2, "\x1f\x8b", ARCHIVE_PACKED},
    {0, 2, "\x1f\x9d", ARCHIVE_PACKED},
    {0, 3, "BZh", ARCHIVE_PACKED},
    {0, 6,
     "\xfd"
     "7zXZ\0",
     ARCHIVE_PACKED},
    {0, 4, "LZIP", ARCHIVE_PACKED},
    {0, 4, "\x04\x22\x4d\x18", ARCHIVE_PACKED},
    {0, 4, "\x28\xb5\x2f\xfd", ARCHIVE_PACKED},
};

static bool
begins(size_t mark, const unsigned char *p, size_t n)
{
    return n >= marks[mark].at + marks[mark].n &&
           memcmp(p + marks[mark].at, marks[mark].bytes, marks[mark].n) == 0 &&
           (marks[mark].at || !mime_only_text(marks[mark].bytes, marks[mark].n, p, n));
}

unsigned
archive_begins(const unsigned char *p, size_t n)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (marks[i].n > 2 && begins(i, p, n))
            kinds |= 1u << marks[i].kind;
    if (n > 3 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8)
        kinds |= 1u << ARCHIVE_PACKED;
    return kinds;
}

bool
archive_two_disks(const unsigned char *p, size_t n)
{
    bool iso = false, udf = false;
    for (size_t at = 16 * 2048; at + 6 <= n && at < 48 * 2048; at += 2048) {
        iso |= memcmp(p + at + 1, "CD001", 5) == 0;
        udf |= memcmp(p + at + 1, "NSR0", 4) == 0;
    }
    return iso && udf;
}

/* A file at whose end a zip's directory stands is one for most programs, whatever is in front and behind. */
static bool
zip_at_end(const unsigned char *p, size_t n)
{
    size_t from = n > END_MOST ? n - END_MOST : 0;
    for (size_t at = n < 22 ? 0 : n - 22 + 1; at > from;)
        if (memcmp(p + --at, "PK\5\6", 4) == 0) {
            uint32_t size = bytes_le32(p + at + 12);
            if (size >= 4 && size <= at && memcmp(p + at - size, "PK\1\2", 4) == 0)
                return true;
            if (at >= 20 && memcmp(p + at - 20, "PK\6\7", 4) == 0) /* Zip64 */
                return true;
        }
    return false;
}

/* The size of a member, with the method that follows it: "-lh5-". */
static bool
is_lha(const unsigned char *p, size_t n)
{
    return n > 21 && p[2] == '-' && p[3] == 'l' && (p[4] == 'h' || p[4] == 'z') && p[6] == '-';
}

/* The sum over the header of old tars, which have no mark. */
static bool
is_old_tar(const unsigned char *p, size_t n)
{
    unsigned long sum = 0, said = 0;
    if (n < 512 || !p[0])
        return false;
    for (size_t i = 0; i < 512; i++)
        sum += i >= 148 && i < 156 ? ' ' : p[i];
    for (size_t i = 148; i < 156; i++)
        if (p[i] >= '0' && p[i] <= '7')
            said = said * 8 + (unsigned long)(p[i] - '0');
    return sum == said;
}

unsigned
archive_kinds(const unsigned char *p, size_t n, const char *name)
{
    unsigned kinds = 0;
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (begins(i, p, n))
            kinds |= 1u << marks[i].kind;
    if (zip_at_end(p, n))
        kinds |= 1u << ARCHIVE_ZIP;
    if (is_lha(p, n))
        kinds |= 1u << ARCHIVE_LHA;
    if (is_old_tar(p, n))
        kinds |= 1u << ARCHIVE_TAR;
    if (bytes_ext(name, ".lzma") && n > 13 && p[0] == 0x5d)
        kinds |= 1u << ARCHIVE_PACKED;
    return kinds;
}
