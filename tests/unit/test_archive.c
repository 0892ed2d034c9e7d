/* Archives: what is inside is found, limits are exact (9.5), and what can be read in two ways is not clean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/token.h"
#include "engine/content/content.h"
#include "engine/content/zip_check.h"
#include "engine/msg/charset.h"
#include "content_mail.h"
#include "file_maker.h"
#include "zip_writer.h"

#ifdef __SANITIZE_ADDRESS__
#define ASAN 1 /* its own memory is no measure of ours */
#else
#define ASAN 0
#endif
#define PAYLOAD "sekisho-payload: this would be the dangerous file\n"

static struct arena *a;
static char payload_sum[65];

static int
setup(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
teardown(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

/* ------------------------------------------------------------------ helpers */

static struct msg *
mail(const char *name, const struct buf *b)
{
    return content_mail(a, "see the file", name, "application/octet-stream", b->data, b->len);
}

static bool
payload_found(const struct msg *m)
{
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].sha256, payload_sum) == 0)
            return true;
    return false;
}

static const struct msg_exception *
exception(const struct msg *m, const char *code)
{
    for (int i = 0; i < m->nexceptions; i++)
        if (strcmp(m->exceptions[i].code, code) == 0)
            return &m->exceptions[i];
    return NULL;
}

static bool
unscannable(const struct msg *m)
{
    return strcmp(policy_verdict(m), "unscannable") == 0;
}

static void
judge(const struct msg *m, const char *code, int64_t limit, int64_t seen)
{
    const struct msg_exception *x = exception(m, code);
    if (seen <= limit) {
        if (m->nexceptions || unscannable(m))
            content_print(m);
        assert_int_equal(m->nexceptions, 0);
        assert_false(unscannable(m));
        return;
    }
    if (!x)
        content_print(m);
    assert_non_null(x);
    assert_int_equal(x->limit, limit);
    assert_int_equal(x->seen, seen);
    assert_true(unscannable(m));
}

/* As bytes that pack well, but not too well. */
static char *
filler(size_t n, int every)
{
    char *p = arena_alloc(a, n + 1);
    uint32_t x = 12345;
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        p[i] = (int)(i % (size_t)every) == 0 ? (char)(x >> 24) : 'a';
    }
    return p;
}

static struct buf *
libarchive(int (*format)(struct archive *), int (*filter)(struct archive *), const char *options,
           const char *password, const char *name)
{
    struct archive *w = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    size_t used = 0, room = 1 << 20;
    char *p = arena_alloc(a, room);
    struct buf *b = buf_new(a, 0);
    assert_int_equal(format(w), ARCHIVE_OK);
    if (filter)
        assert_int_equal(filter(w), ARCHIVE_OK);
    if (options)
        assert_int_equal(archive_write_set_options(w, options), ARCHIVE_OK);
    if (password)
        assert_int_equal(archive_write_set_passphrase(w, password), ARCHIVE_OK);
    assert_int_equal(archive_write_open_memory(w, p, room, &used), ARCHIVE_OK);
    archive_entry_set_pathname(e, name);
    archive_entry_set_size(e, sizeof PAYLOAD - 1);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_entry_set_perm(e, 0644);
    assert_int_equal(archive_write_header(w, e), ARCHIVE_OK);
    assert_int_equal(archive_write_data(w, PAYLOAD, sizeof PAYLOAD - 1), sizeof PAYLOAD - 1);
    archive_entry_free(e);
    assert_int_equal(archive_write_close(w), ARCHIVE_OK);
    archive_write_free(w);
    buf_add(b, p, used);
    return b;
}

/* ------------------------------------------------------------------ formats */

static void
every_format_is_opened(void **state)
{
    static const struct {
        const char *name;
        int (*format)(struct archive *);
        int (*filter)(struct archive *);
    } all[] = {
        {"a.zip", archive_write_set_format_zip, NULL},
        {"a.7z", archive_write_set_format_7zip, NULL},
        {"a.tar", archive_write_set_format_ustar, NULL},
        {"a.tar", archive_write_set_format_v7tar, NULL},
        {"a.tar", archive_write_set_format_pax, NULL},
        {"a.tar", archive_write_set_format_gnutar, NULL},
        {"a.cpio", archive_write_set_format_cpio, NULL},
        {"a.cpio", archive_write_set_format_cpio_newc, NULL},
        {"a.deb", archive_write_set_format_ar_bsd, NULL},
        {"a.xar", archive_write_set_format_xar, NULL},
        {"a.iso", archive_write_set_format_iso9660, NULL},
        {"a.tar.gz", archive_write_set_format_ustar, archive_write_add_filter_gzip},
        {"a.tar.bz2", archive_write_set_format_ustar, archive_write_add_filter_bzip2},
        {"a.tar.xz", archive_write_set_format_ustar, archive_write_add_filter_xz},
        {"a.tar.lzma", archive_write_set_format_ustar, archive_write_add_filter_lzma},
        {"a.tar.lz", archive_write_set_format_ustar, archive_write_add_filter_lzip},
        {"a.tar.lz4", archive_write_set_format_ustar, archive_write_add_filter_lz4},
        {"a.tar.zst", archive_write_set_format_ustar, archive_write_add_filter_zstd},
        {"a.tar.Z", archive_write_set_format_ustar, archive_write_add_filter_compress},
        {"p.bin.gz", archive_write_set_format_raw, archive_write_add_filter_gzip},
        {"p.bin.zst", archive_write_set_format_raw, archive_write_add_filter_zstd},
        {"p.bin.xz", archive_write_set_format_raw, archive_write_add_filter_xz},
    };
    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct msg *m =
            mail(all[i].name, libarchive(all[i].format, all[i].filter, NULL, NULL, "p.bin"));
        if (!payload_found(m) || unscannable(m)) {
            print_message("# %s\n", all[i].name);
            content_print(m);
        }
        assert_true(payload_found(m));
        assert_false(unscannable(m));
        assert_string_equal(m->parts[m->nparts - 1].name, "p.bin");
        assert_true(strcmp(m->parts[m->nparts - 1].id, "1.2/1") == 0 ||
                    strcmp(m->parts[m->nparts - 1].id, "1.2/1/1") == 0);
    }
}

static void
archives_in_archives(void **state)
{
    struct buf *zip = libarchive(archive_write_set_format_zip, NULL, NULL, NULL, "p.bin");
    struct buf *tar, *outer = buf_new(a, 0);
    struct msg *m;
    (void)state;
    struct zip_file one[] = {ZIP_FILE("inner.zip", zip->data, zip->len)};
    tar = buf_new(a, 0);
    zip_write(a, tar, one, 1);
    struct zip_file two[] = {ZIP_FILE("middle.zip", tar->data, tar->len)};
    zip_write(a, outer, two, 1);
    m = mail("outer.zip", outer);
    assert_true(payload_found(m));
    assert_string_equal(m->parts[m->nparts - 1].id, "1.2/1/1/1");
    assert_false(unscannable(m));
}

/* ------------------------------------------------------------------ limits */

static struct buf *
many(int n, bool office)
{
    struct zip_file *files = arena_calloc(a, (size_t)n, sizeof *files);
    struct buf *b = buf_new(a, 0);
    for (int i = 0; i < n; i++) {
        struct zip_file f = ZIP_FILE("", "x", 1);
        f.name = office && i == 0 ? "[Content_Types].xml" : arena_printf(a, "f%d", i);
        f.method = 0;
        files[i] = f;
    }
    zip_write(a, b, files, n);
    return b;
}

static void
limit_of_files(void **state)
{
    (void)state;
    for (int n = 353; n <= 354; n++) {
        judge(mail("a.zip", many(n, false)), "archive-files", 353, n);
        judge(mail("a.docx", many(n, true)), "office-files", 353, n);
    }
}

static void
limit_of_ratio(void **state)
{
    (void)state;
    for (int office = 0; office < 2; office++)
        for (int over = 0; over < 2; over++) {
            /* The archive's own size changes with what is in it: find the content that is just 100 times it. */
            size_t size = 40000;
            struct buf *b = NULL;
            for (int turn = 0; turn < 50; turn++) {
                char *p = arena_alloc(a, size + 1);
                struct zip_file f[] = {ZIP_FILE("zeros", p, size),
                                       ZIP_FILE("[Content_Types].xml", "", 0)};
                f[1].method = 0;
                b = buf_new(a, 0);
                zip_write(a, b, f, office ? 2 : 1);
                if (size == b->len * 100 + (size_t)over)
                    break;
                size = b->len * 100 + (size_t)over;
            }
            assert_int_equal(size, b->len * 100 + (size_t)over);
            judge(mail("a.zip", b), office ? "office-ratio" : "archive-ratio", 100, 100 + over);
        }
}

static void
limit_of_layers(void **state)
{
    (void)state;
    for (int n = 20; n <= 21; n++) {
        struct buf *b = buf_new(a, 0);
        buf_str(b, PAYLOAD);
        for (int i = 0; i < n; i++) {
            struct zip_file f[] = {ZIP_FILE("x", b->data, b->len)};
            struct buf *outer = buf_new(a, 0);
            f[0].method = 0;
            zip_write(a, outer, f, 1);
            b = outer;
        }
        struct msg *m = mail("a.zip", b);
        judge(m, "archive-layers", 20, n);
        assert_int_equal(payload_found(m), n == 20);
    }
}

static void
limit_of_one_file(void **state)
{
    (void)state;
    for (int over = 0; over < 2; over++) {
        size_t n = (size_t)60 * 1024 * 1024 + (size_t)over;
        char *p = filler(n, 30);
        struct buf *b = buf_new(a, 0);
        struct zip_file f[] = {ZIP_FILE("large", p, n)};
        zip_write(a, b, f, 1);
        assert_true(b->len * 90 > n);
        judge(mail("a.zip", b), "archive-member-bytes", 60 * 1024 * 1024, (int64_t)n);
    }
}

/* ------------------------------------------------------------------ passwords */

static const struct msg_part *
part(const struct msg *m, const char *id)
{
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].id, id) == 0)
            return &m->parts[i];
    return NULL;
}

static void
encrypted_zips(void **state)
{
    static const char *const ciphers[] = {"zip:encryption=zipcrypt", "zip:encryption=aes128",
                                          "zip:encryption=aes256"};
    static const struct {
        const char *text, *name;
        bool opens;
    } mails[] = {
        {"The password is Fr%eeSia.\n", "a.zip", true},
        {"Passwort: Fr%eeSia\n", "a.zip", true},
        {"password=Fr%eeSia", "a.zip", true},
        {"\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89\xef\xbc\x9a"
         "Fr%eeSia\n",
         "a.zip", true},
        {"\xe3\x83\x91\xe3\x82\xb9\xe3\x83\xaf\xe3\x83\xbc\xe3\x83\x89\xe3\x81\xaf\xe3\x80\x8c"
         "Fr%eeSia"
         "\xe3\x80\x8d\xe3\x81\xa7\xe3\x81\x99",
         "a.zip", true},
        {"mot de passe : \"Fr%eeSia\"", "a.zip", true},
        {"\xd0\xbf\xd0\xb0\xd1\x80\xd0\xbe\xd0\xbb\xd1\x8c: Fr%eeSia", "a.zip", true},
        {"contrase\xc3\xb1"
         "a Fr%eeSia",
         "a.zip", true},
        {"Use Fr%eeSia to open it", "a.zip", true},
        {"see the name", "Fr%eeSia.zip", true},
        {"I will call you", "a.zip", false},
    };
    (void)state;
    for (size_t c = 0; c < sizeof ciphers / sizeof *ciphers; c++)
        for (size_t i = 0; i < sizeof mails / sizeof *mails; i++) {
            struct buf *b =
                libarchive(archive_write_set_format_zip, NULL, ciphers[c], "Fr%eeSia", "p.bin");
            struct msg *m =
                content_mail(a, mails[i].text, mails[i].name, "application/zip", b->data, b->len);
            if (payload_found(m) != mails[i].opens)
                print_message("# %s: %s\n", ciphers[c], mails[i].text);
            assert_int_equal(payload_found(m), mails[i].opens);
            assert_int_equal(unscannable(m), !mails[i].opens);
            assert_int_equal(part(m, mails[i].opens ? "1.2" : "1.2/1")->encrypted, true);
            assert_int_equal(part(m, "1.2")->opened_with_password, mails[i].opens);
        }
}

/* ------------------------------------------------------------------ two readings (T-A5) */

static void
odd_zip(const char *what, const struct buf *b, bool odd)
{
    struct msg *m = mail("a.zip", b);
    if (unscannable(m) != odd || (!odd && !payload_found(m))) {
        print_message("# %s: %s\n", what, zip_check((unsigned char *)b->data, b->len));
        content_print(m);
    }
    assert_int_equal(unscannable(m), odd);
    if (!odd)
        assert_true(payload_found(m));
}

#define P ZIP_FILE("p.bin", PAYLOAD, sizeof PAYLOAD - 1)
#define H ZIP_FILE("hello.txt", "hello", 5)

static void
zips_with_two_readings(void **state)
{
    struct buf *b;
    (void)state;
#define FORM(what, odd, edit)         \
    do {                              \
        struct zip_file f[] = {H, P}; \
        b = buf_new(a, 0);            \
        edit;                         \
        zip_write(a, b, f, 2);        \
        odd_zip(what, b, odd);        \
    } while (0)
    FORM("an ordinary one", false, (void)0);
    FORM("stored", false, f[1].method = 0);
    FORM("two names", true, f[1].central_name = "p.txt");
    FORM("two methods", true, f[1].central_method = 0);
    FORM("two sizes", true, f[1].central_size = 5);
    FORM("not in the directory", true, f[1].only_local = true);
    FORM("first one not in the directory", true, f[0].only_local = true);
    FORM("only in the directory", true, f[1].only_central = true);
    FORM("stored, but deflated", true, f[1].method = -8);
    FORM("a program in front", false, buf_str(b, "MZ this is a program"));
    FORM("a picture in front", true,
         buf_add(b,
                 "\xff\xd8\xff\xe0"
                 "JFIF",
                 8));
    FORM("an archive in front", true, {
        struct zip_file other[] = {H};
        zip_write(a, b, other, 1);
    });
#undef FORM
    b = buf_new(a, 0);
    zip_write(a, b, (struct zip_file[]){P}, 1);
    buf_str(b, "rubbish behind");
    odd_zip("rubbish behind", b, false);
    zip_write(a, b, (struct zip_file[]){H}, 1);
    odd_zip("an archive behind", b, true);
    b = buf_new(a, 0);
    zip_write(a, b, (struct zip_file[]){P, H}, 2);
    b->data[b->len - 22 + 10] = 1; /* it says that there is one file */
    b->data[b->len - 22 + 8] = 1;
    odd_zip("fewer files than there are", b, true);
    b = buf_new(a, 0);
    zip_write(a, b, (struct zip_file[]){P}, 1);
    b->len -= 22;
    odd_zip("no end", b, true);
}

/* ------------------------------------------------------------------ names (T-A2) */

static void
names_are_only_shown(void **state)
{
    static const char *const names[] = {
        "../x",
        "../../../../etc/passwd",
        "/etc/passwd",
        "//host/x",
        "..\\..\\x",
        "C:\\x",
        "C:x",
        "\\\\host\\x",
        "./x",
        "a/../../x",
        "a//b",
        "~/x",
        "-rf",
        "--help",
        "$(id)",
        "`id`",
        ";id",
        "|id",
        "&id",
        "a\nb",
        "a\rb",
        "a\tb",
        "a b",
        "*",
        "?",
        "%s%n%x",
        "con",
        "nul.txt",
        "aux",
        "x.",
        "x ",
        "...",
        "..",
        ".",
        "/",
        "\\",
        "a:stream",
        "a.exe\xe2\x80\xae"
        "txt",
        "\xff\xfe",
        "\xc0\xaf",
        "\xed\xa0\x80",
        "\x1b[31m",
        "<script>",
        "' OR 1=1",
        "\"",
        "&amp;",
        "{what}",
        "%00",
        "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e.txt",
        "\x93\xfa\x96{\x8c\xea.txt",
        "very/deep/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o",
    };
    bool above = access("../x", F_OK) == 0; /* somebody else's */
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct zip_file f[] = {ZIP_FILE("", PAYLOAD, sizeof PAYLOAD - 1)};
        struct buf *b = buf_new(a, 0);
        f[0].name = names[i];
        zip_write(a, b, f, 1);
        struct msg *m = mail("a.zip", b);
        const char *end = names[i] + strlen(names[i]) - 1;
        bool folder = *end == '/' || *end == '\\'; /* for everybody */
        if (payload_found(m) == folder)
            print_message("# %s\n", names[i]);
        assert_int_equal(payload_found(m), !folder);
        assert_true(g_utf8_validate(m->parts[m->nparts - 1].name, -1, NULL));
    }
    assert_int_equal(access("x", F_OK), -1);
    assert_true(above == (access("../x", F_OK) == 0));
}

/* ------------------------------------------------------------------ bombs (T-A1) */

static struct buf *
packed_zeros(size_t n, int (*format)(struct archive *), int (*filter)(struct archive *))
{
    struct archive *w = archive_write_new();
    struct archive_entry *e = archive_entry_new();
    size_t used = 0, room = 8 << 20;
    char *p = arena_alloc(a, room), zeros[65536] = {0};
    struct buf *b = buf_new(a, 0);
    format(w);
    if (filter)
        filter(w);
    archive_write_open_memory(w, p, room, &used);
    archive_entry_set_pathname(e, "zeros");
    archive_entry_set_size(e, (int64_t)n);
    archive_entry_set_filetype(e, AE_IFREG);
    archive_write_header(w, e);
    for (size_t i = 0; i < n; i += sizeof zeros)
        archive_write_data(w, zeros, sizeof zeros);
    archive_entry_free(e);
    archive_write_close(w);
    archive_write_free(w);
    buf_add(b, p, used);
    return b;
}

/* n copies of b, under other names, in a zip. */
static struct buf *
copies(const struct buf *b, int n, int method)
{
    struct zip_file *f = arena_calloc(a, (size_t)n, sizeof *f);
    struct buf *out = buf_new(a, 0);
    for (int i = 0; i < n; i++) {
        struct zip_file one = ZIP_FILE("", b->data, b->len);
        one.name = arena_printf(a, "c%d.zip", i);
        one.method = method;
        f[i] = one;
    }
    zip_write(a, out, f, n);
    return out;
}

/* All entries of the directory speak of the same bytes. */
static struct buf *
overlapping(int n)
{
    struct buf *zeros = zip_deflate(a, arena_alloc(a, 50 << 20), 50 << 20), *out = buf_new(a, 0);
    size_t at = 0, directory;
    buf_add(out, "PK\3\4\24\0\0\0\10\0\0\0\0\0\0\0\0\0", 18);
    zip_le(out, zeros->len, 4);
    zip_le(out, 50 << 20, 4);
    zip_le(out, 1, 2);
    zip_le(out, 0, 2);
    buf_str(out, "a");
    buf_add(out, zeros->data, zeros->len);
    directory = out->len;
    for (int i = 0; i < n; i++) {
        buf_add(out, "PK\1\2\24\0\24\0\0\0\10\0\0\0\0\0\0\0\0\0", 20);
        zip_le(out, zeros->len, 4);
        zip_le(out, 50 << 20, 4);
        zip_le(out, 1, 2);
        zip_le(out, 0, 12);
        zip_le(out, at, 4);
        buf_str(out, "a");
    }
    buf_add(out, "PK\5\6\0\0\0\0", 8);
    zip_le(out, (uint64_t)n, 2);
    zip_le(out, (uint64_t)n, 2);
    zip_le(out, out->len - 12 - directory, 4);
    zip_le(out, directory, 4);
    zip_le(out, 0, 2);
    return out;
}

static void
no_memory(const char *what, const char *name, const struct buf *b)
{
    struct rusage before, use;
    int status;
    getrusage(RUSAGE_CHILDREN, &before);
    pid_t pid = fork();
    if (pid == 0) {
        struct rusage at_start, after;
        char *b64 = g_base64_encode((const unsigned char *)b->data, b->len);
        const char *raw =
            arena_printf(a,
                         "From: a@b\nMIME-Version: 1.0\nContent-Type: application/x; name=%s\n"
                         "Content-Transfer-Encoding: base64\n\n%s\n",
                         name, b64);
        getrusage(RUSAGE_SELF, &at_start);
        struct arena *own = arena_new();
        struct msg *m = msg_scan(own, (const unsigned char *)raw, strlen(raw), NULL);
        getrusage(RUSAGE_SELF, &after);
        printf("# shown: %s: %ld ms CPU, %ld MB, %s\n", what,
               (after.ru_utime.tv_sec - at_start.ru_utime.tv_sec) * 1000 +
                   (after.ru_utime.tv_usec - at_start.ru_utime.tv_usec) / 1000,
               (after.ru_maxrss - at_start.ru_maxrss) / 1024, policy_decide(m, NULL).reason);
        fflush(stdout);
        _exit(!unscannable(m)                                              ? 1
              : !ASAN && after.ru_maxrss - at_start.ru_maxrss > 128 * 1024 ? 2
                                                                           : 0);
    }
    waitpid(pid, &status, 0);
    getrusage(RUSAGE_CHILDREN, &use);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void
bombs(void **state)
{
    static const struct {
        const char *name;
        int (*format)(struct archive *);
        int (*filter)(struct archive *);
    } all[] = {
        {"b.zip", archive_write_set_format_zip, NULL},
        {"b.7z", archive_write_set_format_7zip, NULL},
        {"b.gz", archive_write_set_format_raw, archive_write_add_filter_gzip},
        {"b.bz2", archive_write_set_format_raw, archive_write_add_filter_bzip2},
        {"b.xz", archive_write_set_format_raw, archive_write_add_filter_xz},
        {"b.lzma", archive_write_set_format_raw, archive_write_add_filter_lzma},
        {"b.lz", archive_write_set_format_raw, archive_write_add_filter_lzip},
        {"b.lz4", archive_write_set_format_raw, archive_write_add_filter_lz4},
        {"b.zst", archive_write_set_format_raw, archive_write_add_filter_zstd},
        {"b.Z", archive_write_set_format_raw, archive_write_add_filter_compress},
        {"b.tar.gz", archive_write_set_format_ustar, archive_write_add_filter_gzip},
        {"b.tar.zst", archive_write_set_format_ustar, archive_write_add_filter_zstd},
        {"b.cpio.xz", archive_write_set_format_cpio, archive_write_add_filter_xz},
    };
    struct buf *b;
    (void)state;
    if (!ASAN) /* a mistake here must not take all */
        setrlimit(RLIMIT_AS, &(struct rlimit){(rlim_t)3 << 30, (rlim_t)3 << 30});
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        no_memory(all[i].name, all[i].name,
                  packed_zeros((size_t)100 << 20, all[i].format, all[i].filter));
    /* 16 in 16 in 16 in 16: as 42.zip */
    b = packed_zeros((size_t)40 << 20, archive_write_set_format_zip, NULL);
    for (int i = 0; i < 4; i++)
        b = copies(b, 16, 8);
    no_memory("16 in 16 in 16 in 16", "a.zip", b);
    /* under each single limit, again and again */
    b = buf_new(a, 0);
    buf_add(b, filler((size_t)50 << 20, 60), (size_t)50 << 20);
    struct buf *one = copies(b, 1, 8);
    no_memory("files of 50 MB, 12 of them", "a.zip", copies(one, 12, 0));
    b = zip_deflate(a, "x", 1);
    for (int i = 0; i < 18; i++)
        b = copies(b, i < 12 ? 2 : 3, 8);
    no_memory("2 in 2 in 2 ...", "a.zip", b);
    no_memory("files that overlap", "a.zip", overlapping(2000));
    no_memory("as a picture", "a.png", overlapping(2000));
    b = packed_zeros((size_t)100 << 20, archive_write_set_format_raw,
                     archive_write_add_filter_gzip);
    for (int i = 0; i < 5; i++)
        b = copies(b, 1, 8);
    no_memory("in 5 archives", "a.zip", b);
}

/* Ordinary text that begins with a word of theirs. */
static void
text_is_no_archive(void **state)
{
    static const char *const texts[] = {"070701;Miller;12\r\n070702;Smith;9\r\n",
                                        "MSCF annual report 2026\r\nAll is well.\r\n",
                                        "BZhang, please call me back\r\n",
                                        "LZIP is a program\r\n",
                                        "xar! what is that\r\n",
                                        "EGGA and COWD are words\r\n",
                                        "COWD and EGGA are words\r\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct buf *b = buf_new(a, 0), *zip = buf_new(a, 0);
        for (int k = 0; k < 10; k++)
            buf_str(b, texts[i]);
        made_zip(a, zip, "a.csv", b->data, b->len);
        assert_false(content_held(mail("a.csv", b)));
        assert_false(content_held(mail("a.zip", zip)));
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_format_is_opened, setup, teardown),
        cmocka_unit_test_setup_teardown(archives_in_archives, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_of_files, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_of_ratio, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_of_layers, setup, teardown),
        cmocka_unit_test_setup_teardown(limit_of_one_file, setup, teardown),
        cmocka_unit_test_setup_teardown(encrypted_zips, setup, teardown),
        cmocka_unit_test_setup_teardown(zips_with_two_readings, setup, teardown),
        cmocka_unit_test_setup_teardown(names_are_only_shown, setup, teardown),
        cmocka_unit_test_setup_teardown(text_is_no_archive, setup, teardown),
        cmocka_unit_test_setup_teardown(bombs, setup, teardown),
    };
    unsigned char sum[32];
    struct arena *own = arena_new();
    g_mime_init();
    charset_preload();
    token_sha256(PAYLOAD, sizeof PAYLOAD - 1, sum);
    memcpy(payload_sum, token_hex(own, sum, 32), 65);
    arena_free(&own);
    return cmocka_run_group_tests_name("archive", tests, NULL, NULL);
}
