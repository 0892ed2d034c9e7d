/*
 * The module's entry points, called by Kore by name. SEKISHO_SURFACE says which of the two programs
 * this instance is; everything else comes from our own settings, so kore.conf holds limits only.
 *
 * Files are read in the parent, as root, before the workers exist: settings, certificate and key,
 * catalogues, ICU's data. A worker then needs the database's and the engine's sockets only.
 */
#include "console.h"
#include "coro.h"
#include "web_assets.h"
#include "web_core.h"
#include "view.h"

#include "../common/evlog.h"
#include "../common/i18n_builtin.h"
#include "../common/settings.h"
#include "../common/suffixes.h"

#include <kore/kore.h>
#include <kore/hooks.h>
#include <kore/seccomp.h>

#include <stdlib.h>
#include <string.h>

#define STATEMENT_MS 5000

/* On top of Kore's list: what today's glibc and libpq call, and shutdown() for a clean last answer.
 * Kore's filter for its own pgsql code (connect and friends) is always there. */
KORE_SECCOMP_FILTER("sekisho", KORE_SYSCALL_ALLOW(newfstatat), KORE_SYSCALL_ALLOW(faccessat2),
                    KORE_SYSCALL_ALLOW(rseq), KORE_SYSCALL_ALLOW(set_robust_list),
                    KORE_SYSCALL_ALLOW(shutdown), KORE_SYSCALL_ALLOW(gettimeofday),
                    KORE_SYSCALL_ALLOW(gettid), KORE_SYSCALL_ALLOW(tgkill), KORE_SYSCALL_ALLOW(clock_getres),
                    KORE_SYSCALL_ALLOW(mremap), KORE_SYSCALL_ALLOW(prlimit64),
                    KORE_SYSCALL_ALLOW(sysinfo), KORE_SYSCALL_ALLOW(uname))

static void die(const struct err *e) __attribute__((noreturn));
static void
die(const struct err *e)
{
    fprintf(stderr, "sekisho: %s\n", e->text);
    exit(1);
}

/* Opens ICU's formats and the public suffix list once in the parent: the workers inherit them and read no files. */
static void
warm_up(void)
{
    struct web_req r = {.a = arena_new(), .tz = "UTC"};
    for (const char *const *lang = i18n_languages(); *lang; lang++) {
        r.lang = *lang;
        r.cat = i18n_find(*lang);
        view_int(&r, 1);
        view_when(&r, 0);
        view_when_full(&r, 0);
        view_when_exact(&r, 0);
        view_language_name(&r, *lang);
    }
    arena_free(&r.a);
    (void)suffixes();
}

static void
listen_on(const char *ip, const char *port)
{
    struct kore_server *s = kore_server_create("web");
    s->tls = 0;
    if (!kore_server_bind(s, ip, port, "web_connect")) {
        struct err e = {0};
        err_set(&e, ERR_ENV, "bind", "cannot listen on %s port %s: another program has it, or the "
                "address is not of this machine; change %s_port or bind", ip, port, web_site.name);
        die(&e);
    }
    kore_server_finalize(s);
}

void
kore_parent_configure(int argc, char **argv)
{
    struct err e = {0};
    char port[8];
    (void)argc;
    (void)argv;
    const char *name = getenv("SEKISHO_SURFACE");
    bool portal = name && !strcmp(name, "portal");
    if (!portal && (!name || strcmp(name, "admin"))) {
        err_set(&e, ERR_INPUT, "surface", "SEKISHO_SURFACE must be admin or portal");
        die(&e);
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (settings_load(NULL, &e))
        die(&e);
    evlog_init(portal ? "portal" : "console");
    if (web_site_load(portal ? SURFACE_PORTAL : SURFACE_ADMIN, &e) || console_tls_load(&e))
        die(&e);
    i18n_builtin();
    if (!portal)
        i18n_offer_complete();
    warm_up();
    snprintf(port, sizeof port, "%d",
             (int)settings_int(portal ? SET_portal_port : SET_admin_port));
    listen_on(settings_text(SET_bind), port);
}

static void
each_second(void *arg, u_int64_t now)
{
    (void)arg;
    (void)now;
    web_conn_tick();
}

void
kore_worker_configure(void)
{
    coro_init();
    web_db = db_open(settings_database(web_site.surface == SURFACE_ADMIN ? "sekisho_console"
                                                                         : "sekisho_portal"),
                     (int)settings_int(SET_web_db_connections), STATEMENT_MS);
    kore_timer_add(each_second, 1000, NULL, 0);
}

void
kore_worker_teardown(void)
{
    db_close(&web_db);
}
