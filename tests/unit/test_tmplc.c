/* The template compiler: what it makes of fields, and everything that it must refuse (view.h). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define ARGS "%args struct web_req *r, const char *v\n"

static char dir[] = "/tmp/sekisho-tmplc-XXXXXX";
static char text[65536];

static void
read_back(const char *name)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, sizeof text - 1, f) : 0;
    text[n] = '\0';
    if (f)
        fclose(f);
}

/* Compiles a template; its C text, or the message of the refusal, is left in text. */
static int
compile(const char *source)
{
    char tool[4096], in[128], out[128], err[128];
    const char *build = getenv("BUILD");
    snprintf(tool, sizeof tool, "%s/tools/tmplc", build ? build : "build");
    snprintf(in, sizeof in, "%s/x.html.t", dir);
    snprintf(out, sizeof out, "%s/x.c", dir);
    snprintf(err, sizeof err, "%s/err", dir);
    FILE *f = fopen(in, "w");
    assert_non_null(f);
    fputs(source, f);
    fclose(f);
    pid_t pid = fork();
    if (!pid) {
        if (!freopen(err, "w", stderr))
            _exit(126);
        execl(tool, tool, "c", in, out, (char *)NULL);
        _exit(127);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 126);
    read_back(WEXITSTATUS(status) ? "err" : "x.c");
    return WEXITSTATUS(status);
}

static void
assert_has(const char *what)
{
    if (!strstr(text, what))
        fail_msg("\"%s\" is not in:\n%s", what, text);
}

/* Acceptance: a field is escaped unless the template says so loudly. */
static void
field_is_escaped_by_default(void **state)
{
    (void)state;
    assert_int_equal(compile(ARGS "<p title=\"{{v}}\">{{v}}</p>\n"), 0);
    assert_has("view_html(out, (v));\n    buf_add(out, \"\\\">\"");
    assert_null(strstr(text, "view_raw"));
    assert_int_equal(compile(ARGS "<p>{{v ? v : \"}}\"}}</p>\n"), 0);
    assert_has("view_html(out, (v ? v : \"}}\"));");
}

static void
kinds_of_fields(void **state)
{
    (void)state;
    assert_int_equal(compile(ARGS "<a href=\"{{url: v}}\" data-n=\"{{=3}}\"{{? *v: hidden}}"
                                  "{{? v: aria-current=\"page\"}}>{{#5}}{{!v}}</a>\n"), 0);
    assert_has("view_url(out, ( v));");
    assert_has("buf_printf(out, \"%lld\", (long long)(3));");
    assert_has("if ( *v)\n        view_raw(out, \" hidden\");");
    assert_has("view_raw(out, \" aria-current=\\\"page\\\"\");");
    assert_has("view_number(r, out, (5));");
    assert_has("view_raw(out, (v));");
}

static void
lines_of_c_and_space(void **state)
{
    (void)state;
    assert_int_equal(compile(ARGS "  <p>\n  % if (*v) { /* { */\n    <b\n% if (v) {\n hidden\n% }\n>"
                                  "</b>\n% }\n<pre>\n  x</pre>\n"), 0);
    assert_has("if (*v) { /* { */");
    assert_has("\"<p>\\n\"");
    assert_has("<pre>\\n  x</pre>");
    assert_has("#line 7 \"");
}

struct refusal {
    const char *source, *message;
};
static const struct refusal refusals[] = {
    {"<p>{{v}}</p>\n", "x.html.t:1: error: the template needs %args"},
    {ARGS "<script>var x = '{{v}}';</script>\n", ":2: error: {{v}} inside a script or style element"},
    {ARGS "<style>a { color: {{v}} }</style>\n", "inside a script or style element"},
    {ARGS "<SCRIPT>\n{{!v}}</SCRIPT>\n", ":3: error"},
    {ARGS "<p style=\"color: red\">\n", "style= is not allowed"},
    {ARGS "<p STYLE='{{v}}'>\n", "style= is not allowed"},
    {ARGS "<p onclick=\"{{v}}\">\n", "onclick=: no code"},
    {ARGS "<p OnMouseOver=x>\n", "no code"},
    {ARGS "<iframe srcdoc=\"{{v}}\">\n", "srcdoc= is not allowed"},
    {ARGS "<p title={{v}}>\n", "inside an unquoted attribute"},
    {ARGS "<p title=a{{v}}>\n", "inside an unquoted attribute"},
    {ARGS "<p {{v}}>\n", "inside a tag"},
    {ARGS "<p data-{{v}}=\"\">\n", "inside an attribute name"},
    {ARGS "<{{v}}>\n", "inside a tag name"},
    {ARGS "<!-- {{v}} -->\n", "inside a comment"},
    {ARGS "<a href=\"{{v}}\">\n", "write {{url: ...}}"},
    {ARGS "<form action='/x/{{v}}'>\n", "write {{url: ...}}"},
    {ARGS "<button formaction=\"{{v}}\">\n", "write {{url: ...}}"},
    {ARGS "<img src=\"/x{{url: v}}\">\n", "must begin the value"},
    {ARGS "<p title=\"{{url: v}}\">\n", "belongs in href"},
    {ARGS "<p>{{url: v}}\n", "belongs in href"},
    {ARGS "<a href=\"{{!v}}\">\n", "{{!...}} in the attribute"},
    {ARGS "<a href=\"{{=1}}\">\n", "at the beginning"},
    {ARGS "<p>{{? v: hidden}}\n", "belongs between attributes"},
    {ARGS "<p {{? v: onclick}}>\n", "no code"},
    {ARGS "<p {{? v: title=x}}>\n", "fixed text"},
    {ARGS "<p {{? v: title=\"a&b\"}}>\n", "fixed text"},
    {ARGS "<p>{{}}\n", "empty"},
    {ARGS "<p>{{v\n", "without }}"},
    {ARGS "<p title=\"\n% v++;\n\">\n", "C inside an attribute value"},
    {ARGS "<p\n% if (v) {\n>\n% }\n", "began in a tag and ends in text"},
    {ARGS "% if (v) {\n", "not closed"},
    {ARGS "% }\n", "} without {"},
    {ARGS "<p title=\"<b>\">\n", "is a quote missing"},
    {ARGS "<p title=\"a\" <b>\n", "inside tag"},
    {ARGS "a < b\n", "in a tag name"},
    {ARGS "<p>\n<a href=\"x\n", "ends inside"},
};

static void
refuses(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        if (compile(refusals[i].source) != 1)
            fail_msg("was accepted: %s", refusals[i].source);
        if (!strstr(text, refusals[i].message))
            fail_msg("%s\ngives: %s\ninstead of: %s", refusals[i].source, text, refusals[i].message);
    }
}

static int
make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"T-W1 a field is escaped by default", field_is_escaped_by_default, NULL, NULL, NULL},
        cmocka_unit_test(kinds_of_fields),
        cmocka_unit_test(lines_of_c_and_space),
        cmocka_unit_test(refuses),
    };
    return cmocka_run_group_tests_name("tmplc", tests, make_dir, NULL);
}
