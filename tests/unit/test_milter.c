/*
 * The milter protocol, byte by byte and in lies (F-19, T-S3): what callbacks see, what is sent
 * back, and that nothing but the connection ends when the peer talks nonsense.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>

#include <cmocka.h>

#include "common/arena.h"
#include "common/buf.h"
#include "engine/intake/milter.h"

static struct buf *seen; /* what the callbacks were told */
static int open_sessions;
static enum milter_answer next_answer;

static void *
on_open(void)
{
    open_sessions++;
    return &open_sessions;
}

static void
on_connect(void *s, const struct milter_macros *m, const char *host, const char *ip)
{
    (void)s;
    buf_printf(seen, "C(%s,%s,%s,%s)", host, ip, m->daemon_name, m->client_name);
}

static void
on_helo(void *s, const char *name)
{
    (void)s;
    buf_printf(seen, "H(%s)", name);
}

static void
on_mail(void *s, const struct milter_macros *m, const char *sender, int64_t size)
{
    (void)s;
    buf_printf(seen, "M(%s,%s)", sender, m->tls_version);
    if (size)
        buf_printf(seen, "%lld", (long long)size);
}

static enum milter_answer
on_rcpt(void *s, const char *recipient, struct milter_out *o)
{
    (void)s;
    buf_printf(seen, "R(%s)", recipient);
    return strstr(recipient, "refuse") ? milter_refuse(o, 550, "5.7.1", "No\r\nway")
                                       : MILTER_CONTINUE;
}

static void
on_header(void *s, const char *name, const char *value)
{
    (void)s;
    buf_printf(seen, "L(%s:%s)", name, value);
}

static void
on_end_of_header(void *s)
{
    (void)s;
    buf_str(seen, "N");
}

static void
on_body(void *s, const void *p, size_t n)
{
    (void)s;
    (void)p;
    buf_printf(seen, "B(%zu)", n);
}

static enum milter_answer
on_end(void *s, const struct milter_macros *m, struct milter_out *o)
{
    (void)s;
    buf_printf(seen, "E(%s)", m->queue_id);
    milter_remove_header(o, "X-Sekisho-Id", 2);
    milter_add_header(o, "X-Sekisho-Verdict", "clean");
    milter_remove_recipient(o, "u@a.example");
    if (next_answer == MILTER_REPLY)
        return milter_refuse(o, 451, "4.3.0", "");
    return next_answer;
}

static void
on_abort(void *s)
{
    (void)s;
    buf_str(seen, "A");
}

static void
on_close(void *s)
{
    (void)s;
    open_sessions--;
}

static const struct milter_callbacks callbacks = {on_open, on_connect, on_helo,          on_mail,
                                                  on_rcpt, on_header,  on_end_of_header, on_body,
                                                  on_end,  on_abort,   on_close};

/* ---------------------------------------------------------------- what Postfix sends */

static void
packet(struct buf *b, char command, const void *p, size_t n)
{
    uint32_t len = htonl((uint32_t)n + 1);

    buf_add(b, &len, 4);
    buf_char(b, command);
    if (n > 0)
        buf_add(b, p, n);
}
#define PACKET(b, command, text) packet((b), (command), (text), sizeof(text) - 1)

static void
negotiation(struct buf *b, uint32_t version, uint32_t actions, uint32_t protocol)
{
    uint32_t v[3] = {htonl(version), htonl(actions), htonl(protocol)};

    packet(b, 'O', v, sizeof v);
}

static void
session(struct buf *b)
{
    negotiation(b, 6, 0x1ff, 0x1fffff);
    PACKET(b, 'D', "C{daemon_name}\0inbound\0{client_name}\0mx.example\0{unknown}\0x\0");
    PACKET(b, 'C',
           "mx.example\0"
           "4"
           "\x19\x19"
           "192.0.2.1\0");
    PACKET(b, 'H', "helo.example\0");
    PACKET(b, 'D', "M{tls_version}\0TLSv1.3\0");
    PACKET(b, 'M', "<s@b.example>\0SIZE=10\0");
    PACKET(b, 'R', "<u@a.example>\0");
    PACKET(b, 'R', "<refuse@a.example>\0");
    PACKET(b, 'L', "Subject\0 a\n\tb\0");
    PACKET(b, 'L', "Empty\0\0");
    packet(b, 'N', "", 0);
    PACKET(b, 'B', "body\r\n");
    PACKET(b, 'D', "Ei\0004cXyZ21bQzT\0");
    packet(b, 'E', "", 0);
}

static const char session_seen[] =
    "C(mx.example,192.0.2.1,inbound,mx.example)H(helo.example)M(<s@b.example>,TLSv1.3)10"
    "R(<u@a.example>)R(<refuse@a.example>)L(Subject: a\n\tb)L(Empty:)NB(6)E(4cXyZ21bQzT)";

/* Feeds the bytes in pieces of the size given; all answers are added to out. */
static bool
feed(struct milter_conn *c, const struct buf *in, size_t piece, struct arena *a, struct buf *out)
{
    struct buf *now = buf_new(a, 0);
    bool go = true;

    for (size_t at = 0; go && at < in->len;) {
        size_t room, n = in->len - at < piece ? in->len - at : piece;
        char *space = milter_conn_space(c, &room);
        if (n > room)
            n = room;
        memcpy(space, in->data + at, n);
        go = milter_conn_take(c, n, now);
        if (now->len > 0)
            buf_add(out, now->data, now->len);
        at += n;
    }
    return go;
}

static void
expect_answers(const struct buf *out, const struct buf *want)
{
    assert_int_equal(out->len, want->len);
    assert_memory_equal(out->data, want->data, want->len);
}

static void
wanted_answers(struct buf *b, enum milter_answer last)
{
    static const char *const symbols[] = {
        "{daemon_name} {client_addr} {client_name}", "", "{tls_version}", "", "", "i", ""};
    uint32_t n = 1 + 12, v;

    for (int i = 0; i < 7; i++)
        n += 4 + (uint32_t)strlen(symbols[i]) + 1;
    v = htonl(n);
    buf_add(b, &v, 4);
    buf_char(b, 'O');
    buf_add(b, "\0\0\0\x06\0\0\x01\x19\0\x1c\x73\x80", 12);
    for (int i = 0; i < 7; i++) {
        v = htonl((uint32_t)i);
        buf_add(b, &v, 4);
        buf_add(b, symbols[i], strlen(symbols[i]) + 1);
    }
    packet(b, 'c', "", 0);
    PACKET(b, 'y', "550 5.7.1 No way\0");
    if (last == MILTER_CONTINUE) {
        PACKET(b, 'm', "\0\0\0\x02X-Sekisho-Id\0\0");
        PACKET(b, 'h', "X-Sekisho-Verdict\0 clean\0");
        PACKET(b, '-', "<u@a.example>\0");
        packet(b, 'c', "", 0);
    } else if (last == MILTER_DISCARD) {
        packet(b, 'd', "", 0);
    } else {
        PACKET(b, 'y', "451 4.3.0 Try again later\0");
    }
}

static void
a_session_in_any_pieces(void **state)
{
    static const size_t pieces[] = {1, 2, 3, 5, 7, 64, 4096, 1000000};

    (void)state;
    for (int answer = MILTER_CONTINUE; answer <= MILTER_REPLY; answer++)
        for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
            struct arena *a = arena_new();
            struct buf *in = buf_new(a, 0), *out = buf_new(a, 0), *want = buf_new(a, 0);
            struct milter_conn *c = milter_conn_new(&callbacks);
            seen = buf_new(a, 0);
            next_answer = (enum milter_answer)answer;
            session(in);
            wanted_answers(want, next_answer);
            assert_true(feed(c, in, pieces[i], a, out));
            assert_string_equal(buf_cstr(seen), session_seen);
            expect_answers(out, want);
            milter_conn_free(&c);
            assert_int_equal(open_sessions, 0);
            arena_free(&a);
        }
}

/* 'K' ends a session and begins another on the same connection; 'A' only ends the mail. */
static void
abort_and_next_session(void **state)
{
    struct arena *a = arena_new();
    struct buf *in = buf_new(a, 0), *out = buf_new(a, 0);
    struct milter_conn *c = milter_conn_new(&callbacks);

    (void)state;
    seen = buf_new(a, 0);
    negotiation(in, 6, 0x1ff, 0x1fffff);
    PACKET(in, 'D', "C{daemon_name}\0outbound\0");
    PACKET(in, 'M', "<>\0");
    packet(in, 'A', "", 0);
    packet(in, 'K', "", 0);
    PACKET(in, 'C', "x\0U");
    assert_true(feed(c, in, 9, a, out));
    assert_string_equal(buf_cstr(seen), "M(<>,)AC(x,,,)");
    assert_int_equal(open_sessions, 1);
    in = buf_new(a, 0);
    packet(in, 'Q', "", 0);
    assert_false(feed(c, in, 9, a, out));
    milter_conn_free(&c);
    assert_int_equal(open_sessions, 0);
    arena_free(&a);
}

static void
declared_sizes(void **state)
{
    struct arena *a = arena_new();
    struct buf *in = buf_new(a, 0), *out = buf_new(a, 0);
    struct milter_conn *c = milter_conn_new(&callbacks);

    (void)state;
    seen = buf_new(a, 0);
    negotiation(in, 6, 0x1ff, 0x1fffff);
    PACKET(in, 'M', "<a>\0SIZE=1234\0");
    PACKET(in, 'M', "<a>\0BODY=8BITMIME\0size=5\0");
    PACKET(in, 'M', "<a>\0SIZE=-5\0");
    PACKET(in, 'M', "<a>\0SIZE=99999999999999999999\0");
    PACKET(in, 'M', "<a>\0SIZE=12x\0SIZE");
    assert_true(feed(c, in, 9, a, out));
    assert_string_equal(buf_cstr(seen), "M(<a>,)1234M(<a>,)5M(<a>,)M(<a>,)M(<a>,)");
    milter_conn_free(&c);
    arena_free(&a);
}

static void
nonsense_ends_the_connection(void **state)
{
    static const struct {
        const char *bytes;
        size_t n;
    } bad[] = {
#define BAD(text) {text, sizeof(text) - 1}
        BAD("\0\0\0\0"),          /* no command */
        BAD("\xff\xff\xff\xffO"), /* 4 GB */
        BAD("\0\x10\0\x01L"),     /* above the limit */
        BAD("\0\0\0\x01Z"),       /* unknown command */
        BAD("\0\0\0\x05HabcdX"),  /* text without end */
        BAD("\0\0\0\x01R"),       /* nothing */
        BAD("\0\0\0\x06Labcd\0"), /* name without value */
        BAD("\0\0\0\x01"
            "D"), /* macros of no command */
        BAD("\0\0\0\x04"
            "DCi\0"), /* name without value */
        BAD("\0\0\0\x03"
            "Cx\0"), /* no family */
        BAD("\0\0\0\x05"
            "Cx\0"
            "4\x19"), /* half a port */
        BAD("\0\0\0\x07"
            "Cx\0"
            "4\x19\x19z"),                                      /* address without end */
        BAD("\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff"), /* a second negotiation */
#undef BAD
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct arena *a = arena_new();
        struct buf *in = buf_new(a, 0), *out = buf_new(a, 0);
        struct milter_conn *c = milter_conn_new(&callbacks);
        seen = buf_new(a, 0);
        negotiation(in, 6, 0x1ff, 0x1fffff);
        buf_add(in, bad[i].bytes, bad[i].n);
        assert_false(feed(c, in, 1, a, out));
        milter_conn_free(&c);
        assert_int_equal(open_sessions, 0);
        arena_free(&a);
    }
}

static void
needs_what_it_asks_for(void **state)
{
    static const uint32_t offers[][3] = {
        {5, 0x1ff, 0x1fffff}, {6, 0x0ff, 0x1fffff}, {6, 0x1ff, 0x0fffff}, {6, 0x1ff, 0x1fff7f}};

    (void)state;
    for (size_t i = 0; i < sizeof offers / sizeof *offers; i++) {
        struct arena *a = arena_new();
        struct buf *in = buf_new(a, 0), *out = buf_new(a, 0);
        struct milter_conn *c = milter_conn_new(&callbacks);
        seen = buf_new(a, 0);
        negotiation(in, offers[i][0], offers[i][1], offers[i][2]);
        assert_false(feed(c, in, 99, a, out));
        assert_int_equal(out->len, 0);
        milter_conn_free(&c);
        arena_free(&a);
    }
    /* nothing before the negotiation */
    struct arena *a = arena_new();
    struct buf *in = buf_new(a, 0), *out = buf_new(a, 0);
    struct milter_conn *c = milter_conn_new(&callbacks);
    seen = buf_new(a, 0);
    PACKET(in, 'M', "<>\0");
    assert_false(feed(c, in, 99, a, out));
    assert_int_equal(seen->len, 0);
    milter_conn_free(&c);
    arena_free(&a);
}

static void
the_largest_packet(void **state)
{
    struct arena *a = arena_new();
    struct buf *in = buf_new(a, 0), *out = buf_new(a, 0);
    struct milter_conn *c = milter_conn_new(&callbacks);
    char *big = calloc(1, MILTER_PACKET_MAX), want[64];

    (void)state;
    seen = buf_new(a, 0);
    negotiation(in, 6, 0x1ff, 0x1fffff);
    for (int i = 0; i < 3; i++)
        packet(in, 'B', big, MILTER_PACKET_MAX - 1);
    assert_true(feed(c, in, 65536, a, out));
    (void)snprintf(want, sizeof want, "B(%d)B(%d)B(%d)", MILTER_PACKET_MAX - 1,
                   MILTER_PACKET_MAX - 1, MILTER_PACKET_MAX - 1);
    assert_string_equal(buf_cstr(seen), want);
    free(big);
    milter_conn_free(&c);
    arena_free(&a);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_in_any_pieces),      cmocka_unit_test(abort_and_next_session),
        cmocka_unit_test(nonsense_ends_the_connection), cmocka_unit_test(needs_what_it_asks_for),
        cmocka_unit_test(the_largest_packet),           cmocka_unit_test(declared_sizes),
    };

    return cmocka_run_group_tests_name("milter", tests, NULL, NULL);
}
