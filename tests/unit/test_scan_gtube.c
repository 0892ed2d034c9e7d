/* The standard test text, wherever a reader would see it; and the near misses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"

/* In pieces, so that this file can be sent by mail. */
#define G1 "XJS*C4JDBQADN1.NSBN3*2IDNEN*"
#define G2 "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
#define G G1 G2
#define HEAD "From: a@b\nMIME-Version: 1.0\n"

static char *
base64(struct arena *a, const char *s)
{
    char *text = g_base64_encode((const unsigned char *)s, strlen(s));
    char *copy = arena_strdup(a, text);
    g_free(text);
    return copy;
}

static const char *
reason(struct arena *a, const char *raw)
{
    struct msg *m = msg_scan(a, (const unsigned char *)raw, strlen(raw), NULL);
    return policy_decide(m, NULL).reason;
}

static void
found(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    const char *inner = arena_printf(
        a, "Subject: x\nContent-Type: text/plain\nContent-Transfer-Encoding: base64\n\n%s\n",
        base64(a, G));
    const char *raws[] = {
        HEAD "\n" G "\n",
        HEAD "Subject: " G "\n\nhi\n",
        HEAD "Subject: =?utf-8?Q?" G1 "?=\n =?utf-8?Q?" G2 "?=\n\nhi\n",
        arena_printf(a, HEAD "Content-Transfer-Encoding: base64\n\n%s\n", base64(a, "x " G)),
        HEAD "Content-Transfer-Encoding: quoted-printable\n\nXJS*C4JDBQADN1.NSBN3*2=\nIDNEN*=47"
             "TUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X\n",
        HEAD "Content-Type: text/html\n\n<p>" G1 "<b></b>" G2 "</p>\n",
        HEAD "Content-Type: text/html\n\n&#88;JS*C4JDBQADN1.NSBN3*2IDNEN*" G2 "\n",
        arena_printf(a,
                     HEAD "Content-Type: text/html; charset=utf-16le\nContent-Transfer-Encoding: "
                          "base64\n\n%s\n",
                     "WABKAFMAKgBDADQASgBEAEIAUQBBAEQATgAxAC4ATgBTAEIATgAzACoAMgBJAEQATgBFAE4AKgBH"
                     "AFQAVQBCAEUALQBTAFQAQQBOAEQAQQBSAEQALQBBAE4AVABJAC0AVQBCAEUALQBUAEUAUwBUAC0A"
                     "RQBNAEEASQBMACoAQwAuADMANABYAA=="),
        arena_printf(a,
                     HEAD "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
                          "message/rfc822\n\n%s\n--x--\n",
                     inner),
        arena_printf(a,
                     HEAD "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: "
                          "message/rfc822\nContent-Transfer-Encoding: base64\n\n%s\n--x--\n",
                     base64(a, inner)),
        arena_printf(a,
                     HEAD "Content-Type: text/plain; name=x.txt\nContent-Disposition: attachment\n"
                          "Content-Transfer-Encoding: base64\n\n%s\n",
                     base64(a, G)),
        HEAD "Content-Type: multipart/mixed; boundary=x\n\n" G "\n",
        G "\n",
    };
    for (size_t i = 0; i < sizeof raws / sizeof *raws; i++)
        if (strcmp(reason(a, raws[i]), "gtube") != 0)
            fail_msg("not found (%s) in %s", reason(a, raws[i]), raws[i]);
    arena_free(&a);
}

static void
not_found(void **state)
{
    struct arena *a = arena_new();
    (void)state;
    assert_string_equal(reason(a, HEAD "\n" G1 "\n" G2 "\n"), "");
    assert_string_equal(reason(a, HEAD "\nxjs*c4jdbqadn1.nsbn3*2idnen*gtube-standard-anti-ube-"
                                       "test-email*c.34x\n"),
                        "");
    assert_string_equal(reason(a, HEAD "\n" G1 "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34\n"), "");
    assert_string_equal(reason(a, HEAD "\n\n"), "");
    arena_free(&a);
}

static void
one_finding(void **state)
{
    struct arena *a = arena_new();
    static const char raw[] = HEAD "Subject: " G "\n\n" G " " G "\n";
    struct msg *m = msg_scan(a, (const unsigned char *)raw, sizeof raw - 1, NULL);
    (void)state;
    int mine = 0;
    for (size_t i = 0; i < m->nfindings; i++)
        if (strcmp(m->findings[i].scanner, "gtube") == 0) {
            mine++;
            assert_string_equal(m->findings[i].kind, "spam");
        }
    assert_int_equal(mine, 1);
    assert_true(policy_score(m) >= POLICY_THRESHOLD);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(found),
        cmocka_unit_test(not_found),
        cmocka_unit_test(one_finding),
    };
    g_mime_init();
    charset_preload();
    return cmocka_run_group_tests_name("scan_gtube", tests, NULL, NULL);
}
