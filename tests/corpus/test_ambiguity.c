/*
 * T-M1: an attachment hidden behind structures that mail programs read differently is either found
 * by us (its digest is among the parts) or makes the message unscannable. Never neither. Behind the forms stand
 * their harmless twins: what ordinary mail has in the same places, and what must not be held for it.
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
/* One part whose header is h, and whose body is the file in base64. */
#define PART(h) "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n" h "\n\n" B64 "--bc--\n"
#define ENCODING(e) PART("Content-Type: application/x\nContent-Transfer-Encoding:" e)
#define TYPE(t) "Content-Type: " t "; boundary=bc\n\n" BODY("bc")
#define UU_BODY                                                       \
    "M<V5K:7-H;RUP87EL;V%D.B!T:&ES('=O=6QD(&)E('1H92!D86YG97)O=7,@\n" \
    "%9FEL90H \n \nend\n"
#define X16(s) s s s s s s s s s s s s s s s s
#define LONG X16(X16("aaaaaaaa")) /* 2,048 letters */
#define TEXT(text) "Content-Type: text/plain\n\n" text

enum want { FOUND, CAUGHT, FREE };

struct form {
    const char *name;
    enum want want;   /* FOUND: and not unscannable; CAUGHT: one of both; FREE: not unscannable */
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

#define T(name, rest)                      \
    {                                      \
        name, FREE, rest, sizeof(rest) - 1 \
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
    C("three boundaries", MIXED("; boundary=aa; boundary=xx; boundary=bc", "bc")),
    C("boundary with percent", MIXED("; boundary=b%63", "bc")),
    C("boundary with percent taken as it is", MIXED("; boundary=b%63", "b%63")),
    C("continued parameter of one piece", MIXED("; boundary*0=bc", "bc")),
    C("continued parameter from 1", MIXED("; boundary*1=bc", "bc")),
    C("continued parameter, number with zeros", MIXED("; boundary*00=b; boundary*01=c", "bc")),
    C("continued parameter in wrong order", MIXED("; boundary*1=c; boundary*0=b", "bc")),
    C("continued parameter with a gap", MIXED("; boundary*0=b; boundary*2=c", "bc")),
    C("continued parameter with a gap, cut", MIXED("; boundary*0=b; boundary*2=c", "b")),
    C("continued parameter in quotes", MIXED("; boundary*0=\"b\"; boundary*1=\"c\"", "bc")),
    C("encoded parameter with a language", MIXED("; boundary*=us-ascii'en'bc", "bc")),
    C("encoded parameter without charset", MIXED("; boundary*=''bc", "bc")),
    C("encoded parameter without quotes", MIXED("; boundary*=bc", "bc")),
    C("encoded parameter in UTF-7", MIXED("; boundary*=utf-7''bc", "bc")),
    C("plain parameter, then a continued one", MIXED("; boundary=aa; boundary*0=bc", "bc")),
    C("continued parameter, then a plain one", MIXED("; boundary*0=bc; boundary=aa", "bc")),
    C("continued parameter, then a plain one that counts",
      MIXED("; boundary*0=aa; boundary=bc", "bc")),
    C("plain and encoded, the plain one counts", MIXED("; boundary=bc; boundary*=utf-8''aa", "bc")),
    C("line end behind =", MIXED("; boundary=\n bc", "bc")),
    C("line end before =", MIXED("; boundary\n =bc", "bc")),
    C("two =, kept", MIXED("; boundary==bc", "=bc")),
    C("two =, dropped", MIXED("; boundary==bc", "bc")),
    C("colon for =", MIXED("; boundary:bc", "bc")),
    C("semicolons at the end", MIXED("; boundary=bc;;", "bc")),
    C("semicolon inside, cut there", MIXED("; boundary=\"b;c\"", "\"b")),
    C("slash inside without quotes", MIXED("; boundary=b/c", "b/c")),
    C("slash inside without quotes, cut", MIXED("; boundary=b/c", "b")),
    C("colon inside without quotes", MIXED("; boundary=b:c", "b:c")),
    C("question mark inside without quotes", MIXED("; boundary=b?c", "b?c")),
    C("comma inside without quotes", MIXED("; boundary=b,c", "b,c")),
    C("comma inside without quotes, cut", MIXED("; boundary=b,c", "b")),
    C("brackets inside without quotes", MIXED("; boundary=b(c)d", "bd")),
    C("brackets inside without quotes, kept", MIXED("; boundary=b(c)d", "b(c)d")),
    C("angle brackets", MIXED("; boundary=<bc>", "bc")),
    C("angle brackets, kept", MIXED("; boundary=<bc>", "<bc>")),
    C("@ inside without quotes", MIXED("; boundary=b@c", "b@c")),
    C("blank inside without quotes", MIXED("; boundary=b c", "b")),
    C("blank inside without quotes, kept", MIXED("; boundary=b c", "b c")),
    C("blank in front inside the quotes", MIXED("; boundary=\" bc\"", " bc")),
    C("blank in front inside the quotes, dropped", MIXED("; boundary=\" bc\"", "bc")),
    C("boundary that ends with dashes", MIXED("; boundary=bc--", "bc--")),
    C("boundary that begins with dashes", MIXED("; boundary=--bc", "--bc")),
    C("boundary that is a dash", MIXED("; boundary=-", "-")),
    C("quote inside without quotes", MIXED("; boundary=b\"c", "b")),
    C("quote inside without quotes, kept", MIXED("; boundary=b\"c", "b\"c")),
    C("line end inside the quotes", MIXED("; boundary=\"b\n c\"", "b c")),
    C("line end inside the quotes, dropped", MIXED("; boundary=\"b\n c\"", "bc")),
    C("boundary in an encoded word, base64", MIXED("; boundary=\"=?utf-8?b?YmM=?=\"", "bc")),
    C("parameter name in an encoded word", MIXED("; =?utf-8?q?boundary?=bc", "bc")),
    C("parameter name in quotes", MIXED("; \"boundary\"=bc", "bc")),
    C("parameter name with a hyphen in front", MIXED("; x-boundary=aa; boundary=bc", "bc")),
    C("parameter without value in front", MIXED("; x; boundary=bc", "bc")),
    C("parameter without name in front", MIXED("; =x; boundary=bc", "bc")),
    C("comment with an open quote", MIXED("; x=y (\") ; boundary=bc", "bc")),
    C("comment in a comment", MIXED("; ((c)) boundary=bc", "bc")),
    C("open comment", MIXED("; x=y (c; boundary=bc", "bc")),
    F("tabs around =", MIXED("; boundary\t=\tbc", "bc")),
    F("semicolon at the end", MIXED("; boundary=bc;", "bc")),
    F("semicolon inside", MIXED("; boundary=\"b;c\"", "b;c")),
    C("two semicolons", MIXED(";; boundary=bc", "bc")),
    C("comma for semicolon", MIXED(", boundary=bc", "bc")),
    C("no-break space in front", MIXED(";\xc2\xa0"
                                       "boundary=bc",
                                       "bc")),
    C("vertical tab in front", MIXED(";\v"
                                     "boundary=bc",
                                     "bc")),
    C("form feed in front", MIXED(";\f"
                                  "boundary=bc",
                                  "bc")),
    C("zero-width space in front", MIXED(";\xe2\x80\x8b"
                                         "boundary=bc",
                                         "bc")),
    C("full-width =", MIXED("; boundary\xef\xbc\x9d"
                            "bc",
                            "bc")),
    C("boundary of 71 letters", MIXED("; boundary="
                                      "x" X16("aaaa") "bbbbbb",
                                      "x" X16("aaaa") "bbbbbb")),
    C("boundary of 2,049 letters", MIXED("; boundary=\"" LONG "b\"", LONG "b")),
    C("boundary of 2,049 letters, other behind 2,048", MIXED("; boundary=\"" LONG "b\"", LONG "c")),
    C("quoted parameter with a boundary in it",
      MIXED("; x=\"y\\\"; boundary=aa; z=\"; boundary=bc", "bc")),
    F("multipart/alternative", TYPE("multipart/alternative")),
    F("multipart/related", TYPE("multipart/related")),
    F("multipart/parallel", TYPE("multipart/parallel")),
    F("multipart/signed", TYPE("multipart/signed")),
    F("multipart/encrypted", TYPE("multipart/encrypted")),
    F("multipart/report", TYPE("multipart/report")),
    F("multipart/form-data", TYPE("multipart/form-data")),
    F("multipart/appledouble", TYPE("multipart/appledouble")),
    F("multipart/x-mixed-replace", TYPE("multipart/x-mixed-replace")),
    F("multipart/x-unknown", TYPE("multipart/x-unknown")),
    F("multipart/voice-message", TYPE("multipart/voice-message")),
    F("multipart/header-set", TYPE("multipart/header-set")),
    F("multipart/digest",
      "Content-Type: multipart/digest; boundary=bc\n\n--bc\n\nSubject: x\n" ENCODED "--bc--\n"),
    F("type in capitals", TYPE("MULTIPART/MIXED")),
    F("no blank behind the colon", "Content-Type:multipart/mixed; boundary=bc\n\n" BODY("bc")),
    F("value on the next line", "Content-Type:\n multipart/mixed; boundary=bc\n\n" BODY("bc")),
    F("tab behind the colon", "Content-Type:\tmultipart/mixed; boundary=bc\n\n" BODY("bc")),
    F("name of the field in small letters",
      "content-type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("type with a dot", TYPE("multipart/mixed.")),
    C("type with a word behind", TYPE("multipart/mixed x")),
    C("type with a backslash", TYPE("multipart\\mixed")),
    C("type with two slashes", TYPE("multipart//mixed")),
    C("type with a third part", TYPE("multipart/mixed/x")),
    C("type with a comma", TYPE("multipart/mixed, text/plain")),
    C("type with an 8-bit byte", TYPE("multipart/mixed\xff")),
    C("type with a zero-width space", TYPE("multipart/\xe2\x80\x8bmixed")),
    C("type in angle brackets", TYPE("<multipart/mixed>")),
    C("type in an encoded word", TYPE("=?utf-8?q?multipart/mixed?=")),
    C("type with NUL", TYPE("multipart/mixed\0")),
    C("semicolon in front of the type", TYPE(";multipart/mixed")),
    C("type empty, then again",
      "Content-Type:\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("type twice, the same", "Content-Type: multipart/mixed; boundary=bc\nContent-Type: "
                              "multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("type twice, other letters",
      "content-type: text/plain\nCONTENT-TYPE: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("tab before the colon", "Content-Type\t: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("8-bit name of a field in front",
      "\xc3\x84: x\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("empty name of a field in front",
      ": x\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("mbox line in front",
      "From a@b Tue Nov 24 09:00:00 2026\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY(
          "bc")),
    C("quoted mbox line in front",
      ">From a@b Tue Nov 24 09:00:00 2026\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY(
          "bc")),
    C("another version of MIME",
      "MIME-Version: 2.0\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("next-line character in the header",
      "X: y\xc2\x85"
      "Content-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("form feeds in the header, the second in front of a field",
      "X: y\fz\f"
      "Content-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("line of 20,000 letters in front",
      "X: " X16("aaaa") LONG LONG LONG LONG LONG LONG LONG LONG LONG LONG
      "\nContent-Type: multipart/mixed; boundary=bc\n\n" BODY("bc")),
    C("two CR at the end of a line",
      "Content-Type: multipart/mixed;\r\r\n boundary=bc\n\n" BODY("bc")),
    C("two CR as the empty line", "Content-Type: multipart/mixed; boundary=bc\n\r\r\n" BODY("bc")),
    C("bare CR in the value", "Content-Type: multipart/mixed;\r boundary=bc\n\n" BODY("bc")),
    F("encoding with two blanks in front", ENCODING("  base64")),
    F("encoding with a tab in front", ENCODING("\tbase64")),
    F("encoding without a blank", ENCODING("base64")),
    C("encoding with a dot", ENCODING(" base64.")),
    C("encoding with a comma", ENCODING(" base64,")),
    C("encoding with a semicolon", ENCODING(" base64;")),
    C("encoding x-base64", ENCODING(" x-base64")),
    C("encoding b64", ENCODING(" b64")),
    C("encoding b", ENCODING(" b")),
    C("encoding with a no-break space", ENCODING(" \xc2\xa0"
                                                 "base64")),
    C("encoding twice in one field", ENCODING(" base64 base64")),
    C("encoding 7bit and base64", ENCODING(" 7bit base64")),
    C("encoding base64 and 7bit", ENCODING(" base64, 7bit")),
    C("encoding 7bit, base64", ENCODING(" 7bit, base64")),
    C("encoding in an encoded word", ENCODING(" =?us-ascii?q?base64?=")),
    C("encoding with a comment behind", ENCODING(" base64(c)")),
    C("encoding in two lines", ENCODING(" base\n 64")),
    C("encoding in single quotes", ENCODING(" 'base64'")),
    C("encoding in angle brackets", ENCODING(" <base64>")),
    C("encoding with NUL", ENCODING(" base64\0")),
    C("encoding with an 8-bit byte", ENCODING(" base64\xff")),
    C("encoding with a zero-width space", ENCODING(" bas\xe2\x80\x8b"
                                                   "e64")),
    C("encoding mime64", ENCODING(" mime64")),
    C("encoding with = in front", ENCODING(" =base64")),
    C("encoding as a parameter", ENCODING(" encoding=base64")),
    C("encoding field twice, the same",
      PART("Content-Type: application/x\nContent-Transfer-Encoding: "
           "base64\nContent-Transfer-Encoding: base64")),
    C("encoding field twice, other letters",
      PART("Content-Type: application/x\ncontent-transfer-encoding: "
           "8bit\nContent-Transfer-Encoding: base64")),
    C("encoding field with an underscore twin",
      PART("Content-Type: application/x\nContent-Transfer-Encoding: "
           "base64\nContent_Transfer_Encoding: 7bit")),
    C("multipart that is encoded",
      "Content-Type: multipart/mixed; boundary=bc\nContent-Transfer-Encoding: base64\n\n"
      "LS1iYwpDb250ZW50LVR5cGU6IGFwcGxpY2F0aW9uL3gKQ29udGVudC1UcmFuc2Zlci1FbmNvZGlu\nZzogYmFzZTY0Cg"
      "pjMlZyYVhOb2J5MXdZWGxzYjJGa09pQjBhR2x6SUhkdmRXeGtJR0psSUhSb1pT\nQmtZVzVuWlhKdmRYTWdabWxzWlFv"
      "PQotLWJjLS0K\n"),
    C("multipart that says it is encoded",
      "Content-Type: multipart/mixed; boundary=bc\nContent-Transfer-Encoding: base64\n\n" BODY(
          "bc")),
    C("multipart that says it is quoted-printable",
      "Content-Type: multipart/mixed; boundary=3D\nContent-Transfer-Encoding: "
      "quoted-printable\n\n" BODY("3D")),
    F("base64 in lines of four", FILE_HEAD "c2Vr\naXNo\nby1w\nYXls\nb2Fk\nOiB0\naGlz\nIHdv\ndWxk\nI"
                                           "GJl\nIHRo\nZSBk\nYW5n\nZXJv\ndXMg\nZmls\nZQo=\n"),
    F("base64 behind empty lines",
      FILE_HEAD "\n\n\nc2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJlIHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 with blanks",
      FILE_HEAD "c2VraXN oby1wYX lsb2FkO iB0aGlz IHdvdWx kIGJlIH RoZSBkY W5nZXJv dXMgZml sZQo=\n"),
    C("base64 with tabs", FILE_HEAD "c2Vra\tXNoby\t1wYXl\tsb2Fk\tOiB0a\tGlzIH\tdvdWx\tkIGJl\tIHRoZ"
                                    "\tSBkYW\t5nZXJ\tvdXMg\tZmlsZ\tQo=\n"),
    C("base64 without padding",
      FILE_HEAD "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJlIHRoZSBkYW5nZXJvdXMgZmlsZQo\n"),
    C("base64 with more padding",
      FILE_HEAD "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJlIHRoZSBkYW5nZXJvdXMgZmlsZQo====\n"),
    C("base64 with NUL",
      FILE_HEAD "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJl\0IHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 with an 8-bit byte", FILE_HEAD "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJl\xff"
                                             "IHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 with dashes",
      FILE_HEAD "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJl\n--\nIHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 with a zero-width space",
      FILE_HEAD "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJl\xe2\x80\x8b"
                "IHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 with a bare CR",
      FILE_HEAD "c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJl\rIHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 with quote marks",
      FILE_HEAD "> c2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJl\n> IHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    C("base64 with = in the middle",
      FILE_HEAD "c2Vr=aXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJlIHRoZSBkYW5nZXJvdXMgZmlsZQo=\n"),
    F("quoted-printable in capitals",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\n"
      "sekisho=2Dpayload=3A this would be the dangerous file=0A="),
    C("quoted-printable with blanks at the end",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\n"
      "sekisho-payload: this would be the dangerous file  \n"),
    C("quoted-printable with one digit",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\n"
      "sekisho-payload: this would be the dangerous=2 file\n"),
    C("quoted-printable with = at the very end",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\n"
      "sekisho-payload: this would be the dangerous file=0A=="),
    C("quoted-printable with a = sign alone",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\n"
      "sekisho-payload: this= would be the dangerous file\n"),
    C("quoted-printable with a bare CR",
      "Content-Type: application/x\nContent-Transfer-Encoding: quoted-printable\n\n"
      "sekisho-payload: this would=\r be the dangerous file\n"),
    F("uuencode with four digits", TEXT("begin 0644 p.bin\n" UU_BODY)),
    F("uuencode with grave accents", TEXT("begin 644 "
                                          "p.bin\nM<V5K:7-H;RUP87EL;V%D.B!T:&ES('=O=6QD(&)E('1H92!"
                                          "D86YG97)O=7,@\n%9FEL90H`\n`\nend\n")),
    C("uuencode without a name", TEXT("begin 644\n" UU_BODY)),
    C("uuencode with blanks in front", TEXT("  begin 644 p.bin\n" UU_BODY)),
    C("uuencode without an end",
      TEXT("begin 644 "
           "p.bin\nM<V5K:7-H;RUP87EL;V%D.B!T:&ES('=O=6QD(&)E('1H92!D86YG97)O=7,@\n%9FEL90H \n")),
    C("uuencode with base64", TEXT("begin-base64 644 p.bin\n" B64 "====\n")),
    C("uuencode behind the end", "Content-Type: multipart/mixed; "
                                 "boundary=bc\n\n--bc\n\nhi\n--bc--\nbegin 644 p.bin\n" UU_BODY),
    C("uuencode in front of the first delimiter",
      "Content-Type: multipart/mixed; boundary=bc\n\nbegin 644 p.bin\n" UU_BODY
      "--bc\n\nhi\n--bc--\n"),
    C("uuencode in quoted-printable",
      "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nbegin 644 "
      "p.bin\nM<V5K:7-H;RUP87EL;V%D.B!T:&ES('=3DO=3D6QD(&)E('1H92!D86YG97)O=3D7,@\n%9FEL90H=20\n="
      "20\nend\n"),
    C("delimiter with a dash behind",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc-\n" ENCODED "--bc--\n"),
    C("delimiter with three dashes behind",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc---\n" ENCODED "--bc--\n"),
    C("delimiter with a vertical tab",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc\v\n" ENCODED "--bc--\n"),
    C("delimiter with an 8-bit byte",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc\xff\n" ENCODED "--bc--\n"),
    C("delimiter with capitals",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--BC\n" ENCODED "--bc--\n"),
    C("delimiter with a semicolon",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc;\n" ENCODED "--bc--\n"),
    C("delimiter with a tab in front",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n\t--bc\n" ENCODED "--bc--\n"),
    C("delimiter with NUL behind",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc\0\n" ENCODED "--bc--\n"),
    C("delimiter with a comment",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc\n\nhi\n--bc(c)\n" ENCODED "--bc--\n"),
    C("first delimiter with a word behind",
      "Content-Type: multipart/mixed; boundary=bc\n\n--bc x\n" ENCODED "--bc--\n"),
    C("inner one without an end",
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=bc\n\n--bc\n\nhi\n--o\n" ENCODED "--o--\n"),
    C("inner one without a beginning",
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=bc\n\n" ENCODED "--o--\n"),
    C("outer end inside the inner one",
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=bc\n\n--bc\n\nhi\n--o--\n--bc\n" ENCODED "--bc--\n"),
    C("part of the outer one behind its end",
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed; "
      "boundary=bc\n\n--bc\n\nhi\n--bc--\n--o--\n--o\n" ENCODED "--o--\n"),
    C("multipart without a boundary inside another",
      "Content-Type: multipart/mixed; boundary=o\n\n--o\nContent-Type: multipart/mixed\n\n" BODY(
          "bc") "--o--\n"),
    C("message in quoted-printable",
      "Content-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\nContent-Type: "
      "application/x\nContent-Transfer-Encoding: "
      "base64\n\nc2VraXNoby1wYXlsb2FkOiB0aGlzIHdvdWxkIGJlIHRoZSBkYW5nZXJvdXMgZmlsZQo=3D\n"),
    C("message of another name", "Content-Type: message/x-rfc822\n\nSubject: x\n" ENCODED),
    F("news", "Content-Type: message/news\n\nSubject: x\n" ENCODED),
    F("message/global", "Content-Type: message/global\n\nSubject: x\n" ENCODED),
    C("external body", "Content-Type: message/external-body; access-type=URL; "
                       "URL=\"http://x.example/\"\n\n" ENCODED),
    C("second piece of a message",
      "Content-Type: message/partial; id=a; number=2; total=2\n\n" ENCODED),
    F("named text",
      "Content-Type: text/plain; name=p.bin\nContent-Transfer-Encoding: base64\n\n" B64),
    F("attached text", "Content-Type: text/plain\nContent-Disposition: "
                       "attachment\nContent-Transfer-Encoding: base64\n\n" B64),
    F("name only in the disposition", "Content-Type: text/html\nContent-Disposition: inline; "
                                      "filename=p.bin\nContent-Transfer-Encoding: base64\n\n" B64),
    F("name in pieces", "Content-Type: text/plain\nContent-Disposition: inline; filename*0=p.; "
                        "filename*1=bin\nContent-Transfer-Encoding: base64\n\n" B64),
    F("name of another charset and language",
      "Content-Type: text/plain\nContent-Disposition: inline; "
      "filename*=iso-2022-jp'ja'p%1B$B%1B(B.bin\nContent-Transfer-Encoding: base64\n\n" B64),
    F("name with an escaped NUL",
      "Content-Type: text/plain; name=\"p.exe%00.txt\"\nContent-Transfer-Encoding: base64\n\n" B64),
    F("name with dots at the end",
      "Content-Type: text/plain; name=\"p.exe. . \"\nContent-Transfer-Encoding: base64\n\n" B64),
    F("disposition of an unknown word", "Content-Type: application/x\nContent-Disposition: "
                                        "hidden\nContent-Transfer-Encoding: base64\n\n" B64),
    F("no type, only a name",
      "Content-Disposition: attachment; filename=p.bin\nContent-Transfer-Encoding: base64\n\n" B64),
    T("twin: text that quotes a header",
      TEXT("You wrote:\n\nContent-Type: multipart/mixed; boundary=bc\nContent-Transfer-Encoding: "
           "base64\n\nand that is it.\n")),
    T("twin: text that quotes a whole message",
      TEXT("> From: x\n> Content-Type: multipart/mixed; boundary=\"bc\"\n>\n> --bc\n> "
           "Content-Type: text/plain\n>\n> hello\n> --bc--\n")),
    T("twin: signature behind two dashes",
      TEXT("hello\n-- \nMe\n--\nmy company\n---\n-- more --\n")),
    T("twin: lines of dashes in a part", MIXED("; boundary=\"-----=_Part\"", "-----=_Part") "\n"),
    T("twin: rulers in a part",
      "Content-Type: multipart/mixed; "
      "boundary=\"----=_1\"\n\n------=_1\n\n------------\nTitle\n----------\n------=_1--\n"),
    T("twin: prose that begins a line with begin",
      TEXT("We will\nbegin with the first point, and\nbegin 2027 with the second.\nend\n")),
    T("twin: prose with begin and a year", TEXT("begin 2027 soon\n\nthe plan\n")),
    T("twin: base64 in the text", TEXT("the key is\n\n" B64 "\nplease keep it\n")),
    T("twin: a key block in the text",
      TEXT("-----BEGIN CERTIFICATE-----\n" B64 "-----END CERTIFICATE-----\n")),
    T("twin: signed text",
      TEXT("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nhello\n-----BEGIN PGP "
           "SIGNATURE-----\n\n" B64 "-----END PGP SIGNATURE-----\n")),
    T("twin: words in front of the first delimiter",
      "Content-Type: multipart/alternative; boundary=bc\n\nThis is a multi-part message in MIME "
      "format.\n\n--bc\nContent-Type: text/plain\n\nhello\n--bc--\n"),
    T("twin: words behind the last delimiter",
      "Content-Type: multipart/alternative; boundary=bc\n\n--bc\nContent-Type: "
      "text/plain\n\nhello\n--bc--\n\n_______________\nlist mailing list\nlist@example.com\n"),
    T("twin: empty lines around everything",
      "Content-Type: multipart/alternative; boundary=bc\n\n\n\n--bc\nContent-Type: "
      "text/plain\n\n\nhello\n\n\n--bc--\n\n\n\n"),
    T("twin: announcement with an external body",
      "Content-Type: multipart/mixed; boundary=NextPart\n\n--NextPart\n\nA new "
      "draft.\n--NextPart\nContent-Type: multipart/alternative; "
      "boundary=OtherAccess\n\n--OtherAccess\nContent-Type: message/external-body; "
      "access-type=mail-server; server=\"mailserv@example.com\"\n\nContent-Type: "
      "text/plain\nContent-ID: <x@example.com>\n\nENCODING mime\nFILE "
      "/drafts/x.txt\n--OtherAccess--\n--NextPart--\n"),
    T("twin: delivery report",
      "Content-Type: multipart/report; report-type=delivery-status; boundary=bc\n\n--bc\n\nIt "
      "failed.\n--bc\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; "
      "a.example\n\nFinal-Recipient: rfc822; b@example.com\nAction: failed\nStatus: "
      "5.1.1\n\n--bc\nContent-Type: text/rfc822-headers\n\nFrom: a@example.com\nContent-Type: "
      "multipart/mixed; boundary=zz\n\n--bc--\n"),
    T("twin: signature in a part of its own",
      "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; micalg=pgp-sha256; "
      "boundary=bc\n\n--bc\nContent-Type: text/plain\n\nhello\n--bc\nContent-Type: "
      "application/pgp-signature; name=signature.asc\n\n-----BEGIN PGP SIGNATURE-----\n\n" B64
      "-----END PGP SIGNATURE-----\n--bc--\n"),
    T("twin: comment behind the version",
      "MIME-Version: 1.0 (Apple Message framework v1085)\nContent-Type: text/plain\n\nhello\n"),
    T("twin: comment behind a parameter of text",
      "Content-Type: text/plain; charset=us-ascii (plain text)\n\nhello\n"),
    T("twin: type of text twice, the same",
      "Content-Type: text/plain\nContent-Type: text/plain\n\nhello\n"),
    T("twin: name in pieces and encoded",
      "Content-Type: application/x\nContent-Disposition: attachment; filename*0*=utf-8''%e6%97%a5; "
      "filename*1*=%e6%9c%ac.bin\nContent-Transfer-Encoding: base64\n\n" B64),
    T("twin: name as an encoded word",
      "Content-Type: application/x; "
      "name=\"=?utf-8?b?5pel5pysLmJpbg==?=\"\nContent-Transfer-Encoding: base64\n\n" B64),
    T("twin: quoted-printable text with blanks at the end",
      "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\nhello   \nworld "
      "=\nand you\n-- \nMe\n"),
    T("twin: quoted-printable text with a = sign",
      "Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\na = b, "
      "http://x.example/?a=b\n"),
    T("twin: file in quoted-printable",
      "Content-Type: text/csv; name=a.csv\nContent-Transfer-Encoding: "
      "quoted-printable\n\na;b=3Dc=20\n1;2=\n3\n"),
    T("twin: UTF-8 in the header",
      "X-Note: \xe6\x97\xa5\xe6\x9c\xac\nContent-Type: text/plain; charset=utf-8\n\nhello\n"),
    T("twin: line separator in a field",
      "X-Note: one\xe2\x80\xa8two\nContent-Type: text/plain; charset=utf-8\n\nhello\n"),
    T("twin: references of many lines",
      "References: <a@example.com>\n <b@example.com>\n\t<c@example.com>\nContent-Type: "
      "text/plain\n\nhello\n"),
    T("twin: encoding 8bit in capitals",
      "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8BIT\n\nhello "
      "\xc3\xa4\n"),
    T("twin: boundary of 70 letters", MIXED("; boundary="
                                            "x" X16("aaaa") "bbbbb",
                                            "x" X16("aaaa") "bbbbb")),
    T("twin: boundary that begins like another",
      "Content-Type: multipart/mixed; boundary=\"=_a\"\n\n--=_a\nContent-Type: "
      "multipart/alternative; boundary=\"=_a1\"\n\n--=_a1\nContent-Type: "
      "text/plain\n\nhello\n--=_a1--\n\n--=_a--\n"),
    T("twin: calendar",
      "Content-Type: multipart/alternative; boundary=bc\n\n--bc\nContent-Type: "
      "text/plain\n\nhello\n--bc\nContent-Type: text/calendar; "
      "method=REQUEST\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\nEND:VCALENDAR\n--bc--\n"),
    T("twin: patch", TEXT("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-Content-Type: "
                          "a\n+Content-Type: b\n-- \n2.30\n")),
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
    bool good = f->want == FREE ? !held : f->want == FOUND ? seen && !held : seen || held;
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
