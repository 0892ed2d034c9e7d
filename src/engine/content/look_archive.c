/*
 * Archives and compressed files: their members are unpacked into memory, one after the other, and looked at in turn.
 * libarchive reads the formats (never to disk; names of members are only shown). Only the formats that the bytes
 * speak of are enabled. A zip has two tables of contents, which zip_check.c compares: when they differ, both views are
 * unpacked, and the archive is unscannable all the same.
 */
#include "archive_crypt.h"
#include "archive_kind.h"
#include "content.h"
#include "passwords.h"
#include "zip_check.h"
#include "../../common/arena.h"
#include "../../common/jsonx.h"
#include "../msg/charset.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK 65536
#define NAME 1000
#define TRIES 300 /* of passwords, in one archive */

struct opening {
    struct content *c;
    const struct content_file *f;
    unsigned kinds;         /* bits of enum archive_kind */
    bool streaming;         /* zip: by the headers in front of the members, not by the directory */
    bool single;            /* one compressed file without a table of contents */
    const unsigned char *p; /* what libarchive reads: f, or f without its encryption */
    size_t n;
    bool locked; /* no password opens it: none is tried again */
    int tries;
    bool primary; /* the file is an archive from its first byte on */
    int members;
    bool stopped; /* a limit was passed */
};

/* ---------------------------------------------------------------- libarchive */

static void
enable(struct archive *a, const struct opening *o)
{
    static const struct {
        enum archive_kind kind;
        int (*enable)(struct archive *a);
    } table[] = {
        {ARCHIVE_7Z, archive_read_support_format_7zip},
        {ARCHIVE_RAR, archive_read_support_format_rar},
        {ARCHIVE_RAR, archive_read_support_format_rar5},
        {ARCHIVE_CAB, archive_read_support_format_cab},
        {ARCHIVE_LHA, archive_read_support_format_lha},
        {ARCHIVE_AR, archive_read_support_format_ar},
        {ARCHIVE_XAR, archive_read_support_format_xar},
        {ARCHIVE_ISO, archive_read_support_format_iso9660},
        {ARCHIVE_CPIO, archive_read_support_format_cpio},
        {ARCHIVE_TAR, archive_read_support_format_tar},

        {ARCHIVE_PACKED, archive_read_support_format_raw},
        {ARCHIVE_PACKED, archive_read_support_filter_gzip},
        {ARCHIVE_PACKED, archive_read_support_filter_bzip2},
        {ARCHIVE_PACKED, archive_read_support_filter_xz},
        {ARCHIVE_PACKED, archive_read_support_filter_lzma},
        {ARCHIVE_PACKED, archive_read_support_filter_lzip},
        {ARCHIVE_PACKED, archive_read_support_filter_lz4},
        {ARCHIVE_PACKED, archive_read_support_filter_zstd},
        {ARCHIVE_PACKED, archive_read_support_filter_compress},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (o->kinds & 1u << table[i].kind)
            (void)table[i].enable(a); /* what this libarchive cannot read is an error at opening */
    if (o->kinds & 1u << ARCHIVE_ZIP)
        (void)(o->streaming ? archive_read_support_format_zip_streamable(a)
                            : archive_read_support_format_zip_seekable(a));
}

/* NULL: not readable. */
static struct archive *
open_archive(const struct opening *o, const char *password)
{
    struct archive *a = archive_read_new();
    if (!a)
        return NULL;
    enable(a, o);
    if (password)
        archive_read_add_passphrase(a, password);
    if (archive_read_open_memory(a, o->p, o->n) == ARCHIVE_OK)
        return a;
    archive_read_free(a);
    return NULL;
}

/* Names are bytes of any charset, and may be missing when libarchive could not convert them. */
static const char *
name_of(const struct opening *o, struct archive_entry *e)
{
    struct arena *a = content_scratch(o->c);
    const char *name = archive_entry_pathname_utf8(e);
    if (!name)
        name = archive_entry_pathname(e);
    if (!name)
        return "";
    return charset_utf8(a, NULL, name, strnlen(name, NAME), NULL, NULL);
}

/* A compressed file has the name of its own file without the ending. */
static const char *
unpacked_name(const struct opening *o)
{
    const char *dot = strrchr(o->f->name, '.');
    size_t n = dot && dot != o->f->name ? (size_t)(dot - o->f->name) : strlen(o->f->name);
    return arena_strndup(content_scratch(o->c), o->f->name, n);
}

/* ---------------------------------------------------------------- members */

enum unpacked { WHOLE, BROKEN, LOCKED, STOPPED };

struct bytes {
    char *p;
    size_t n, cap;
};

static bool
make_room(struct opening *o, struct bytes *b)
{
    char *more;
    size_t cap = b->cap ? b->cap * 2 : CHUNK;
    if (b->cap - b->n >= CHUNK)
        return true;
    if (cap > CONTENT_MEMBER_BYTES + 2 * CHUNK)
        cap = CONTENT_MEMBER_BYTES + 2 * CHUNK;
    if (!content_hold(o->c, o->f, (int64_t)(cap - b->cap)))
        return false;
    more = realloc(b->p, cap);
    if (!more) {
        content_hold(o->c, o->f, -(int64_t)(cap - b->cap));
        content_over(o->c, o->f, "archive-bytes", CONTENT_LIVE_BYTES, CONTENT_LIVE_BYTES + 1);
        return false;
    }
    b->p = more;
    b->cap = cap;
    return true;
}

static void
drop(struct opening *o, struct bytes *b)
{
    content_hold(o->c, o->f, -(int64_t)b->cap);
    free(b->p);
    *b = (struct bytes){0};
}

static bool
wants_password(struct archive *a, struct archive_entry *e)
{
    const char *why = archive_error_string(a);
    return archive_entry_is_data_encrypted(e) == 1 ||
           (why && (strstr(why, "passphrase") || strstr(why, "encrypt") || strstr(why, "Encrypt")));
}

/* The member that a stands at. */
static enum unpacked
unpack(struct opening *o, struct archive *a, struct archive_entry *e, struct bytes *b)
{
    for (;;) {
        if (!make_room(o, b))
            return STOPPED;
        ssize_t n = archive_read_data(a, b->p + b->n, CHUNK);
        if (n == ARCHIVE_RETRY)
            continue;
        if (n < 0)
            return wants_password(a, e) ? LOCKED : BROKEN;
        if (n == 0)
            return WHOLE;
        b->n += (size_t)n;
        if (b->n > CONTENT_MEMBER_BYTES) {
            int64_t said = archive_entry_size_is_set(e) ? archive_entry_size(e) : 0;
            content_over(o->c, o->f, "archive-member-bytes", CONTENT_MEMBER_BYTES,
                         said > (int64_t)b->n ? said : (int64_t)b->n);
            return STOPPED;
        }
        if (!content_spend(o->c, o->f, n))
            return STOPPED;
    }
}

/* Once more from the beginning, with a password, up to the member with that number. */
static enum unpacked
try_password(struct opening *o, int number, const char *password, struct bytes *b)
{
    struct archive *a = open_archive(o, password);
    struct archive_entry *e;
    enum unpacked how = LOCKED;
    if (!a)
        return LOCKED;
    for (int i = 0; i <= number; i++)
        if (archive_read_next_header(a, &e) < ARCHIVE_WARN) {
            archive_read_free(a);
            return LOCKED;
        }
    how = unpack(o, a, e, b);
    archive_read_free(a);
    /* The check of the old cipher is one byte: a wrong password may pass it, and give nonsense. */
    return how == BROKEN ? LOCKED : how;
}

/* LOCKED: as reported. *goes_on: false: over a limit. */
static enum unpacked
try_passwords(struct opening *o, int number, const char *name, struct bytes *b, bool *goes_on)
{
    struct password_walk w;
    const char *password;
    if (o->locked) {
        *goes_on = content_locked(o->c, o->f, name);
        return LOCKED;
    }
    passwords_begin(&w, o->c, o->f, PASSWORDS_CHEAP);
    while (o->tries < TRIES && (password = passwords_next(&w))) {
        b->n = 0;
        o->tries += w.tried > 1;
        enum unpacked how = try_password(o, number, password, b);
        if (how == LOCKED)
            continue;
        passwords_opened(&w);
        return how;
    }
    *goes_on = passwords_failed(&w, name);
    return LOCKED;
}

static void
broken(struct opening *o)
{
    if (o->primary || o->members) /* else it only looked like one somewhere */
        content_finding(o->c, o->f, "archive-broken", "unscannable", 0, o->f->name);
}

/* Folders and links are names only; but a folder may have bytes, when its name just ends so. */
static bool
is_file(struct archive_entry *e)
{
    return archive_entry_filetype(e) == AE_IFREG || archive_entry_filetype(e) == 0;
}

static void
member(struct opening *o, struct archive *a, struct archive_entry *e, int number)
{
    struct bytes b = {0};
    const char *name = o->single ? unpacked_name(o) : name_of(o, e);
    bool goes_on = true;
    enum unpacked how;
    how = archive_entry_is_data_encrypted(e) == 1 ? LOCKED : unpack(o, a, e, &b);
    if (how == LOCKED)
        how = try_passwords(o, number, name, &b, &goes_on);
    if (how == LOCKED) {
        o->stopped = !goes_on;
    } else if (b.n || is_file(e)) { /* what was read of a broken one is looked at, too */
        if (how == BROKEN)
            broken(o);
        o->stopped = !content_member(o->c, o->f, name, b.n ? b.p : "", b.n);
    }
    /* libarchive 3.6 falls over NULL when it goes on behind broken data of a cabinet */
    o->stopped |= how == STOPPED || (how == BROKEN && archive_format(a) == ARCHIVE_FORMAT_CAB);
    drop(o, &b);
}

/* Locked as a whole: its table of contents, too. */
static void
no_header(struct opening *o, struct archive *a)
{
    const char *why = archive_error_string(a);
    if (archive_read_has_encrypted_entries(a) == 1 || (why && strcasestr(why, "encrypt")))
        (void)content_locked(o->c, o->f, "");
    else
        broken(o);
}

static void
walk(struct opening *o)
{
    struct archive *a = open_archive(o, NULL);
    struct archive_entry *e;
    int rc = ARCHIVE_OK;
    if (!a) {
        broken(o);
        return;
    }
    for (int i = 0; !o->stopped; i++) {
        rc = archive_read_next_header(a, &e);
        if (rc < ARCHIVE_WARN || rc == ARCHIVE_EOF)
            break;
        o->single = archive_format(a) == ARCHIVE_FORMAT_RAW;
        if (o->single && archive_filter_count(a) < 2) { /* nothing to unpack */
            broken(o);
            break;
        }
        o->members++;
        member(o, a, e, i);
    }
    if (!o->stopped && rc < ARCHIVE_WARN && !o->locked)
        no_header(o, a);
    archive_read_free(a);
}

/* ---------------------------------------------------------------- the look */

/* An empty zip is its last record alone: nothing can be in it. */
static bool
wants(const struct content_file *f)
{
    bool empty = f->n == 22 && memcmp(f->p, "PK\5\6", 4) == 0;
    return !empty && archive_kinds(f->p, f->n, f->name) != 0;
}

/* Documents that hold whole zips in pieces: their looks hand them on. */
static bool
is_container(const struct content_file *f)
{
    return strcmp(f->true_type, "application/x-ole-storage") == 0 ||
           strcmp(f->true_type, "application/x-msi") == 0 ||
           strcmp(f->true_type, "application/pdf") == 0;
}

static void
walk_plain(struct opening *o, enum archive_kind kind)
{
    struct archive_plain plain;
    o->p = o->f->p;
    o->n = o->f->n;
    o->locked = archive_crypt(o->c, o->f, kind, &plain) == ARCHIVE_CRYPT_LOCKED;
    if (plain.p) {
        o->p = plain.p;
        o->n = plain.n;
    }
    walk(o);
    archive_plain_drop(o->c, o->f, &plain);
}

static void
walk_as(struct opening *o, enum archive_kind kind, bool streaming)
{
    if (o->stopped)
        return;
    o->kinds = 1u << kind;
    o->primary = archive_begins(o->f->p, o->f->n) & o->kinds;
    o->streaming = streaming;
    o->members = 0;
    walk_plain(o, kind);
}

/* A file that is several archives is opened as each of them: who receives it has one of the programs. */
static void
run(struct content *c, const struct content_file *f)
{
    struct opening o = {.c = c, .f = f, .p = f->p, .n = f->n};
    unsigned kinds = archive_kinds(f->p, f->n, f->name);
    const char *odd = NULL;
    if (!content_open(c, f))
        return;
    if (kinds & 1u << ARCHIVE_ZIP && !is_container(f) && (odd = zip_check(f->p, f->n)))
        content_finding(c, f, "archive-ambiguous", "unscannable", 0, f->name);
    if (kinds & 1u << ARCHIVE_ISO && archive_two_disks(f->p, f->n))
        content_finding(c, f, "archive-ambiguous", "unscannable", 0, f->name);
    for (unsigned kind = 0; kinds >> kind; kind++)
        if (kinds >> kind & 1)
            walk_as(&o, (enum archive_kind)kind, false);
    if (odd)
        walk_as(&o, ARCHIVE_ZIP, true);
    content_close(c);
}

const struct content_look look_archive = {.name = "archive",
                                          .help = "Archives and compressed files: what is inside",
                                          .wants = wants,
                                          .run = run};
