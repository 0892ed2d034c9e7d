#include "intake_milter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <grp.h>
#include <libmilter/mfapi.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../common/addr.h"
#include "../../common/arena.h"
#include "../../common/err.h"
#include "../../common/evlog.h"
#include "../../common/settings.h"
#include "../../common/when.h"
#include "gate.h"
#include "intake_conn.h"
#include "intake_eom.h"
#include "intake_reply.h"
#include "intake_rules.h"

#define MTA_GROUP "postfix"
#define ACTIONS (SMFIF_ADDHDRS | SMFIF_CHGHDRS | SMFIF_DELRCPT)
/* Nothing is answered before RCPT, nor between DATA and its end: fewer round trips, and Postfix
 * gets its answers where they count. */
#define SILENT                                                                                     \
    (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)
#define WANTED (SMFIP_HDR_LEADSPC | SMFIP_NOUNKNOWN | SMFIP_NODATA | SILENT)

static struct gate *gate;

static struct conn *
get(SMFICTX *ctx)
{
    struct conn *c = smfi_getpriv(ctx);

    BUG_IF(c && c->magic != CONN_MAGIC);
    return c;
}

static const char *
macro(SMFICTX *ctx, const char *name)
{
    char copy[32];
    const char *v;

    (void)snprintf(copy, sizeof copy, "%s", name);
    v = smfi_getsymval(ctx, copy);
    return v ? v : "";
}

static sfsistat
on_negotiate(SMFICTX *ctx, unsigned long f0, unsigned long f1, unsigned long f2, unsigned long f3,
             unsigned long *pf0, unsigned long *pf1, unsigned long *pf2, unsigned long *pf3)
{
    struct conn *c;

    (void)f2;
    (void)f3;
    *pf2 = *pf3 = 0;
    if ((f0 & ACTIONS) != ACTIONS || (f1 & WANTED) != WANTED) {
        evlog(EVLOG_ERROR, "milter.too-old", "hint", "needs Postfix 2.6 or newer, milter_protocol = 6",
              NULL);
        return SMFIS_REJECT; /* ends this connection: the MTA does what it does without us, 4xx */
    }
    *pf0 = ACTIONS;
    *pf1 = WANTED;
    c = conn_new();
    if (smfi_setpriv(ctx, c) != MI_SUCCESS) {
        conn_free(c);
        return SMFIS_REJECT;
    }
    return SMFIS_CONTINUE;
}

static void
socket_address(const _SOCK_ADDR *sa, char *out, socklen_t size)
{
    out[0] = '\0';
    if (sa && sa->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)sa)->sin_addr, out, size);
    else if (sa && sa->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)sa)->sin6_addr, out, size);
}

static sfsistat
on_connect(SMFICTX *ctx, char *hostname, _SOCK_ADDR *sa)
{
    struct conn *c = get(ctx);
    char ip[INET6_ADDRSTRLEN];
    const char *given;

    if (!c)
        return SMFIS_NOREPLY;
    socket_address(sa, ip, sizeof ip);
    given = macro(ctx, "{client_addr}");
    c->client_ip = arena_strdup(c->arena, given[0] && ip[0] == '\0' ? given : ip);
    given = macro(ctx, "{client_name}");
    c->client_name = arena_strdup(c->arena, given[0] ? given : hostname ? hostname : "");
    c->outbound = strcmp(macro(ctx, "{daemon_name}"), "outbound") == 0;
    return SMFIS_NOREPLY;
}

static sfsistat
on_helo(SMFICTX *ctx, char *helo)
{
    struct conn *c = get(ctx);

    if (c)
        c->helo = arena_strdup(c->arena, helo ? helo : "");
    return SMFIS_NOREPLY;
}

static sfsistat
on_mail(SMFICTX *ctx, char **argv)
{
    struct conn *c = get(ctx);

    if (!c)
        return SMFIS_NOREPLY;
    c->tls = arena_strdup(c->arena, macro(ctx, "{tls_version}"));
    mail_set_sender(mail_begin(c), argv && argv[0] ? argv[0] : "");
    return SMFIS_NOREPLY;
}

static sfsistat
on_recipient(SMFICTX *ctx, char **argv)
{
    struct conn *c = get(ctx);

    if (!c || !c->mail || !argv || !argv[0])
        return reply_send(ctx, 451, "4.3.0", "Internal error, try again later");
    return intake_recipient(gate, ctx, c, argv[0]);
}

static sfsistat
on_header(SMFICTX *ctx, char *name, char *value)
{
    struct conn *c = get(ctx);

    if (c && c->mail)
        mail_add_header(c->mail, name, value);
    return SMFIS_NOREPLY;
}

static sfsistat
on_end_of_header(SMFICTX *ctx)
{
    struct conn *c = get(ctx);

    if (c && c->mail)
        mail_end_of_header(c->mail);
    return SMFIS_NOREPLY;
}

static sfsistat
on_body(SMFICTX *ctx, unsigned char *p, size_t n)
{
    struct conn *c = get(ctx);

    if (c && c->mail)
        mail_add_body(c->mail, p, n);
    return SMFIS_NOREPLY;
}

static sfsistat
on_end(SMFICTX *ctx)
{
    struct conn *c = get(ctx);
    sfsistat answer;

    if (!c || !c->mail)
        return reply_send(ctx, 451, "4.3.0", "Internal error, try again later");
    atomic_fetch_add(&gate->busy, 1);
    answer = intake_end(gate, ctx, c);
    mail_end(c);
    atomic_fetch_sub(&gate->busy, 1);
    return answer;
}

static sfsistat
on_abort(SMFICTX *ctx)
{
    struct conn *c = get(ctx);

    if (c)
        mail_end(c);
    return SMFIS_CONTINUE;
}

static sfsistat
on_close(SMFICTX *ctx)
{
    struct conn *c = get(ctx);

    (void)smfi_setpriv(ctx, NULL);
    conn_free(c);
    return SMFIS_CONTINUE;
}

static char filter_name[] = "sekisho";
static struct smfiDesc filter = {
    .xxfi_name = filter_name,
    .xxfi_version = SMFI_VERSION,
    .xxfi_flags = ACTIONS,
    .xxfi_negotiate = on_negotiate,
    .xxfi_connect = on_connect,
    .xxfi_helo = on_helo,
    .xxfi_envfrom = on_mail,
    .xxfi_envrcpt = on_recipient,
    .xxfi_header = on_header,
    .xxfi_eoh = on_end_of_header,
    .xxfi_body = on_body,
    .xxfi_eom = on_end,
    .xxfi_abort = on_abort,
    .xxfi_close = on_close,
};

int
intake_open(struct gate *g, const char *path, struct err *e)
{
    const struct group *gr = getgrnam(MTA_GROUP);
    char conn[128];

    gate = g;
    if (snprintf(conn, sizeof conn, "unix:%s", path) >= 108 + 5)
        return err_set(e, ERR_ENV, "milter-socket",
                       "%s: the path is too long for a socket: set SEKISHO_RUN to a short directory",
                       path);
    if (smfi_setconn(conn) != MI_SUCCESS || smfi_register(filter) != MI_SUCCESS ||
        smfi_settimeout(1800) != MI_SUCCESS || smfi_opensocket(1) != MI_SUCCESS)
        return err_set(e, ERR_ENV, "milter-socket", "%s: cannot listen: %s", path, strerror(errno));
    if (chmod(path, 0660) < 0 ||
        (geteuid() == 0 && chown(path, (uid_t)-1, gr ? gr->gr_gid : (gid_t)-1) < 0))
        return err_set(e, ERR_ENV, "milter-socket", "%s: %s", path, strerror(errno));
    return 0;
}

int
intake_serve(struct gate *g, int wait_ms)
{
    int rc = smfi_main();
    int64_t until = when_mono() + wait_ms;

    /* smfi_main() returns at SIGTERM while threads still judge messages: let them answer (F-36). */
    atomic_store(&g->stopping, true);
    while (atomic_load(&g->busy) > 0 && when_mono() < until)
        usleep(10000);
    usleep(20000); /* the answer itself is sent after the callback returned */
    return rc == MI_SUCCESS ? 0 : -1;
}
