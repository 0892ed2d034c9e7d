/* S/MIME: what is signed is opened and scanned, what is encrypted is not clean, and nesting has an end (T-M2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>
#include <gmime/gmime.h>
#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <zlib.h>

#include "engine/msg/charset.h"
#include "engine/msg/smime.h"
#include "content_mail.h"
#include "file_maker.h"

#define ENTITY                                                                                 \
    "Content-Type: multipart/mixed; boundary=y\n\n--y\nContent-Type: text/html\n\n"            \
    "<a href=\"https://inside.example/x\">read this</a>\n--y\nContent-Type: application/zip; " \
    "name=a.zip\nContent-Disposition: attachment; filename=\"a.pdf.exe\"\n"                    \
    "Content-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA\n--y--\n"

static struct arena *a;
static EVP_PKEY *key;
static X509 *cert;

/* ------------------------------------------------------------------ making them */

static void
make_key(void)
{
    key = EVP_EC_gen("P-256");
    cert = X509_new();
    X509_set_version(cert, 2);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    X509_gmtime_adj(X509_getm_notBefore(cert), 0);
    X509_gmtime_adj(X509_getm_notAfter(cert), 86400);
    X509_set_pubkey(cert, key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(cert), "CN", MBSTRING_ASC,
                               (const unsigned char *)"test", -1, -1, 0);
    X509_set_issuer_name(cert, X509_get_subject_name(cert));
    assert_true(X509_sign(cert, key, EVP_sha256()) > 0);
}

static struct buf *
bytes_of(BIO *bio)
{
    struct buf *b = buf_new(a, 0);
    char *p;
    long n = BIO_get_mem_data(bio, &p);
    buf_add(b, p, (size_t)n);
    BIO_free(bio);
    return b;
}

static struct buf *
sign(const void *p, size_t n, bool stream)
{
    unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | (stream ? CMS_STREAM : 0);
    BIO *in = BIO_new_mem_buf(p, (int)n), *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *c = CMS_sign(cert, key, NULL, in, flags);
    assert_non_null(c);
    assert_int_equal(stream ? i2d_CMS_bio_stream(out, c, in, (int)flags) : i2d_CMS_bio(out, c), 1);
    CMS_ContentInfo_free(c);
    BIO_free(in);
    return bytes_of(out);
}

static struct buf *
encrypt(const void *p, size_t n)
{
    BIO *in = BIO_new_mem_buf(p, (int)n), *out = BIO_new(BIO_s_mem());
    STACK_OF(X509) *to = sk_X509_new_null();
    sk_X509_push(to, cert);
    CMS_ContentInfo *c = CMS_encrypt(to, in, EVP_aes_128_cbc(), CMS_BINARY);
    assert_non_null(c);
    i2d_CMS_bio(out, c);
    CMS_ContentInfo_free(c);
    sk_X509_free(to);
    BIO_free(in);
    return bytes_of(out);
}

/* An element with a length of three bytes. */
static void
der(struct buf *b, unsigned tag, const void *p, size_t n)
{
    buf_char(b, (char)tag);
    buf_add(b, "\x83", 1);
    made_be(b, (uint32_t)n, 3);
    buf_add(b, p, n);
}

static void
wrap(struct buf *b, unsigned tag, const char *front, size_t front_len)
{
    struct buf *in = buf_new(a, 0);
    buf_add(in, front, front_len);
    buf_add(in, b->data, b->len);
    buf_clear(b);
    der(b, tag, in->data, in->len);
}

#define DATA_OID "\6\11\x2a\x86\x48\x86\xf7\x0d\1\7\1"
#define SIGNED_OID "\6\11\x2a\x86\x48\x86\xf7\x0d\1\7\2"
#define PACKED_OID "\6\13\x2a\x86\x48\x86\xf7\x0d\1\11\x10\1\11"
#define WRAP(b, tag, front) wrap(b, tag, front, sizeof front - 1)

/* Without certificates and signatures, as only somebody who wants to annoy would write it. */
static struct buf *
sign_by_hand(const void *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    der(b, 0x04, p, n);
    WRAP(b, 0xa0, "");
    WRAP(b, 0x30, DATA_OID);
    WRAP(b, 0x30, "\2\1\1\x31\0");
    WRAP(b, 0xa0, "");
    WRAP(b, 0x30, SIGNED_OID);
    return b;
}

static struct buf *
packed(const void *p, size_t n)
{
    uLongf room = compressBound(n);
    unsigned char *z = arena_alloc(a, room);
    struct buf *b = buf_new(a, 0);
    assert_int_equal(compress(z, &room, p, n), Z_OK);
    der(b, 0x04, z, room);
    WRAP(b, 0xa0, "");
    WRAP(b, 0x30, DATA_OID);
    WRAP(b, 0x30, "\2\1\0\x30\x0d\6\13\x2a\x86\x48\x86\xf7\x0d\1\11\x10\3\10");
    WRAP(b, 0xa0, "");
    WRAP(b, 0x30, PACKED_OID);
    return b;
}

static struct msg *
mail(const char *type, const char *name, const struct buf *b)
{
    char *b64 = g_base64_encode((const unsigned char *)b->data, b->len);
    const char *raw = arena_printf(
        a,
        "From: a@b.example\nSubject: x\nMIME-Version: 1.0\nContent-Type: %s; name=\"%s\"\n"
        "Content-Transfer-Encoding: base64\n\n%s\n",
        type, name, b64);
    g_free(b64);
    return msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
}

/* ------------------------------------------------------------------ tests */

static void
opened(const struct msg *m)
{
    bool ok = content_has_url(m, "https://inside.example/x") && strstr(m->text, "read this") &&
              content_found(m, "two-endings") && m->nexceptions == 0;
    if (!ok)
        content_print(m);
    assert_true(ok);
    assert_true(content_held(m));
}

static void
signed_is_opened(void **state)
{
    struct buf *whole = sign(ENTITY, sizeof ENTITY - 1, false);
    (void)state;
    opened(mail("application/pkcs7-mime; smime-type=signed-data", "smime.p7m", whole));
    opened(mail("application/x-pkcs7-mime", "smime.p7m", whole));
    opened(mail("application/octet-stream", "smime.p7m", whole));
    opened(mail("application/octet-stream", "", whole));
    opened(mail("application/pkcs7-mime", "smime.p7m", sign(ENTITY, sizeof ENTITY - 1, true)));
    opened(mail("application/pkcs7-mime", "smime.p7m", sign_by_hand(ENTITY, sizeof ENTITY - 1)));
    opened(mail("application/pkcs7-mime; smime-type=compressed-data", "smime.p7z",
                packed(ENTITY, sizeof ENTITY - 1)));
}

/* Some programs send it as text once more. */
static void
signed_text_is_opened(void **state)
{
    struct buf *whole = sign(ENTITY, sizeof ENTITY - 1, false), *pem = buf_new(a, 0);
    char *b64 = g_base64_encode((unsigned char *)whole->data, whole->len);
    (void)state;
    buf_str(pem, "-----BEGIN PKCS7-----\n");
    buf_str(pem, b64);
    buf_str(pem, "\n-----END PKCS7-----\n");
    opened(mail("application/pkcs7-mime", "smime.p7m", pem));
    buf_clear(pem);
    buf_str(pem, b64);
    opened(mail("application/pkcs7-mime", "smime.p7m", pem));
    g_free(b64);
}

static void
signed_files_are_opened(void **state)
{
    struct buf *pe = buf_new(a, 0), *zip = buf_new(a, 0);
    (void)state;
    made_pe(pe);
    struct msg *m =
        mail("application/octet-stream", "report.pdf.p7m", sign(pe->data, pe->len, false));
    assert_non_null(content_found(m, "file-disguised"));
    struct buf *inner = sign(ENTITY, sizeof ENTITY - 1, false);
    made_zip(a, zip, "smime.p7m", inner->data, inner->len);
    m = mail("application/zip", "a.zip", zip);
    assert_non_null(content_found(m, "two-endings"));
    m = mail("application/octet-stream", "invoice.xml.p7m",
             sign("<?xml version='1.0'?><a/>", 25, false));
    assert_false(content_held(m));
}

/* A part of MIME need not say what it is, or says it behind much else: it is shown all the same. */
static void
entities_without_a_type(void **state)
{
    static const char file[] = "Content-Disposition: attachment; filename=\"a.pdf.exe\"\n"
                               "Content-Transfer-Encoding: base64\n\nTVqQAAMAAAAEAAAA\n";
    struct buf *b = buf_new(a, 0), *zip = buf_new(a, 0);
    struct msg *m = mail("application/pkcs7-mime", "smime.p7m", sign(file, sizeof file - 1, false));
    (void)state;
    assert_non_null(content_found(m, "two-endings"));
    buf_str(b, "X-Much: of nothing");
    for (int i = 0; i < 200; i++)
        buf_printf(b, "\n %070d", i);
    buf_str(b, "\n" ENTITY);
    b = sign(b->data, b->len, false);
    opened(mail("application/pkcs7-mime", "smime.p7m", b));
    made_zip(a, zip, "smime.p7m", b->data, b->len);
    assert_non_null(content_found(mail("application/zip", "a.zip", zip), "two-endings"));
    m = mail("application/pkcs7-mime", "smime.p7m", sign("\n\nread this", 11, false));
    assert_non_null(strstr(m->text, "read this"));
}

static void
encrypted_is_not_clean(void **state)
{
    struct buf *b = encrypt(ENTITY, sizeof ENTITY - 1), *zip = buf_new(a, 0), *pgp = buf_new(a, 0);
    struct msg *m = mail("application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", b);
    (void)state;
    assert_non_null(content_found(m, "encrypted"));
    assert_true(m->parts[0].encrypted);
    assert_string_equal(policy_verdict(m), "unscannable");
    made_zip(a, zip, "smime.p7m", b->data, b->len);
    m = mail("application/zip", "a.zip", zip);
    assert_non_null(content_found(m, "encrypted"));
    struct buf *both = sign(b->data, b->len, false);
    m = mail("application/pkcs7-mime", "smime.p7m", both);
    assert_non_null(content_found(m, "encrypted"));
    buf_str(pgp, "-----BEGIN PGP MESSAGE-----\n\nhQEMA0x\n-----END PGP MESSAGE-----\n");
    m = mail("application/octet-stream", "encrypted.asc", pgp);
    assert_non_null(content_found(m, "encrypted"));
}

static void
a_signature_alone_is_clean(void **state)
{
    BIO *in = BIO_new_mem_buf("hello", 5), *out = BIO_new(BIO_s_mem());
    CMS_ContentInfo *c = CMS_sign(cert, key, NULL, in, CMS_DETACHED | CMS_BINARY);
    (void)state;
    i2d_CMS_bio(out, c);
    CMS_ContentInfo_free(c);
    BIO_free(in);
    struct buf *b = bytes_of(out);
    assert_int_equal(content_count(mail("application/pkcs7-signature", "smime.p7s", b)), 0);
}

/* However it is cut or changed: opened, or not clean. */
static void
broken_is_not_clean(void **state)
{
    struct buf *b = sign_by_hand(ENTITY, sizeof ENTITY - 1);
    (void)state;
    for (size_t n = 25; n < b->len; n++) {
        struct buf *cut = buf_new(a, 0);
        buf_add(cut, b->data, n);
        struct msg *m = mail("application/pkcs7-mime", "smime.p7m", cut);
        if (!content_held(m))
            printf("# cut at %zu\n", n);
        assert_true(content_held(m));
    }
    struct buf *junk = buf_new(a, 0);
    buf_str(junk, "this is no signature");
    assert_non_null(
        content_found(mail("application/pkcs7-mime", "smime.p7m", junk), "smime-broken"));
}

/* ------------------------------------------------------------------ limits */

static struct buf *
nested(int layers, const char *fill, size_t n)
{
    static const char head[] = "Content-Type: application/pkcs7-mime; name=smime.p7m\n"
                               "Content-Transfer-Encoding: binary\n\n";
    struct buf *b = buf_new(a, 0), *in;
    buf_str(b, "Content-Type: text/plain\n\ninnermost\n");
    buf_add(b, fill, n);
    b = sign_by_hand(b->data, b->len);
    for (int i = 1; i < layers; i++) {
        in = buf_new(a, 0);
        buf_add(in, head, sizeof head - 1);
        buf_add(in, b->data, b->len);
        b = sign_by_hand(in->data, in->len);
    }
    return b;
}

static void
nesting_has_an_end(void **state)
{
    struct msg *m = mail("application/pkcs7-mime", "smime.p7m", nested(SMIME_LAYERS, "", 0));
    (void)state;
    assert_non_null(strstr(m->text, "innermost"));
    assert_int_equal(m->nexceptions, 0);
    m = mail("application/pkcs7-mime", "smime.p7m", nested(SMIME_LAYERS + 1, "", 0));
    assert_null(strstr(m->text, "innermost"));
    assert_string_equal(m->exceptions[0].code, "too-deep");
    assert_string_equal(policy_verdict(m), "unscannable");
    m = mail("application/pkcs7-mime", "smime.p7m", nested(200, "", 0));
    assert_string_equal(policy_verdict(m), "unscannable");
}

/* Packed messages in packed ones, each of them of 45 MB: what is unpacked at the same time is limited. */
static void
packed_in_packed(void **state)
{
    static const char *const heads[] = {"Content-Type: application/pkcs7-mime; name=smime.p7m\n"
                                        "Content-Transfer-Encoding: binary\n\n",
                                        ""};
    size_t big = 45 * 1000 * 1000, noise = 600 * 1000;
    char *filler = g_malloc0(big);
    GRand *chance = g_rand_new_with_seed(1);
    (void)state;
    for (size_t i = 0; i < noise; i++)
        filler[i] = (char)g_rand_int_range(chance, 1, 255);
    for (size_t k = 0; k < sizeof heads / sizeof *heads; k++) {
        struct buf *b = packed(ENTITY, sizeof ENTITY - 1);
        for (int i = 0; i < 2; i++) {
            struct buf *in = buf_new(a, 0);
            buf_str(in, heads[k]);
            buf_add(in, b->data, b->len);
            buf_add(in, filler, big - b->len);
            b = packed(in->data, in->len);
        }
        struct msg *m = mail("application/pkcs7-mime", "smime.p7m", b);
        assert_non_null(content_found(m, "archive-bytes"));
        assert_string_equal(policy_verdict(m), "unscannable");
    }
    g_rand_free(chance);
    g_free(filler);
}

static double
seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Elements of unknown length inside each other, and strings in a million pieces. */
static void
bombs_are_cheap(void **state)
{
    static const char begin[] = "\x30\x80" SIGNED_OID "\xa0\x80\x30\x80\2\1\1";
    double start = seconds();
    struct smime s;
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_add(b, begin, sizeof begin - 1);
    for (int i = 0; i < 1000000; i++)
        buf_add(b, "\x31\x80", 2);
    smime_open(a, (unsigned char *)b->data, b->len, &s);
    assert_int_equal(s.kind, SMIME_BROKEN);
    buf_clear(b);
    buf_add(b, begin, sizeof begin - 1);
    buf_add(b, "\x31\0\x30\x80" DATA_OID "\xa0\x80\x24\x80", 19);
    for (int i = 0; i < 1000000; i++)
        buf_add(b, "\4\1x", 3);
    smime_open(a, (unsigned char *)b->data, b->len, &s);
    assert_int_equal(s.kind, SMIME_OPEN);
    assert_int_equal(s.n, 1000000);
    b = packed(arena_calloc(a, 10 * 1000 * 1000, 1), 10 * 1000 * 1000);
    smime_open(a, (unsigned char *)b->data, b->len, &s);
    assert_int_equal(s.kind, SMIME_BROKEN);
    print_message("# shown: bombs took %.0f ms of CPU\n", (seconds() - start) * 1e3);
}

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

int
main(void)
{
#define CASE(name, fn)                  \
    {                                   \
        name, fn, setup, teardown, NULL \
    }
    const struct CMUnitTest tests[] = {
        CASE("S/MIME: what is signed is opened", signed_is_opened),
        CASE("S/MIME: what is signed and sent as text is opened", signed_text_is_opened),
        CASE("T-A7 S/MIME: parts that do not say what they are", entities_without_a_type),
        CASE("S/MIME: signed files and signatures in archives are opened", signed_files_are_opened),
        CASE("T-A6 S/MIME: what is encrypted is not clean", encrypted_is_not_clean),
        CASE("S/MIME: a signature alone is clean", a_signature_alone_is_clean),
        CASE("S/MIME: what is broken is not clean", broken_is_not_clean),
        CASE("T-M2 S/MIME: nesting has an end", nesting_has_an_end),
        CASE("T-A1 S/MIME: packed in packed is limited", packed_in_packed),
        CASE("T-M2 S/MIME: bombs are cheap", bombs_are_cheap),
    };
    g_mime_init();
    charset_preload();
    make_key();
    int failed = cmocka_run_group_tests_name("smime", tests, NULL, NULL);
    X509_free(cert);
    EVP_PKEY_free(key);
    return failed;
}
