/* File password analysis: which words are tried, in what order and for how long, on which archives; the memory of earlier mails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <archive.h>
#include <archive_entry.h>
#include <gmime/gmime.h>
#include <openssl/evp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/file_password.h"
#include "common/jsonx.h"
#include "engine/content/candidates.h"
#include "engine/content/content.h"
#include "engine/content/opened_files.h"
#include "engine/content/passwords.h"
#include "engine/intake/passwords_seen.h"
#include "engine/msg/charset.h"
#include "content_mail.h"
#include "rar_writer.h"
#include "zip_writer.h"

#define TEXT "sekisho-payload: see https://bad.example/payload now\n"
#define LINK "https://bad.example/payload"
#define PLAIN "sekisho-plain: see https://plain.example/ now\n"
#define WORD "Tr0ub4dor"
#define TEST(name, f)                  \
    {                                  \
        name, f, setup, teardown, NULL \
    }

static struct arena *a;

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

/* ------------------------------------------------------------------ archives */

static struct envelope
with_lists(json_t *lists)
{
    return (struct envelope){.client_ip = "192.0.2.1",
                             .client_name = "",
                             .helo = "",
                             .tls = "",
                             .sender = "a@b.example",
                             .recipients = NULL,
                             .nrecipients = 0,
                             .direction = "in",
                             .lists = lists};
}

static struct msg *
mail(const char *text, json_t *lists, const struct buf *file)
{
    struct envelope *env = arena_alloc(a, sizeof *env);
    *env = with_lists(lists);
    return content_mail_from(a, env, text, "a.bin", "application/octet-stream", file->data,
                             file->len);
}

static void
check(bool right, const struct msg *m)
{
    if (!right) {
        content_print(m);
        for (int i = 0; i < m->nparts; i++)
            print_message("# part %s %s %lld\n", m->parts[i].id, m->parts[i].name,
                          (long long)m->parts[i].bytes);
    }
    assert_true(right);
}

static const struct msg_part *
the_file(const struct msg *m)
{
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].id, "1.2") == 0)
            return &m->parts[i];
    return NULL;
}

static void
opened(const struct msg *m, const char *code)
{
    check(content_has_url(m, LINK), m);
    check(content_found(m, code) && !content_found(m, "encrypted"), m);
    check(the_file(m)->encrypted && the_file(m)->opened_with_password, m);
}

/* The password itself is in no finding. */
static void
not_said(const struct msg *m)
{
    for (int i = 0; i < m->nfindings; i++)
        check(!content_ours(&m->findings[i]) || !strstr(m->findings[i].evidence, WORD), m);
}

static void
locked(const struct msg *m)
{
    check(!content_has_url(m, LINK), m);
    check(content_found(m, "encrypted") && content_held(m), m);
    check(strcmp(policy_verdict(m), "unscannable") == 0, m);
}

static void
try_all(const struct buf *file)
{
    json_t *list = json_pack("{s{s{s[ss]}}}", "passwords", "org", "list", "other", WORD);
    json_t *earlier = json_pack("{s{s[ss]}}", "recent_passwords", "org", "some", WORD);
    json_t *off = json_pack("{s{s{sb}}}", "passwords", "org", "off", 1);
    const struct msg *m;
    opened(m = mail("The password is " WORD ".\n", NULL, file), "password-mail");
    not_said(m);
    opened(m = mail("See the file.\n", list, file), "password-list");
    not_said(m);
    opened(m = mail("See the file.\n", earlier, file), "password-earlier");
    not_said(m);
    m = mail("The password is swordfish.\n", NULL, file);
    locked(m);
    check(content_found(m, "passwords-tried") != NULL, m);
    locked(mail("The password is " WORD ".\n", off, file));
    json_decref(list);
    json_decref(earlier);
    json_decref(off);
}

static void
rar(void **state)
{
    (void)state;
    for (int heads = 0; heads < 2; heads++) {
        try_all(rar5(a, NULL, TEXT, WORD, heads));
        try_all(rar3(a, NULL, TEXT, WORD, heads));
    }
}

/* What is not encrypted is looked at although the rest is locked. */
static void
partly(void **state)
{
    struct buf *files[] = {rar5(a, PLAIN, TEXT, WORD, false), rar3(a, PLAIN, TEXT, WORD, false)};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct msg *m = mail("nothing\n", NULL, files[i]);
        locked(m);
        check(content_has_url(m, "https://plain.example/"), m);
        opened(m = mail("pw: " WORD "\n", NULL, files[i]), "password-mail");
        check(content_has_url(m, "https://plain.example/"), m);
    }
}

/* Ten thousand blocks that are in no file, and then one more file: nobody stops in front of it. */
static void
far_behind(void **state)
{
    struct buf *b = buf_new(a, 0), *h = buf_new(a, 0), *skipped = buf_new(a, 0);
    const struct msg *m;
    (void)state;
    buf_add(b, "Rar!\x1a\7", 7);
    rar_le(h, 0x73, 1);
    rar_le(h, 0, 2);
    rar_le(h, 13, 2);
    rar_le(h, 0, 6);
    rar3_head(a, b, h, NULL);
    rar3_file(a, b, "locked.txt", "nothing in it", WORD, NULL);
    rar_le(skipped, 0x77, 1);
    rar_le(skipped, 0, 2);
    rar_le(skipped, 7, 2);
    for (int i = 0; i < 10000; i++)
        rar3_head(a, b, skipped, NULL);
    rar3_file(a, b, "last.txt", TEXT, NULL, NULL);
    m = mail("pw: " WORD "\n", NULL, b);
    check(content_found(m, "encrypted") != NULL, m);

    buf_clear(b);
    buf_clear(h);
    buf_clear(skipped);
    buf_add(b, "Rar!\x1a\7\1", 8);
    rar_le(h, 1, 3);
    rar5_head(a, b, h, NULL);
    rar5_file(a, b, "locked.txt", "nothing in it", WORD, NULL);
    rar_le(skipped, 3, 2);
    for (int i = 0; i < 10000; i++)
        rar5_head(a, b, skipped, NULL);
    rar5_file(a, b, "last.txt", TEXT, NULL, NULL);
    m = mail("pw: " WORD "\n", NULL, b);
    check(content_found(m, "encrypted") != NULL, m);
}

/* A key for each file: what one password costs has an end. */
static void
salts(void **state)
{
    static const int all[] = {3, 70};
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct buf *b = buf_new(a, 0), *h = buf_new(a, 0);
        buf_add(b, "Rar!\x1a\7", 7);
        rar_le(h, 0x73, 1);
        rar_le(h, 0, 2);
        rar_le(h, 13, 2);
        rar_le(h, 0, 6);
        rar3_head(a, b, h, NULL);
        rar3_file(a, b, "locked.txt", TEXT, WORD, NULL);
        /* only the first is right: what is behind its checksum is not looked at before all keys are made */
        for (int k = 0; k < all[i]; k++) {
            size_t from = b->len;
            rar3_file(a, b, "locked.txt", "", NULL, NULL);
            unsigned char *p = (unsigned char *)b->data + from;
            p[3] = 0x04, p[4] = 0x84;
            p[5] = (unsigned char)(p[5] + 8);
            rar_le(b, (uint64_t)k, 8);
            p = (unsigned char *)b->data + from;
            uint32_t crc = (uint32_t)crc32(0, p + 2, (unsigned)(b->len - from - 2));
            p[0] = (unsigned char)crc, p[1] = (unsigned char)(crc >> 8);
        }
        const struct msg *m = mail("pw: " WORD "\n", NULL, b);
        check((content_found(m, "encrypted") != NULL) == (all[i] > 60), m);
    }
}

static const char *
run_7z(const char *options, const char *method)
{
    char *dir = g_dir_make_tmp("sekisho-7z-XXXXXX", NULL), *out = NULL;
    const char *in = arena_printf(a, "%s/in.txt", dir), *to = arena_printf(a, "%s/a.7z", dir);
    const char *argv[] = {"7z", "a", "-p" WORD, "-bd", options, method, to, in, NULL};
    int status = -1;
    assert_true(g_file_set_contents(in, TEXT, -1, NULL));
    assert_true(g_spawn_sync(NULL, (char **)(uintptr_t)argv, NULL,
                             G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out,
                             NULL, &status, NULL));
    assert_int_equal(status, 0);
    g_free(out);
    g_free(dir);
    return to;
}

/* As 7-Zip itself makes them: names readable or not, stored, and by other methods. */
static void
sevenzip(void **state)
{
    static const char *const options[][2] = {{"-mhe=off", "-m0=lzma2"}, {"-mhe=on", "-m0=lzma"},
                                             {"-mhe=on", "-m0=copy"},   {"-mhe=off", "-m0=deflate"},
                                             {"-mhe=off", "-m0=bzip2"}, {"-mhe=off", "-m0=ppmd"}};
    (void)state;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        const char *path = run_7z(options[i][0], options[i][1]);
        struct buf *b = buf_new(a, 0);
        char *p;
        gsize n;
        assert_true(g_file_get_contents(path, &p, &n, NULL));
        buf_add(b, p, n);
        g_free(p);
        remove(path);
        remove(arena_printf(a, "%.*sin.txt", (int)(strlen(path) - 4), path));
        rmdir(arena_strndup(a, path, strlen(path) - 5));
        try_all(b);
    }
}

/* Its files are bytes for everybody; that they are encrypted stands in a table. */
static void
opendocument(void **state)
{
    static const char manifest[] =
        "<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\">"
        "<manifest:encryption-data manifest:checksum-type=\"SHA1/1K\"/></manifest:file-entry>"
        "</manifest:manifest>";
    struct zip_file files[] = {
        {"mimetype", "application/vnd.oasis.opendocument.text", 39, 0, NULL, -1, -1, false, false},
        {"content.xml", "\x91\x07\xaa\xfe", 4, 0, NULL, -1, -1, false, false},
        {"META-INF/manifest.xml", manifest, sizeof manifest - 1, 8, NULL, -1, -1, false, false}};
    struct buf *b = buf_new(a, 0);
    (void)state;
    zip_write(a, b, files, 3);
    locked(mail("The password is " WORD ".\n", NULL, b));
    files[2].data = "<manifest:manifest/>";
    files[2].n = 20;
    buf_clear(b);
    zip_write(a, b, files, 3);
    const struct msg *m = mail("See the document.\n", NULL, b);
    check(!content_found(m, "encrypted"), m);
}

/* What the worker hands to clamd: the files as a tar, whatever was written there before. */
static void
for_clamd(void **state)
{
    const struct msg *m = mail("pw: " WORD "\n", NULL, rar5(a, PLAIN, TEXT, WORD, false));
    struct opened_files *list = NULL;
    struct archive *r = archive_read_new();
    struct archive_entry *e;
    char text[200] = "";
    int fd = memfd_create("test", MFD_CLOEXEC);
    (void)state;
    assert_int_equal(write(fd, text, sizeof text), sizeof text);
    assert_true(opened_files_write(fd, m->opened));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    archive_read_support_format_tar(r);
    assert_int_equal(archive_read_open_fd(r, fd, 4096), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(r, &e), ARCHIVE_OK);
    assert_int_equal(archive_read_next_header(r, &e), ARCHIVE_OK);
    assert_int_equal(archive_read_data(r, text, sizeof text), sizeof TEXT - 1);
    assert_string_equal(text, TEXT);
    assert_int_equal(archive_read_next_header(r, &e), ARCHIVE_EOF);
    archive_read_free(r);
    assert_true(opened_files_write(fd, NULL));
    assert_int_equal(lseek(fd, 0, SEEK_END), 0);
    close(fd);
    char *big = arena_calloc(a, OPENED_BYTES, 1);
    assert_true(opened_files_add(a, &list, big, OPENED_BYTES - 2000));
    assert_false(opened_files_add(a, &list, big, 2000));
    assert_true(opened_files_add(a, &list, big, 100));
    assert_null(mail("See it.\n", NULL, rar5(a, PLAIN, TEXT, WORD, false))->opened);
}

/* ------------------------------------------------------------------ words */

static bool
among(const struct candidate *c, int n, const char *word, bool strong)
{
    for (int i = 0; i < n; i++)
        if (strcmp(c[i].text, word) == 0)
            return c[i].strong == strong;
    return false;
}

static void
words(void **state)
{
    static const struct {
        const char *text, *word;
        bool strong;
    } rows[] = {
        {"The password is Fr%eeSia.", "Fr%eeSia", true},
        {"PW: 1234", "1234", true},
        {"Pass:abc-def", "abc-def", true},
        {"Das Kennwort lautet \"K0mm rein\"", "K0mm", true},
        {"パスワードは「abc123」です", "abc123", true},
        {"パスワード：abc123です。", "abc123", true},
        {"解凍パスワードはA1b2C3になります", "A1b2C3", true},
        {"パスワード　ｐａｓｓ１２３", "pass123", true},
        {"密码：Qwe789", "Qwe789", true},
        {"Пароль: Зима2024", "Зима2024", true},
        {"mot de passe : azerty9", "azerty9", true},
        {"The shipping was Zx81 late", "Zx81", false},
        {"ref X9-77 enclosed", "X9-77", false},
    };
    struct candidate c[CANDIDATES];
    struct msg *m = msg_new(a);
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        int n = candidates(a, m, rows[i].text, strlen(rows[i].text), c, CANDIDATES);
        if (!among(c, n, rows[i].word, rows[i].strong))
            print_message("# %s\n", rows[i].text);
        assert_true(among(c, n, rows[i].word, rows[i].strong));
    }
}

/* Only what stands behind a word leaves the sandbox, and little of it. */
static void
hints(void **state)
{
    struct buf *b = buf_new(a, 0);
    struct msg *m = msg_new(a);
    (void)state;
    m->text = "The report N0t1t is here. Password: Sw0rd1";
    m->text_len = strlen(m->text);
    json_t *h = jsonx_own(a, candidates_hints(a, m));
    assert_int_equal(json_array_size(h), 1);
    assert_string_equal(json_string_value(json_array_get(h, 0)), "Sw0rd1");
    for (int i = 0; i < 1000; i++)
        buf_printf(b, "password: w0rd%d\n", i);
    m->text = buf_cstr(b);
    m->text_len = b->len;
    assert_int_equal(json_array_size(jsonx_own(a, candidates_hints(a, m))), CANDIDATES_HINTS);
}

static struct content_file file = {.id = "1", .name = "a.zip", .type = "", .true_type = ""};

static struct content *
content_of(json_t *lists, const char *text)
{
    struct msg *m = msg_new(a);
    struct buf *body = buf_new(a, 0);
    struct envelope *env = arena_alloc(a, sizeof *env);
    *env = with_lists(lists);
    m->env = env;
    msg_add_part(m, (struct msg_part){.id = "1", .type = "", .true_type = "", .name = "a.zip"});
    buf_str(body, text);
    return content_new(m, body);
}

/* The mail, earlier mails, the list by its order, other words; and first what has worked. */
static void
order(void **state)
{
    static const char *const want[] = {"Mail1", "earlier", "list-a", "list-b", "Word9"};
    json_t *lists = json_pack("{s{s{s[sss]}}s{s[s]}}", "passwords", "org", "list", "list-a",
                              "list-b", "Mail1", "recent_passwords", "org", "earlier");
    struct content *c = content_of(lists, "Word9 and what else\nPassword: Mail1\n");
    struct password_walk w;
    const char *p;
    size_t i = 0;
    (void)state;
    passwords_begin(&w, c, &file, PASSWORDS_CHEAP);
    while ((p = passwords_next(&w)) && i < 5)
        assert_string_equal(p, want[i++]);
    assert_int_equal(i, 5);
    passwords_begin(&w, c, &file, PASSWORDS_CHEAP);
    while ((p = passwords_next(&w)) && strcmp(p, "list-b") != 0)
        ;
    passwords_opened(&w);
    passwords_begin(&w, c, &file, PASSWORDS_CHEAP);
    assert_string_equal(passwords_next(&w), "list-b");
    json_decref(lists);
}

/* All tries in a message have a limit of computing time together. */
static void
budget(void **state)
{
    struct buf *b = buf_new(a, 0);
    unsigned char out[32];
    int tries = 0;
    (void)state;
    for (int i = 0; i < 90; i++)
        buf_printf(b, "password: w0rd%d\n", i);
    struct content *c = content_of(NULL, buf_cstr(b));
    for (int file_no = 0; file_no < 5; file_no++) {
        struct password_walk w;
        passwords_begin(&w, c, &file, PASSWORDS_DEAR);
        while (passwords_next(&w)) {
            tries++;
            PKCS5_PBKDF2_HMAC("x", 1, out, 1, 250000, EVP_sha256(), 32, out);
        }
    }
    print_message("# shown: %d tries\n", tries);
    assert_in_range(tries, 1, 449);
}

/* ------------------------------------------------------------------ earlier mails */

static struct seen_key
key(const char *org, const char *sender, const char *recipient)
{
    return (struct seen_key){org, sender, strchr(sender, '@') + 1, recipient};
}

static const char *
seen(struct passwords_seen *s, struct seen_key k, int64_t now)
{
    json_t *out = jsonx_own(a, json_array());
    struct buf *b = buf_new(a, 0);
    passwords_seen_get(s, &k, now, out);
    for (size_t i = 0; i < json_array_size(out); i++)
        buf_printf(b, "%s%s", i ? " " : "", json_string_value(json_array_get(out, i)));
    return buf_cstr(b);
}

static void
add_words(struct passwords_seen *s, struct seen_key k, const char *words, int64_t now,
          int64_t until)
{
    json_t *list = json_array();
    char **all = g_strsplit(words, " ", 0);
    for (int i = 0; all[i]; i++)
        json_array_append_new(list, json_string(all[i]));
    passwords_seen_add(s, &k, list, now, until);
    json_decref(list);
    g_strfreev(all);
}

static void
earlier(void **state)
{
    struct passwords_seen *s = passwords_seen_new();
    struct seen_key k = key("o1", "a@x.example", "r@y.example");
    (void)state;
    add_words(s, k, "one two", 1000, 2000);
    assert_string_equal(seen(s, k, 1999), "one two");
    assert_string_equal(seen(s, k, 2000), "");
    assert_string_equal(seen(s, key("o2", "a@x.example", "r@y.example"), 1500), "");
    assert_string_equal(seen(s, key("o1", "b@x.example", "r@y.example"), 1500), "");
    assert_string_equal(seen(s, key("o1", "a@x.example", "q@y.example"), 1500), "");
    add_words(s, k, "three two", 1600, 2600);
    assert_string_equal(seen(s, k, 2100), "three two one");
    add_words(s, k, "1 2 3 4 5 6 7 8 9", 1700, 2700);
    assert_string_equal(seen(s, k, 1700), "1 2 3 4 5 6 7 8 9 three");
    add_words(s, k, arena_printf(a, "%065d", 1), 1700, 2700); /* too long */
    assert_string_equal(seen(s, k, 1700), "1 2 3 4 5 6 7 8 9 three");
    passwords_seen_free(&s);
    assert_null(s);
}

/* A domain with many addresses pushes out its own words, not those of others; all together are bounded. */
static void
flooded(void **state)
{
    struct passwords_seen *s = passwords_seen_new();
    struct seen_key good = key("o1", "a@good.example", "r@y.example");
    int left = 0;
    (void)state;
    add_words(s, good, "keep", 0, 1000000);
    for (int i = 1; i < 20000; i++)
        add_words(s, key("o1", arena_printf(a, "a%d@bad.example", i), "r@y.example"), "w", i,
                  1000000);
    assert_string_equal(seen(s, good, 20000), "keep");
    for (int i = 1; i < 20000; i++)
        left +=
            *seen(s, key("o1", arena_printf(a, "a%d@bad.example", i), "r@y.example"), 20000) != 0;
    assert_int_equal(left, SEEN_OF_DOMAIN);
    passwords_seen_free(&s);
}

/* ------------------------------------------------------------------ the list as a file */

static void
list_file(void **state)
{
    static const char text[] =
        "\xef\xbb\xbfone\t7\r\n\nt,w\"o=\nthree\t0\nfour\tx\none\nb\xffroken\n"
        "\xe3\x83\x91\xe3\x82\xb9 1\t100";
    static const enum file_password_problem want[] = {
        FILE_PASSWORD_FINE,  FILE_PASSWORD_FINE,  FILE_PASSWORD_RANK, FILE_PASSWORD_RANK,
        FILE_PASSWORD_AGAIN, FILE_PASSWORD_SIGNS, FILE_PASSWORD_FINE};
    struct file_password *all, *again;
    struct buf *b = buf_new(a, 0);
    int n = file_password_read(a, text, sizeof text - 1, &all), m = 0;
    (void)state;
    assert_int_equal(n, 7);
    for (int i = 0; i < n; i++) {
        assert_int_equal(all[i].problem, want[i]);
        if (all[i].problem == FILE_PASSWORD_FINE)
            file_password_write(b, all[i].value, all[i].priority);
    }
    assert_int_equal(all[0].priority, 7);
    assert_int_equal(all[1].line, 3);
    assert_int_equal(all[1].priority, FILE_PASSWORD_PRIORITY);
    n = file_password_read(a, buf_cstr(b), b->len, &again);
    assert_int_equal(n, 3);
    for (int i = 0; i < 7; i++)
        if (all[i].problem == FILE_PASSWORD_FINE) {
            assert_string_equal(all[i].value, again[m].value);
            assert_int_equal(all[i].priority, again[m++].priority);
        }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("T-A6 F20 RAR of both formats, names readable or not, by all sources of passwords",
             rar),
        TEST("T-A2 RAR: a file behind ten thousand blocks", far_behind),
        TEST("T-A2 RAR: a key for each file", salts),
        TEST("T-A6 F20 what is not encrypted of an archive is looked at", partly),
        TEST("T-A6 F20 7z of all methods, names readable or not", sevenzip),
        TEST("T-A6 an encrypted OpenDocument file is not clean", opendocument),
        TEST("T-A6 what was opened goes to clamd", for_clamd),
        TEST("F20 words that may be passwords, in many languages", words),
        TEST("F20 what is kept for later mails", hints),
        TEST("F20 order of the passwords", order),
        TEST("T-A6 F20 computing time of all tries is bounded", budget),
        TEST("F20 words of earlier mails: whose, how long, which", earlier),
        TEST("F20 nobody pushes out the words of others", flooded),
        TEST("F20 a list as a file goes round", list_file),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
