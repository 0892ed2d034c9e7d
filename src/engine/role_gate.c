/*
 * The gate: the milter protocol on a Unix socket. Knows the database and the clamd socket; never
 * parses MIME (workers do).
 */
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../common/confine.h"
#include "../common/err.h"
#include "../common/evlog.h"
#include "../common/settings.h"
#include "../store/db.h"
#include "../store/store_contact.h"
#include "../store/store_style.h"
#include "../store/store_notice.h"
#include "authn/dns_unbound.h"
#include "intake/clamd.h"
#include "intake/countries.h"
#include "intake/gate.h"
#include "intake/gate_queue.h"
#include "intake/gate_writer.h"
#include "intake/intake_contact.h"
#include "intake/intake_milter.h"
#include "intake/intake_notices.h"
#include "intake/milter_server.h"
#include "intake/rates.h"
#include "intake/refusals.h"
#include "intake/scan_pool.h"
#include "intake/passwords_seen.h"
#include "intake/sources.h"
#include "master_key.h"
#include "orgconf/orgconf.h"
#include "orgconf/orgconf_dkim.h"
#include "reputation/feeds.h"
#include "role.h"

#define FINISH_MS 7000 /* for messages in our hands when we are asked to stop */

int
role_gate(struct role_ctx *c)
{
    static struct gate g;
    struct gate_writer *writer;
    struct err e = {0};
    sigset_t term;
    int fd = -1;

    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &term, NULL);
    if (master_key_read(g.master_key, &e) < 0 ||
        countries_open(settings_text(SET_country_database), &g.countries, &e) < 0 ||
        (fd = milter_listen(settings_run("gate.sock"), &e)) < 0 ||
        confine(CONFINE_ENGINE, c->user, &e) < 0) {
        evlog(EVLOG_ERROR, "gate.start", "reason", e.text, NULL);
        return 1;
    }
    role_die_with_parent();
    role_node(g.node, sizeof g.node);
    g.db = db_open(settings_database("sekisho_engine"),
                   (int)settings_int(SET_engine_db_connections), GATE_DB_MS);
    orgconf_dkim_open_with(g.master_key);
    g.orgconf = orgconf_cache_new(
        g.db, db_open(settings_database("sekisho_engine"), 1, ORGCONF_LOAD_MS), ORGCONF_OLD_MS);
    g.pool = scan_pool_new(c->scan_fds, c->nscan, c);
    g.clamd = clamd_configured();
    g.resolver = dns_unbound_new(settings_text(SET_resolver), settings_int(SET_dnssec), &e);
    if (!g.resolver) {
        evlog(EVLOG_ERROR, "gate.start", "reason", e.text, NULL);
        return 1;
    }
    dns_unbound_share(g.resolver);
    g.feeds = feeds_new(settings_path("feeds"));
    g.refusals = refusals_new(g.node);
    g.notices =
        gate_queue_new(NOTICES_WAITING, NOTICES_BATCH, "notices.not-recorded", store_notice_note);
    g.contacts = gate_queue_new(CONTACTS_WAITING, CONTACTS_BATCH, "contacts.not-recorded",
                                store_contact_note);
    g.styles =
        gate_queue_new(CONTACTS_WAITING, CONTACTS_BATCH, "styles.not-recorded", store_style_note);
    g.rates = rates_new();
    g.sources = sources_new();
    g.passwords = passwords_seen_new();
    writer = gate_writer_start(&g);
    evlog(EVLOG_INFO, "gate.ready", NULL);
    intake_serve(&g, fd, FINISH_MS);
    gate_writer_stop(&writer);
    /* Sessions may still be in callbacks: end without taking their memory away. */
    _exit(0);
}
