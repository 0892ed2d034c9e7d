/* The head of every reply, downloads (A-41, K5), cookies, redirects. */
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

#include "console/web_core.h"
#include "console/web_reply.h"
#include "console/view.h"

static struct web_req r;
static struct web_reply reply;
static struct web_state state_of;

static void
fresh(bool secure)
{
    arena_free(&r.a);
    r = (struct web_req){.a = arena_new(), .reply = &reply, .state = &state_of};
    reply = (struct web_reply){0};
    state_of = (struct web_state){0};
    r.out = buf_new(r.a, 0);
    web_site = (struct web_site){.surface = SURFACE_ADMIN, .name = "admin", .secure = secure, .origin = ""};
}

static const char *
head(void)
{
    struct buf *b = buf_new(r.a, 0);
    web_reply_head(&r, b);
    return b->data;
}

static void
has(const char *text, const char *line)
{
    if (!strstr(text, line))
        fail_msg("\"%s\" is missing in:\n%s", line, text);
}

static void
every_reply_has_the_headers(void **state)
{
    static const int statuses[] = {200, 303, 304, 308, 400, 401, 403, 404, 405, 408, 409, 410, 411, 413, 414,
                                   415, 421, 422, 429, 431, 500, 503, 505};
    (void)state;
    for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
        fresh(true);
        reply.status = statuses[i];
        const char *h = head();
        assert_null(strstr(h, " Status\r\n")); /* each has its own reason phrase */
        has(h, "\r\ncontent-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'");
        has(h, "object-src 'none'");
        has(h, "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types frag\r\n");
        has(h, "form-action 'self'");
        has(h, "\r\ncross-origin-opener-policy: same-origin\r\n");
        has(h, "\r\ncross-origin-resource-policy: same-origin\r\n");
        has(h, "\r\nreferrer-policy: no-referrer\r\n");
        has(h, "\r\nx-content-type-options: nosniff\r\n");
        has(h, "\r\nx-frame-options: DENY\r\n");
        has(h, "\r\npermissions-policy: ");
        has(h, "\r\nstrict-transport-security: max-age=31536000; includeSubDomains\r\n");
        has(h, "\r\ncache-control: no-store\r\n");
        assert_null(strstr(h, "unsafe-"));
        assert_null(strstr(h, "\r\nserver:"));
        assert_null(strstr(h, "access-control"));
        assert_string_equal(h + strlen(h) - 4, "\r\n\r\n");
    }
    fresh(false);
    reply.status = 200;
    assert_null(strstr(head(), "strict-transport-security"));
}

static void
cookies(void **state)
{
    (void)state;
    fresh(true);
    web_set_cookie(&r, "__Host-s", "v", 60, false);
    web_set_cookie(&r, "__Host-l", "en", 60, true);
    reply.status = 200;
    has(head(), "\r\nset-cookie: __Host-s=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure\r\n"
                "set-cookie: __Host-l=en; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure\r\n");
    fresh(false);
    web_set_cookie(&r, "s", "v", 60, false);
    reply.status = 200;
    has(head(), "SameSite=Strict\r\n");
    assert_null(strstr(head(), "Domain="));
}

static void
downloads(void **state)
{
    (void)state;
    static const struct {
        const char *name, *out;
    } names[] = {
        {"a.pdf", "filename=\"a.pdf\"; filename*=UTF-8''a.pdf"},
        {"a\r\nSet-Cookie: x=1.pdf", "filename=\"a__Set-Cookie_ x_1.pdf\"; filename*=UTF-8''a%0D%0ASet-Cookie%3A%20x%3D1.pdf"},
        {"\"; x=\"", "filename=\"__ x__\"; filename*=UTF-8''%22%3B%20x%3D%22"},
        {"../../etc/passwd", "filename=\".._.._etc_passwd\""},
        {"\xe5\x8f\x97.html", "filename=\"_.html\"; filename*=UTF-8''%E5%8F%97.html"},
        {"", "filename=\"file\"; filename*=UTF-8''file"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        fresh(true);
        reply_download(&r, names[i].name, "application/octet-stream", "x", 1);
        const char *h = head();
        has(h, "\r\ncontent-disposition: attachment; ");
        has(h, names[i].out);
        has(h, "\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'; sandbox\r\n");
        assert_null(strstr(h, "\r\nSet-Cookie"));
    }
}

/* Whatever the HTML of a mail were: where it is shown it has no script, no origin, no network and nowhere to go. */
static void
frames(void **state)
{
    (void)state;
    fresh(true);
    reply_frame(&r, "<p>mail", 7);
    const char *h = head();
    has(h, "\r\ncontent-security-policy: default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
           "base-uri 'none'; frame-ancestors 'self'; sandbox\r\n");
    has(h, "\r\nx-frame-options: SAMEORIGIN\r\n");
    has(h, "\r\nx-content-type-options: nosniff\r\n");
    has(h, "\r\ncache-control: no-store\r\n");
    fresh(true);
    reply_frames(&r);
    reply.status = 200;
    h = head();
    has(h, "frame-src 'self'");
    has(h, "frame-ancestors 'none'");
    assert_null(strstr(h, "unsafe-"));
}

static void
flash(void **state)
{
    (void)state;
    fresh(true);
    struct flash f = {"ok", "{n} message deleted.", "{n} messages deleted.", 3, "/undelete", "a,b"};
    reply_flash(&r, "/", &f, "name", "x\"\n", NULL);
    assert_int_equal(reply.status, 303);
    assert_string_equal(state_of.flash_out,
                        "{\"kind\":\"ok\",\"msgid\":\"{n} message deleted.\",\"many\":\"{n} messages deleted.\",\"n\":3,"
                        "\"undo_path\":\"/undelete\",\"undo_ids\":\"a,b\",\"values\":{\"name\":\"x\\\"\\n\"}}");
}

/* What the reader sends along as the way back is up to 4,000 bytes, and three times that when it is encoded. */
static void
redirect_long(void **state)
{
    (void)state;
    fresh(true);
    char *back = memset(arena_alloc(r.a, REPLY_PATH_MAX + 1), '%', REPLY_PATH_MAX);
    back[0] = '/';
    assert_true(web_own_path(back));
    reply_redirect(&r, back);
    assert_string_equal(reply.location, back);
    reply_redirect(&r, view_path(&r, "/done", "back", back, NULL));
    assert_string_equal(reply.location, "/done");
}

/* These are mistakes of ours and end the process: nothing is sent. */
static void
aborts(void (*fn)(void))
{
    pid_t pid = fork();
    if (!pid) {
        if (!freopen("/dev/null", "w", stderr))
            _exit(1);
        fn();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) > 1);
}
static void
redirect_abroad(void)
{
    reply_redirect(&r, "//evil.example");
}
static void
header_with_newline(void)
{
    reply.status = 200;
    reply.type = "text/html\r\nX: y";
    head();
}
static void
cookie_with_newline(void)
{
    web_set_cookie(&r, "a", "b\r\nSet-Cookie: c=d", 1, false);
}
static void
no_reply(void)
{
    head();
}

static void
never_sent(void **state)
{
    (void)state;
    fresh(true);
    aborts(redirect_abroad);
    aborts(header_with_newline);
    aborts(cookie_with_newline);
    aborts(no_reply);
}

static int
teardown(void **state)
{
    (void)state;
    arena_free(&r.a);
    return 0;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        {"T-W1 T-W19 T-L4 every reply has the headers", every_reply_has_the_headers, NULL, NULL, NULL},
        {"T-W3 T-W11 cookies are ours alone", cookies, NULL, NULL, NULL},
        {"T-W20 A-41 downloads never run", downloads, NULL, NULL, NULL},
        {"T-W2 frames around mail have no script, no origin and no network", frames, NULL, NULL, NULL},
        cmocka_unit_test(flash), cmocka_unit_test(redirect_long),
        {"T-W18 no line ends in our headers", never_sent, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests_name("web_reply", tests, NULL, teardown);
}
