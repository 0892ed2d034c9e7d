/*
 * Files that others packed: winmail.dat with what is in it beside (mimekit), and one program in many containers
 * (clamav-testfiles): each file is found under its own digest.
 */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/token.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/scan/scan.h"
#include "../unit/content_mail.h"
#include "unpack.h"

static int tests, failed;

static void
ok(bool good, const char *what, const char *name)
{
    printf("%sok %d - %s %s\n", good ? "" : "not ", ++tests, what, name);
    failed += !good;
}

static char *
read_file(struct arena *a, const char *path, size_t *n)
{
    char *p, *copy;
    gsize len;
    if (!g_file_get_contents(path, &p, &len, NULL))
        return NULL;
    copy = arena_memdup(a, p, len);
    *n = len;
    g_free(p);
    return copy;
}

static bool
has_bytes(struct arena *a, const struct msg *m, const char *p, size_t n)
{
    unsigned char sum[32];
    token_sha256(p, n, sum);
    const char *hex = token_hex(a, sum, 32);
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].sha256, hex) == 0)
            return true;
    return false;
}

/* ------------------------------------------------------------------ winmail.dat */

/* The results beside were written with other ends of lines, without the NUL of texts, and objects with the 16 bytes that
 * say what they are. */
static bool
has_file(struct arena *a, const struct msg *m, const char *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    for (size_t i = 0; i < n; i++) {
        if (p[i] == '\n' && (i == 0 || p[i - 1] != '\r'))
            buf_char(b, '\r');
        buf_char(b, p[i]);
    }
    bool there = has_bytes(a, m, p, n) || has_bytes(a, m, b->data, b->len) ||
                 (n > 16 && has_bytes(a, m, p + 16, n - 16));
    buf_char(b, '\0');
    return there || has_bytes(a, m, b->data, b->len);
}

/* Notes of the program that wrote the results, the text of a message, and lines that end in two ways. */
static bool
is_no_file(const char *dir, const char *name)
{
    return (strcmp(dir, "christmas") == 0 && strncmp(name, "Untitled", 8) == 0) ||
           (strcmp(dir, "triples") == 0 && strcmp(name, "message.txt") == 0) ||
           strcmp(name, "spaconsole2.cfg") == 0;
}

static void
winmail(const char *folder, const char *file)
{
    struct arena *a = arena_new();
    const char *base = arena_strndup(a, file, strlen(file) - 5);
    size_t n;
    char *p = read_file(a, arena_printf(a, "%s/%s", folder, file), &n);
    struct msg *m = content_mail(a, "see the file", "winmail.dat", "application/ms-tnef", p, n);
    DIR *d = opendir(arena_printf(a, "%s/%s", folder, base));
    bool all = strcmp(base, "panic") == 0 || !content_held(m), none = true;
    if (!all)
        content_print(m);
    for (struct dirent *e; d && (e = readdir(d));) {
        if (e->d_name[0] == '.' || is_no_file(base, e->d_name))
            continue;
        p = read_file(a, arena_printf(a, "%s/%s/%s", folder, base, e->d_name), &n);
        none = false;
        if (!p || has_file(a, m, p, n))
            continue;
        printf("# %s is missing\n", e->d_name);
        all = false;
    }
    if (d)
        closedir(d);
    ok(all, none ? "winmail.dat without files:" : "winmail.dat with its files:", file);
    arena_free(&a);
}

static void
all_winmails(const char *folder)
{
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));)
        if (strlen(e->d_name) > 5 && strcmp(e->d_name + strlen(e->d_name) - 5, ".tnef") == 0)
            winmail(folder, e->d_name);
    if (d)
        closedir(d);
    ok(tests > 15, "winmail.dat:", "there were some");
}

/* ------------------------------------------------------------------ one program in many containers */

/* Found as a file, not clean, or a program itself. Left to clamd: packers of programs, which are programs. */
static void
containers(const char *folder)
{
    static const char *const names[] = {
        "clam.7z",      "clam.bin-be.cpio", "clam.bin-le.cpio", "clam.bz2.zip",  "clam.cab",
        "clam.exe.bz2", "clam.exe.rtf",     "clam.newc.cpio",   "clam.odc.cpio", "clam.tar.gz",
        "clam.tnef",    "clam.zip",         "clam.exe.szdd",    "clam.ole.doc",  "clam.chm",
        "clam.arj",     "clam.d64.zip",     "clam.impl.zip",
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct arena *a = arena_new();
        size_t n, size;
        char *program = read_file(a, arena_printf(a, "%s/clam.exe", folder), &size);
        char *p = read_file(a, arena_printf(a, "%s/%s", folder, names[i]), &n);
        struct msg *m = content_mail(a, "see the file", names[i], "application/octet-stream", p, n);
        bool seen = has_bytes(a, m, program, size) || *policy_verdict(m) == 'u' ||
                    content_held(m) || content_found(m, "risky-file");
        if (!seen)
            content_print(m);
        ok(seen, "T-A7 a program in", names[i]);
        arena_free(&a);
    }
}

int
main(void)
{
    char mime[] = "/tmp/sekisho-files-XXXXXX", attach[] = "/tmp/sekisho-files-XXXXXX";
    if (access("../shared/data/attach", R_OK) != 0) {
        printf("1..1\nok 1 # SKIP there is no ../shared/data\n");
        return 0;
    }
    struct arena *a = arena_new();
    g_mime_init();
    charset_preload();
    if (!unpack("../shared/data/mime/mimekit.tar.zst", mime) ||
        !unpack("../shared/data/attach/clamav-testfiles.tar.zst", attach)) {
        printf("Bail out! cannot unpack\n");
        return 1;
    }
    all_winmails(arena_printf(a, "%s/mimekit/tnef", mime));
    containers(arena_printf(a, "%s/clamav-testfiles", attach));
    unpack_remove(mime);
    unpack_remove(attach);
    arena_free(&a);
    printf("1..%d\n", tests);
    return failed != 0;
}
