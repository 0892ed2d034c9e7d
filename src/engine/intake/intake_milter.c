#include "intake_milter.h"

#include <string.h>
#include <unistd.h>

#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "gate.h"
#include "intake_conn.h"
#include "intake_eom.h"
#include "intake_rules.h"
#include "milter.h"
#include "milter_server.h"

static struct gate *gate;

static struct conn *
get(void *session)
{
    struct conn *c = session;

    BUG_IF(c->magic != CONN_MAGIC);
    return c;
}

static void *
on_open(void)
{
    return conn_new();
}

static void
on_connect(void *session, const struct milter_macros *m, const char *host, const char *ip)
{
    struct conn *c = get(session);

    c->client_ip = arena_strdup(c->arena, ip[0] ? ip : m->client_addr);
    c->client_name = arena_strdup(c->arena, m->client_name[0] ? m->client_name : host);
    c->outbound = strcmp(m->daemon_name, "outbound") == 0;
}

static void
on_helo(void *session, const char *name)
{
    struct conn *c = get(session);

    c->helo = arena_strdup(c->arena, name);
}

static void
on_mail(void *session, const struct milter_macros *m, const char *sender, int64_t size)
{
    struct conn *c = get(session);
    struct mail *mail = mail_begin(c);

    mail->declared = size;
    mail->forged.host = gate->node;
    mail->tls = arena_strdup(mail->arena, m->tls_version);
    mail_set_sender(mail, sender);
}

/* Callbacks that make no sense without a mail ignore it (F-19): end refuses. */
static enum milter_answer
on_rcpt(void *session, const char *recipient, struct milter_out *o)
{
    struct conn *c = get(session);

    if (!c->mail)
        return milter_refuse(o, 451, "4.3.0", "Internal error, try again later");
    return intake_recipient(gate, c, recipient, o);
}

static void
on_header(void *session, const char *name, const char *value)
{
    struct conn *c = get(session);

    if (c->mail)
        mail_add_header(c->mail, name, value);
}

static void
on_end_of_header(void *session)
{
    struct conn *c = get(session);

    if (c->mail)
        mail_end_of_header(c->mail);
}

static void
on_body(void *session, const void *p, size_t n)
{
    struct conn *c = get(session);

    if (c->mail)
        mail_add_body(c->mail, p, n);
}

static enum milter_answer
on_end(void *session, const struct milter_macros *m, struct milter_out *o)
{
    struct conn *c = get(session);
    enum milter_answer answer;

    if (!c->mail)
        return milter_refuse(o, 451, "4.3.0", "Internal error, try again later");
    atomic_fetch_add(&gate->busy, 1);
    answer = intake_end(gate, c, m->queue_id, o);
    mail_end(c);
    if (answer != MILTER_REPLY)
        c->refused = 0;
    atomic_fetch_sub(&gate->busy, 1);
    return answer;
}

static void
on_abort(void *session)
{
    mail_end(get(session));
}

static void
on_close(void *session)
{
    conn_free(get(session));
}

static const struct milter_callbacks callbacks = {
    .open = on_open,
    .connect = on_connect,
    .helo = on_helo,
    .mail = on_mail,
    .rcpt = on_rcpt,
    .header = on_header,
    .end_of_header = on_end_of_header,
    .body = on_body,
    .end = on_end,
    .abort = on_abort,
    .close = on_close,
};

void
intake_serve(struct gate *g, int listen_fd, int wait_ms)
{
    int64_t until;

    gate = g;
    milter_serve(listen_fd, &callbacks, (int)settings_int(SET_milter_threads));
    /* Let the messages in our hands have their answer (F-36). */
    until = when_mono() + wait_ms;
    atomic_store(&g->stopping, true);
    while (atomic_load(&g->busy) > 0 && when_mono() < until)
        usleep(10000);
    usleep(20000); /* the answer itself is sent after the callback returned */
}
