/* The rpc role: answers console, portal and CLI (rpc.def, handlers/). */
#include "role.h"
#include "handlers/hnd_ctx.h"
#include "intake/countries.h"
#include "master_key.h"
#include "../common/i18n_builtin.h"
#include "../common/confine.h"
#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/settings.h"
#include "../common/when.h"
#include "../rpc/rpc_server.h"
#include "../store/db.h"

#include <signal.h>
#include <unistd.h>

#define DB_MS 2000

static volatile sig_atomic_t asked_to_stop;

static void
on_term(int sig)
{
    (void)sig;
    asked_to_stop = 1;
}

static int
stop(void)
{
    return asked_to_stop;
}

static rpc_handler *const handlers[] = {
#define RPC(id, name, callers, deadline, req, rep) hnd_##id,
#include "../rpc/rpc.def"
#undef RPC
};

int
role_rpc(struct role_ctx *c)
{
    struct hnd_ctx x = {.role = c, .started_at = when_now()};
    struct countries *countries = NULL;
    struct sigaction term = {.sa_handler = on_term};
    struct err e;
    evlog_init("engine.rpc");
    if (master_key_read(x.master_key, &e) < 0 ||
        countries_open(settings_text(SET_country_database), &countries, &e) < 0 ||
        confine(CONFINE_ENGINE, c->user, &e) < 0) {
        evlog(EVLOG_ERROR, "rpc.start", "reason", e.text, NULL);
        return 1;
    }
    role_die_with_parent();
    i18n_builtin();
    sigaction(SIGTERM, &term, NULL);
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    x.countries = countries;
    x.db = db_open(settings_database("sekisho_engine"), 4, DB_MS);
    if (rpc_serve(c->listen_fd, &x, stop, handlers) == 0)
        db_close(&x.db);
    return 0;
}
