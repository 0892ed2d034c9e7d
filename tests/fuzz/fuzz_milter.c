/*
 * Bytes from the milter socket, in pieces (the first byte says how large). With the collecting of
 * mail behind it, so that every order of commands is tried on it (T-S3, F-19).
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/arena.h"
#include "common/buf.h"
#include "common/err.h"
#include "common/settings.h"
#include "engine/intake/intake_conn.h"
#include "engine/intake/milter.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static struct mail *
mail_of(void *s)
{
    return ((struct conn *)s)->mail;
}

static void *
on_open(void)
{
    return conn_new();
}

static void
on_connect(void *s, const struct milter_macros *m, const char *host, const char *ip)
{
    (void)s, (void)m, (void)host, (void)ip;
}

static void
on_helo(void *s, const char *name)
{
    (void)s, (void)name;
}

static void
on_mail(void *s, const struct milter_macros *m, const char *sender, int64_t size)
{
    struct mail *mail = mail_begin(s);
    (void)m;
    mail->declared = size;
    mail_set_sender(mail, sender);
}

static enum milter_answer
on_rcpt(void *s, const char *recipient, struct milter_out *o)
{
    if (!mail_of(s))
        return milter_refuse(o, 451, "4.3.0", recipient);
    if (mail_of(s)->nrecipients < 100)
        mail_add_recipient(mail_of(s), recipient);
    return MILTER_CONTINUE;
}

static void
on_header(void *s, const char *name, const char *value)
{
    if (mail_of(s))
        mail_add_header(mail_of(s), name, value);
}

static void
on_end_of_header(void *s)
{
    if (mail_of(s))
        mail_end_of_header(mail_of(s));
}

static void
on_body(void *s, const void *p, size_t n)
{
    if (mail_of(s))
        mail_add_body(mail_of(s), p, n);
}

static int
remove_one(void *o, char *name, int ordinal)
{
    milter_remove_header(o, name, ordinal);
    return 0;
}

static enum milter_answer
on_end(void *s, const struct milter_macros *m, struct milter_out *o)
{
    struct mail *mail = mail_of(s);
    const unsigned char *raw;
    size_t n = 0, kept;

    (void)m;
    if (!mail)
        return MILTER_DISCARD;
    raw = mail_bytes(mail, &n);
    if (raw)
        (void)own_headers_cut(mail->arena, raw, n, "gw.example", &kept);
    (void)own_headers_remove(&mail->forged, remove_one, o);
    mail_end(s);
    return MILTER_CONTINUE;
}

static void
on_abort(void *s)
{
    mail_end(s);
}

static void
on_close(void *s)
{
    conn_free(s);
}

static const struct milter_callbacks callbacks = {on_open, on_connect, on_helo,          on_mail,
                                                  on_rcpt, on_header,  on_end_of_header, on_body,
                                                  on_end,  on_abort,   on_close};

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    static const char hello[] = "\0\0\0\x0dO\0\0\0\x06\0\0\x01\xff\0\x1f\xff\xff";
    static int ready;
    struct arena *a = arena_new();
    struct buf *out = buf_new(a, 0);
    struct milter_conn *c = milter_conn_new(&callbacks);
    struct err e;
    size_t room, piece = n > 0 ? 1 + p[0] * 16u : 1;
    bool go;

    if (!ready && settings_load("/dev/null", &e) < 0) /* limits */
        abort();
    ready = 1;
    memcpy(milter_conn_space(c, &room), hello, sizeof hello - 1);
    go = milter_conn_take(c, sizeof hello - 1, out);
    for (size_t at = 1; go && at < n;) {
        char *space = milter_conn_space(c, &room);
        size_t k = n - at < piece ? n - at : piece;
        if (k > room)
            k = room;
        memcpy(space, p + at, k);
        go = milter_conn_take(c, k, out);
        at += k;
    }
    milter_conn_free(&c);
    arena_free(&a);
    return 0;
}
