/*
 * Packs of encrypted archives. With its password, from the mail, the organisation's list or an earlier mail, each is opened and what is in it is
 * looked at; without it it is reported and held: never clean.
 */
#include <glib.h>
#include <gmime/gmime.h>
#include <jansson.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "engine/msg/charset.h"
#include "engine/scan/scan.h"
#include "../unit/content_mail.h"
#include "unpack.h"

#define LOCKED (-1)
#define ANY (-2)
#define M "msoffcrypto/inputs/"

static const struct row {
    const char *file, *password;
    int files; /* with bytes, inside; ANY: their number says nothing; LOCKED: cannot be opened by us */
} rows[] = {
    {"py7zr/encrypted_1.7z", "secret", 2},
    {"py7zr/encrypted_2.7z", "secret", 12},
    {"py7zr/encrypted_3.7z", "secret", 3},
    /* other password */
    {"py7zr/encrypted_4.7z", "secret", LOCKED},
    {"py7zr/filename_encryption.7z", "secret", LOCKED},
    /* packed with Zstandard, which libarchive does not read there */
    {"py7zr/encrypted_5.7z", "secret", LOCKED},
    {"py7zr/encrypted_6.7z", "secret", LOCKED},
    {"rarfile/rar5-psw.rar", "password", 2},
    {"rarfile/rar5-psw-blake.rar", "password", 2},
    {"rarfile/rar5-hpsw.rar", "password", 2},
    {M "ecma376standard_password.docx", "Password1234_", 1},
    {M "example_password.docx", "Password1234_", 1},
    {M "example_password.xlsx", "Password1234_", 1},
    {M "rc4cryptoapi_password.doc", "Password1234_", ANY},
    {M "rc4cryptoapi_password.xls", "Password1234_", ANY},
    /* its two files are empty */
    {"rarfile/rar3-comment-hpsw.rar", "password", 0},
};

enum where { NOWHERE, TEXT, LIST, EARLIER, WHERES };
static const char *const where_names[] = {"no password", "password in the mail",
                                          "password in the list", "password in an earlier mail"};
static const char *const codes[] = {"passwords-tried", "password-mail", "password-list",
                                    "password-earlier"};

static struct msg *
scan(struct arena *a, const char *path, const struct row *r, enum where w)
{
    const char *text = w == TEXT ? arena_printf(a, "The password is %s\n", r->password)
                                 : "The password is nothing\n";
    json_t *lists =
        w == LIST
            ? json_pack("{s{s{s[ss]}}}", "passwords", "org", "list", "other", r->password)
            : json_pack("{s{s[s]}}", "recent_passwords", "org", w == EARLIER ? r->password : "x1");
    struct envelope env = {.client_ip = "192.0.2.1",
                           .client_name = "",
                           .helo = "",
                           .tls = "",
                           .sender = "a@b.example",
                           .direction = "in",
                           .lists = lists};
    const char *name = strrchr(r->file, '/') + 1;
    char *bytes;
    gsize n;
    if (!g_file_get_contents(path, &bytes, &n, NULL))
        return NULL;
    struct msg *m = content_mail_from(a, &env, text, name, "application/octet-stream", bytes, n);
    g_free(bytes);
    json_decref(lists);
    return m;
}

static bool
right(const struct msg *m, const struct row *r, enum where w)
{
    bool opens = w != NOWHERE && r->files != LOCKED;
    int files = 0;
    if (!m)
        return false;
    for (int i = 0; i < m->nparts; i++)
        files += strchr(m->parts[i].id, '/') == strrchr(m->parts[i].id, '/') &&
                 strchr(m->parts[i].id, '/') && m->parts[i].bytes > 0;
    if (!opens)
        return files == 0 && content_found(m, "encrypted") && content_held(m) &&
               content_found(m, codes[NOWHERE]);
    return (files == r->files || r->files == ANY) && content_found(m, codes[w]) &&
           !content_found(m, "encrypted") && !content_found(m, "archive-broken");
}

static int
row(const char *dir, const struct row *r, enum where w, int number)
{
    struct arena *a = arena_new();
    struct msg *m = scan(a, arena_printf(a, "%s/%s", dir, r->file), r, w);
    bool ok = right(m, r, w);
    printf("%sok %d - T-A6 F20 %s: %s\n", ok ? "" : "not ", number, r->file, where_names[w]);
    if (!ok && m) {
        for (int i = 0; i < m->nfindings; i++)
            if (content_ours(&m->findings[i]))
                printf("# %s %s [%s]\n", m->findings[i].code, m->findings[i].kind,
                       m->findings[i].evidence);
        for (int i = 0; i < m->nparts; i++)
            printf("# part %s %s %lld %d %d\n", m->parts[i].id, m->parts[i].name,
                   (long long)m->parts[i].bytes, m->parts[i].encrypted,
                   m->parts[i].opened_with_password);
    }
    arena_free(&a);
    return !ok;
}

int
main(void)
{
    static const char *const packs[] = {"py7zr", "rarfile", "msoffcrypto"};
    char dirs[3][40], pack[200];
    int number = 0, failed = 0;
    if (access("../shared/data/attach", R_OK) != 0) {
        printf("1..1\nok 1 # SKIP there is no ../shared/data\n");
        return 0;
    }
    g_mime_init();
    charset_preload();
    scanners_prepare();
    for (int k = 0; k < 3; k++) {
        snprintf(pack, sizeof pack, "../shared/data/attach/%s.tar.zst", packs[k]);
        snprintf(dirs[k], sizeof dirs[k], "/tmp/sekisho-passwords-XXXXXX");
        if (!unpack(pack, dirs[k])) {
            printf("Bail out! cannot unpack %s\n", pack);
            return 1;
        }
    }
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int w = 0; w < WHERES; w++)
            for (int k = 0; k < 3; k++)
                if (strncmp(rows[i].file, packs[k], strlen(packs[k])) == 0)
                    failed += row(dirs[k], &rows[i], (enum where)w, ++number);
    for (int k = 0; k < 3; k++)
        unpack_remove(dirs[k]);
    printf("1..%d\n", number);
    return failed != 0;
}
