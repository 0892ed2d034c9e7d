/*
 * Settings: one list (settings.def), read from conf/sekisho.conf ("key = value", # comments), then
 * from the environment. What people change at run time lives in the database instead.
 */
#ifndef SEKISHO_SETTINGS_H
#define SEKISHO_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct err;

enum setting {
#define SETTING(id, env, type, def, min, max, help) SET_##id,
#include "settings.def"
#undef SETTING
    SET__COUNT
};

/* Reads file (NULL: $SEKISHO_CONF, else conf/sekisho.conf, else the defaults) and the environment.
 * One error at the first wrong line: ERR_INPUT with "file:line: key: reason and what to do". Settings
 * that do not go together: "key: reason and what to do". */
int settings_load(const char *file, struct err *e);

const char *settings_text(enum setting s);
int64_t settings_int(enum setting s); /* INT, PORT, SECONDS, BYTES, BOOL */
/* var/<name> as an absolute path; the text lives as long as the process. */
const char *settings_path(const char *name);
/* Connection string for a role ("sekisho_engine"...): private cluster or DATABASE_URL. */
const char *settings_database(const char *role);
/* The directory of Unix sockets. It is $VAR/run, or $SEKISHO_RUN when that path is too long for
 * a socket name (108 bytes). */
const char *settings_run(const char *name);

/* "key = default" with the help text as comment, for --print-settings and conf/sekisho.conf. */
void settings_print(void);

#endif
