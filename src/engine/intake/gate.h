/*
 * What the gate's threads share. Made once by role_gate.c before the first connection; only the
 * parts with their own locks change afterwards.
 */
#ifndef SEKISHO_GATE_H
#define SEKISHO_GATE_H

#include <stdatomic.h>
#include <stdbool.h>

struct clamd;
struct countries;
struct db;
struct feeds;
struct gate_queue;
struct dns_unbound;
struct orgconf_cache;
struct rates;
struct refusals;
struct passwords_seen;
struct scan_pool;
struct sources;

struct gate {
    struct db *db;
    struct orgconf_cache *orgconf;
    struct scan_pool *pool;
    struct clamd *clamd; /* NULL: settings say that clamd is not used */
    struct dns_unbound *resolver;
    struct feeds *feeds;
    struct refusals *refusals;
    struct gate_queue *notices, *contacts, *styles;
    struct rates *rates;
    struct sources *sources;
    struct passwords_seen *passwords;
    struct countries *countries; /* NULL: there is no country_database */
    unsigned char master_key[32];
    char node[256];  /* this machine's name in message and log rows */
    atomic_int busy; /* messages between end of data and answer */
    atomic_bool stopping;
};

/* Longest wait for the database, for its connection and each statement, so that a sender has his
 * 4xx within two seconds when it is down (F-5). */
#define GATE_DB_MS 1000

#endif
