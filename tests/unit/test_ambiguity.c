/*
 * T-M1: an attachment hidden behind structures that mail programs read differently is either found
 * by us (its digest is among the parts) or makes the message unscannable. Never neither.
 *
 * Every form is tried with LF and CRLF, at the top and inside a forwarded message, whose CTE is
 * 7bit or base64.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/token.h"
#include "engine/msg/charset.h"
#include "engine/msg/msg.h"
#include "engine/policy/policy.h"

#define PAYLOAD "sekisho-payload: this would be the dangerous file\n"
#define B64 "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJlIHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"
#define FILE_HEAD \
    "Content-Type: application/octet-stream; name=p.bin\nContent-Transfer-Encoding: base64\n\n"
#define ENCODED FILE_HEAD B64
#define BODY(b) "--" b "\n\nhello\n--" b "\n" ENCODED "--" b "--\n"
#define MIXED(params, b) "Content-Type: multipart/mixed" params "\n\n" BODY(b)
#define TEXT(text) "Content-Type: text/plain\n\n" text

enum want { FOUND, CAUGHT };

struct form {
    const char *name;
    enum want want;   /* FOUND: and not unscannable; CAUGHT: one of both */
    const char *rest; /* of the header, and the body */
    size_t len;       /* when it contains NUL */
};

#define F(name, rest)                       \
    {                                       \
        name, FOUND, rest, sizeof(rest) - 1 \
    }
#define C(name, rest)                        \
    {                                        \
        name, CAUGHT, rest, sizeof(rest) - 1 \
    }

static const struct form forms[] = {
    F("plain", MIXED("; boundary=bc", "bc")),
    F("quoted", MIXED("; boundary=\"b c\"", "b c")),
    F("folded", MIXED(";\n boundary=\"bc\"", "bc")),
    F("capitals", MIXED(";BOUNDARY=bc", "bc")),
    F("blanks around =", MIXED("; boundary = bc", "bc")),
    F("unquoted = inside", MIXED("; boundary=b=_c", "b=_c")),
    F("same boundary twice", MIXED("; boundary=bc; boundary=bc", "bc")),
    F("other parameter behind", MIXED("; boundary=\"bc\"; charset=utf-8", "bc")),
    F("delimiter with trailing blanks",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc \t\n" ENCODED "--bc-- \n"),
    F("no final delimiter", "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n" ENCODED),
    F("encoding folded", "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: "
                         "application/x\nContent-Transfer-Encoding:\n base64\n\n" B64 "--bc--\n"),
    F("encoding with blanks",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: "
      "application/x\nContent-Transfer-Encoding:  base64  \n\n" B64 "--bc--\n"),
    F("encoding in capitals",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: "
      "application/x\nContent-Transfer-Encoding: BASE64\n\n" B64 "--bc--\n"),
    F("whole message is the file", ENCODED),
    F("outer is a prefix of inner",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: multipart/related; "
      "boundary=bcd\n\n--bcd\n\nhi\n--bcd\n" ENCODED "--bcd--\n--bc--\n"),
    F("inner is a prefix of outer",
      "Content-Type: multipart/mixed; boundary=bcd\n\n--bcd\nContent-Type: multipart/related; "
      "boundary=bc\n\n--bc\n\nhi\n--bc\n" ENCODED "--bc--\n--bcd--\n"),
    F("uuencode in text", TEXT("see:\nbegin 644 p.bin\n"
                               "M<V5K:7-H;RUP87EL;V%D.B!T:&ES('=O=6QD(&)E('1H92!D86YG97)O=7,@\n"
                               "%9FEL90H \n \nend\n")),
    F("uuencode as encoding",
      "Content-Type: application/x\nContent-Transfer-Encoding: x-uuencode\n\nbegin 644 p.bin\n"
      "M<V5K:7-H;RUP87EL;V%D.B!T:&ES('=O=6QD(&)E('1H92!D86YG97)O=7,@\n"
      "%9FEL90H \n \nend\n"),
    F("quoted-printable with soft breaks",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\nsekisho-=\npay"
      "load: this =77ould =\nbe the d=\nangerous file=0a=\n"),
    C("two boundaries, the second one counts", MIXED("; boundary=aa; boundary=bc", "bc")),
    C("two boundaries, the first one counts", MIXED("; boundary=bc; boundary=aa", "bc")),
    C("two boundaries, one in another parameter",
      MIXED("; x=\"; boundary=aa\"; boundary=bc", "bc")),
    C("type twice: multipart, text",
      "Content-Type: multipart/mixed; boundary=bc\nContent-Type: text/plain\n\n" BODY("bc")),
    C("type twice: text, multipart",
      "Content-Type: text/plain\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("type twice: two multiparts",
      "Content-Type: multipart/mixed; boundary=aa\nContent-Type: multipart/mixed; "
      "boundary=bc\n\n" BODY("bc")),
    C("type twice in the part",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: text/plain\nContent-Type: "
      "multipart/mixed; boundary=x\n\n" BODY("x") "--bc--\n"),
    C("encoding twice: base64, 7bit",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: application/x\n"
      "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit\n\n" B64 "--bc--\n"),
    C("encoding twice: 7bit, base64",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: application/x\n"
      "Content-Transfer-Encoding: 7bit\nContent-Transfer-Encoding: base64\n\n" B64 "--bc--\n"),
    C("continued parameter", MIXED("; boundary*0=b; boundary*1=c", "bc")),
    C("continued parameter, section repeated",
      MIXED("; boundary*0=b; boundary*0=x; boundary*1=c", "bc")),
    C("continued parameter, encoded", MIXED("; boundary*0*=utf-8''b; boundary*1=c", "bc")),
    C("encoded parameter", MIXED("; boundary*=utf-8''b%63", "bc")),
    C("plain and encoded parameter", MIXED("; boundary=aa; boundary*=utf-8''bc", "bc")),
    C("encoded word", MIXED("; boundary=\"=?utf-8?q?bc?=\"", "bc")),
    C("encoded word, in part", MIXED("; boundary=\"b=?utf-8?q?c?=\"", "bc")),
    C("encoded word taken as it is", MIXED("; boundary=\"=?utf-8?q?bc?=\"", "=?utf-8?q?bc?=")),
    C("comment in the name", MIXED("; boundary((c))=bc", "bc")),
    C("comment before the value", MIXED("; boundary=(c)bc", "bc")),
    C("comment before the name", MIXED("; (c)boundary=bc", "bc")),
    C("comment with a boundary", MIXED("; (; boundary=aa) boundary=bc", "bc")),
    C("comment behind the value", MIXED("; boundary=bc(c)", "bc")),
    C("comment before the type", "Content-Type: (c) multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("blank at the end of the boundary", MIXED("; boundary=\"bc \"", "bc")),
    C("tab at the end of the boundary", MIXED("; boundary=\"bc\t\"", "bc")),
    C("blank at the end, in the delimiter, too", MIXED("; boundary=\"bc \"", "bc ")),
    C("8-bit byte in front", MIXED("; x=\xff; boundary=bc", "bc")),
    C("8-bit byte in the boundary", MIXED("; boundary=\"b\xc3\xa4\"", "b\xc3\xa4")),
    C("control byte in front", MIXED("; \x01; boundary=bc", "bc")),
    C("open quote in front", MIXED("; x=\"y; boundary=bc", "bc")),
    C("open quote in the boundary", MIXED("; boundary=\"bc", "bc")),
    C("escape in the boundary", MIXED("; boundary=\"b\\c\"", "bc")),
    C("escape taken as it is", MIXED("; boundary=\"b\\c\"", "b\\c")),
    C("single quotes", MIXED("; boundary='bc'", "bc")),
    C("text behind the quotes", MIXED("; boundary=\"b\"c", "b")),
    C("text behind the quotes, taken together", MIXED("; boundary=\"b\"c", "bc")),
    C("empty boundary", MIXED("; boundary=\"\"", "")),
    C("no boundary", MIXED("", "bc")),
    C("no semicolon", MIXED(" boundary=bc", "bc")),
    C("no semicolon behind another parameter", MIXED("; charset=utf-8 boundary=bc", "bc")),
    C("empty fold in the value", MIXED(";\n \n boundary=bc", "bc")),
    C("blanks in the type", "Content-Type: multipart / mixed; boundary=bc\n\n" BODY("bc")),
    C("no subtype", "Content-Type: multipart; boundary=bc\n\n" BODY("bc")),
    C("empty subtype", "Content-Type: multipart/; boundary=bc\n\n" BODY("bc")),
    C("quoted type", "Content-Type: \"multipart/mixed\"; boundary=bc\n\n" BODY("bc")),
    C("boundary of a text", "Content-Type: text/plain; boundary=bc\n\n" BODY("bc")),
    C("boundary in other letters", MIXED("; boundary=BC", "bc")),
    C("blank before the colon", "Content-Type : multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("NUL in the name", "Content-\0Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("NUL in the boundary", MIXED("; boundary=\"b\0c\"", "bc")),
    C("NUL in front", MIXED("; \0 boundary=bc", "bc")),
    C("NUL in the delimiter", MIXED("; boundary=bc", "b\0c")),
    C("line without colon in front",
      "no colon here\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("line without colon in the part",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nno colon\n" ENCODED "--bc--\n"),
    C("line of blanks in front",
      "X: y\n \nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("no empty line", "Content-Type: multipart/mixed; boundary=bc\n" BODY("bc")),
    C("no empty line in the part",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: text/plain\n--bc\n" ENCODED
      "--bc--\n"),
    C("part behind the end",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc--\n--bc\n" ENCODED
      "--bc--\n"),
    C("part behind the end of the inner one",
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=bc\n\n--bc\n\nhi\n--bc--\n\n--o\n\ntext\n--bc\n" ENCODED "--bc--\n--o--\n"),
    C("file in front of the first delimiter",
      "Content-Type: multipart/mixed; boundary=bc\n\n" ENCODED "--bc\n\nhi\n--bc--\n"),
    C("file behind the last delimiter",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc--\n" ENCODED),
    C("delimiter with junk",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc x\n" ENCODED "--bc--\n"),
    C("delimiter with more letters",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bcx\n" ENCODED "--bc--\n"),
    C("end with more letters",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc--x\n--bc\n" ENCODED),
    C("delimiter with blanks in front",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n --bc\n" ENCODED "--bc--\n"),
    C("delimiter behind a bare CR",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\r--bc\n" ENCODED "--bc--\n"),
    C("delimiter before a bare CR",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc\r" ENCODED "--bc--\n"),
    C("bare CR in the header", "X: y\rContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("end that is a delimiter, too",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: multipart/mixed; "
      "boundary=\"bc--\"\n\n--bc--\n" ENCODED "--bc----\n"),
    C("inner boundary the same",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: multipart/mixed; "
      "boundary=bc\n\n--bc\n\nhi\n--bc--\n--bc\n" ENCODED "--bc--\n"),
    C("encoding in quotes",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: application/x\n"
      "Content-Transfer-Encoding: \"base64\"\n\n" B64 "--bc--\n"),
    C("encoding with a parameter",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: application/x\n"
      "Content-Transfer-Encoding: base64; x=y\n\n" B64 "--bc--\n"),
    C("encoding with a comment",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: application/x\n"
      "Content-Transfer-Encoding: (c) base64\n\n" B64 "--bc--\n"),
    C("unknown encoding",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: application/x\n"
      "Content-Transfer-Encoding: base-64\n\n" B64 "--bc--\n"),
    C("encoding field with a blank",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: application/x\n"
      "Content-Transfer-Encoding : base64\n\n" B64 "--bc--\n"),
    C("base64 with junk",
      FILE_HEAD "c2VraXNo!by1wYXls,b2FkOiB0aGlzIHdvdWxk\n*\nIGJlIHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 behind a line of padding", FILE_HEAD "=\n" B64),
    C("base64 in pieces with padding",
      FILE_HEAD "c2U=\na2lzaG8tcGF5bG9hZDogdGhpcyB3b3VsZCBiZSB0aGUgZGFuZ2Vyb3VzIGZpbGUK\n"),
    C("soft break with a blank",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\nsekisho-= \npay"
      "load: this would =\t\nbe the dangerous file=0a=\n"),
    C("BinHex in text",
      TEXT("(This file must be converted with BinHex 4.0)\n\n:$f*TEQKPH#jdF\"0XC@jP\n:\n")),
    C("one piece of a message",
      "Content-Type: message/partial; id=a; number=1; total=2\n\nSubject: x\n" ENCODED),
    C("encoded message",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\nContent-Type: message/rfc822\n"
      "Content-Transfer-Encoding: base64\n\n"
      "U3ViamVjdDogeApDb250ZW50LVR5cGU6IGFwcGxpY2F0aW9uL3gKQ29udGVudC1UcmFuc2Zlci1F\n"
      "bmNvZGluZzogYmFzZTY0CgpjMlZyYVhOb2J5MXdZWGxzYjJGa09pQjBhR2x6SUhkdmRXeGtJR0ps\n"
      "SUhSb1pTQmtZVzVuWlhKdmRYTWdabWxzWlFvPQo=\n--bc--\n"),
};

static unsigned char payload_sum[32];

static bool
found(struct arena *a, const struct msg *m)
{
    const char *hex = token_hex(a, payload_sum, 32);
    for (int i = 0; i < m->nparts; i++)
        if (strcmp(m->parts[i].sha256, hex) == 0)
            return true;
    return false;
}

static void
add(struct buf *b, const char *s, size_t n, bool crlf)
{
    for (size_t i = 0; i < n; i++) {
        if (s[i] == '\n' && crlf)
            buf_char(b, '\r');
        buf_char(b, s[i]);
    }
}

enum place { TOP, FORWARDED, FORWARDED_ENCODED };
static const char head[] = "From: a@example.com\nSubject: x\nMIME-Version: 1.0\n";

static struct buf *
compose(struct arena *a, const struct form *f, bool crlf, enum place where)
{
    struct buf *inner = buf_new(a, 0), *b = buf_new(a, 0);
    bool inner_crlf = crlf && where != FORWARDED; /* else the outer one converts */
    add(inner, head, sizeof head - 1, inner_crlf);
    add(inner, f->rest, f->len, inner_crlf);
    if (where == TOP)
        return inner;
    const char *outer =
        arena_printf(a,
                     "%sContent-Type: multipart/mixed; boundary=OUT\n\n--OUT\n\nsee\n--OUT\n"
                     "Content-Type: message/rfc822\nContent-Transfer-Encoding: %s\n\n",
                     head, where == FORWARDED ? "8bit" : "base64");
    add(b, outer, strlen(outer), crlf);
    if (where == FORWARDED) {
        add(b, inner->data, inner->len, crlf);
    } else {
        char *text = g_base64_encode((unsigned char *)inner->data, inner->len);
        for (size_t i = 0, n = strlen(text); i < n; i += 76) {
            add(b, text + i, n - i < 76 ? n - i : 76, crlf);
            add(b, "\n", 1, crlf);
        }
        g_free(text);
    }
    add(b, "\n--OUT--\n", 9, crlf);
    return b;
}

static void
try(const struct form *f, bool crlf, enum place where)
{
    struct arena *a = arena_new();
    struct buf *b = compose(a, f, crlf, where);
    struct msg *m = msg_scan(a, (const unsigned char *)b->data, b->len, NULL);
    bool seen = found(a, m), held = strcmp(policy_verdict(m), "unscannable") == 0;
    bool good = f->want == FOUND ? seen && !held : seen || held;
    if (!good)
        print_message("# %s, %s, place %d: found %d, verdict %s (%s)\n", f->name,
                      crlf ? "CRLF" : "LF", where, seen, policy_verdict(m),
                      held ? policy_decide(m, NULL).reason : "");
    assert_true(good);
    arena_free(&a);
}

static void
hidden_file(void **state)
{
    const struct form *f = *state;
    for (int crlf = 0; crlf < 2; crlf++)
        for (int where = TOP; where <= FORWARDED_ENCODED; where++)
            try(f, crlf, (enum place)where);
}

int
main(void)
{
    size_t n = sizeof forms / sizeof *forms;
    struct CMUnitTest *tests = calloc(n, sizeof *tests);
    g_mime_init();
    charset_preload();
    token_sha256(PAYLOAD, sizeof PAYLOAD - 1, payload_sum);
    for (size_t i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){forms[i].name, hidden_file, NULL, NULL,
                                       (void *)(uintptr_t)&forms[i]};
    int failed = _cmocka_run_group_tests("ambiguity", tests, n, NULL, NULL);
    free(tests);
    return failed;
}
