/*
 * What kind of file it is, by name and by content: the worse of both counts (T-A7). Kinds that exist to run something
 * and that nobody sends by mail are a note, whatever is inside; scripts, shortcuts and documents have looks of their
 * own. A program under the name of something harmless is taken for malware, and what is two things at once, or a kind
 * of archive that is not opened here, cannot be scanned.
 */
#include "archive_kind.h"
#include "bytes.h"
#include "content.h"
#include "filetype.h"
#include "polyglot.h"
#include "../../common/arena.h"

#include <string.h>

static const char *
called(const struct content_file *f)
{
    return *f->name ? f->name : f->true_type;
}

/* The parts of a package are for the looks at documents, the members of a program are parts of it. */
static bool
is_part(const struct content_file *f)
{
    const char *type = f->inside ? f->inside->true_type : "";
    enum file_class class = mime_class(type);
    return f->inside && (mime_is_package(type) || class == FILE_DOCUMENT || class == FILE_MACRO ||
                         class == FILE_PROGRAM);
}

/* ------------------------------------------------------------------ kinds that run */

static double
content_score(const struct content_file *f)
{
    static const struct {
        const char *type;
        double score;
    } types[] = {{"application/vnd.ms-htmlhelp", 4.0},
                 {"application/winhlp", 4.0},
                 {"application/x-msi", 4.0},
                 {"application/x-shockwave-flash", 2.0},
                 {"application/x-debian-package", 2.5},
                 {"application/x-rpm", 2.5},
                 {"application/x-vhd", 4.0},
                 {"application/x-vhdx", 4.0},
                 {"application/x-ms-settingcontent", 3.0}};
    enum file_class class = mime_class(f->true_type);
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(f->true_type, types[i].type) == 0)
            return types[i].score;
    return class == FILE_PROGRAM ? 3.5 : class == FILE_DISK ? 2.5 : 0;
}

/* Some endings are common words; there the content must not be something else. */
static double
name_score(const struct content_file *f)
{
    static const char *const common[] = {".com", ".app", ".msc", ".class", ".theme", NULL};
    enum file_class class = mime_class(f->true_type);
    if (bytes_ext(f->name, ".slk") && (f->n < 4 || memcmp(f->p, "ID;P", 4) != 0))
        return 0;
    if (bytes_ext_in(f->name, common) && class != FILE_PROGRAM && *f->true_type &&
        strcmp(f->true_type, "application/xml") != 0)
        return 0;
    return filetype_name_score(f->name);
}

static void
risky(struct content *c, const struct content_file *f)
{
    double name = name_score(f), content = content_score(f),
           score = name > content ? name : content;
    bool program =
        mime_class(f->true_type) == FILE_PROGRAM || filetype_name(f->name) == FILE_PROGRAM;
    if (score > 0 && program && f->inside && score < 4.5)
        score += 0.25;                        /* put into an archive, where fewer filters see it */
    score -= content_scored(c, "risky-file"); /* ten programs are no worse than the worst of them */
    if (score > 0)
        content_finding(c, f, "risky-file", "", score, called(f));
}

/* ------------------------------------------------------------------ names that do not fit */

static bool harmless(enum file_class class)
{
    return class >= FILE_TEXT && class <= FILE_PAGE;
}

/* What a zip of a project has in it makes it a jar. */
static bool
is_disguised(const struct content_file *f, enum file_class claim, enum file_class real)
{
    bool zip = claim == FILE_ARCHIVE && mime_is_package(f->true_type);
    bool archive = claim == FILE_ARCHIVE || claim == FILE_DISK;
    if (real == FILE_PROGRAM)
        return harmless(claim) || (archive && !zip);
    return strcmp(f->true_type, "application/x-ms-shortcut") == 0 && (harmless(claim) || archive);
}

static double
mismatch(const struct content_file *f, enum file_class claim, enum file_class real)
{
    bool shown = claim == FILE_MEDIA || claim == FILE_DOCUMENT;
    if (real == FILE_SCRIPT)
        return shown ? 5.0 : claim == FILE_ARCHIVE ? 2.0 : 0;
    if (real == FILE_SHORTCUT)
        return shown ? 2.0 : 0;
    if (real == FILE_MACRO && strcmp(f->true_type, "application/onenote") != 0)
        return harmless(claim) ? 1.5 : 0;
    if (real == FILE_ARCHIVE || real == FILE_DISK)
        return harmless(claim) ? 2.0 : 0;
    if (real == FILE_PAGE)
        return claim == FILE_MEDIA || bytes_ext(f->name, ".pdf") ? 1.0 : 0;
    return 0;
}

static void
claims(struct content *c, const struct content_file *f)
{
    enum file_class real = mime_class(f->true_type), claim = filetype_name(f->name);
    const char *both = arena_printf(content_scratch(c), "%s (%s)", called(f), f->true_type);
    if (claim == FILE_UNKNOWN)
        claim = mime_class(f->type);
    if (is_disguised(f, claim, real))
        content_finding(c, f, "file-disguised", "malware", 6.0, both);
    else if (mismatch(f, claim, real) > 0)
        content_finding(c, f, "type-mismatch", "", mismatch(f, claim, real), both);
}

static void
names(struct content *c, const struct content_file *f)
{
    enum file_class end = filetype_name(f->name);
    if (filetype_two_endings(f->name))
        content_finding(c, f, "two-endings", "", 3.5, f->name);
    if (filetype_backwards(f->name))
        content_finding(c, f, "name-backwards", "", end >= FILE_SHORTCUT ? 4.0 : 1.5, f->name);
}

/* ------------------------------------------------------------------ what cannot be read */

static void
unread(struct content *c, const struct content_file *f)
{
    enum file_class class = mime_class(f->true_type);
    if ((class == FILE_ARCHIVE || class == FILE_DISK) && !archive_kinds(f->p, f->n, f->name) &&
        strcmp(f->true_type, "application/ms-tnef") != 0)
        content_finding(c, f, "archive-unread", "unscannable", 0, called(f));
}

static void
two_things(struct content *c, const struct content_file *f)
{
    const char *second = polyglot_second(f);
    if (*second)
        content_finding(
            c, f, "file-ambiguous", "unscannable", 0,
            arena_printf(content_scratch(c), "%s (%s, %s)", called(f), f->true_type, second));
}

/* ------------------------------------------------------------------ the look */

static bool
wants(const struct content_file *f)
{
    (void)f;
    return true;
}

static void
run(struct content *c, const struct content_file *f)
{
    claims(c, f);
    if (is_part(f))
        return;
    risky(c, f);
    names(c, f);
    unread(c, f);
    two_things(c, f);
}

const struct content_look look_risky = {
    .name = "risky",
    .help = "Files by kind: what runs, what hides, what is two things",
    .wants = wants,
    .run = run};
