/*
 * The `sekisho` command. One line per command in cli.def, its code in cmd_<topic>.c.
 *
 * A command takes its options and words out of the command line with the functions below, then
 * calls cli_end(): what is left over is a mistake. It returns 0, or -1 with c->err filled; main
 * prints that as one line and the exit code is 1.
 */
#ifndef SEKISHO_CLI_H
#define SEKISHO_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/err.h"

struct arena;
struct db;

struct cli {
    struct arena *a; /* until the end of the program */
    bool json;       /* --json */
    struct err err;
    const char *usage; /* of this command */
    int argc;          /* what is not used yet */
    char **argv;
};

#define CLI(id, words, args, help) int cmd_##id(struct cli *c);
#include "cli.def"
#undef CLI

/* The value of an option ("--org NAME" or "--org=NAME"), NULL when it is not there. Call again for
 * options that may be repeated. */
const char *cli_opt(struct cli *c, const char *name);
/* text as a whole number from..to; NULL leaves *out as it is. -1: err says what may stand behind the option. */
int cli_number(struct cli *c, const char *option, const char *text, int from, int to, int *out);
bool cli_flag(struct cli *c, const char *name);
/* The next word that is not an option; NULL when there is none. "--" ends the options. */
const char *cli_word(struct cli *c);
/* -1 when an option or word is left over, or missing is not NULL: then it names what is missing. */
int cli_end(struct cli *c, const char *missing);

/* The first line of a file, for passwords; "-" is standard input. At most 1024 bytes. */
int cli_secret(struct cli *c, const char *file, char **out);

/* All of a file for an import, "-" is standard input: n bytes and a NUL, at most `most` bytes. */
int cli_file(struct cli *c, const char *file, size_t most, char **p, size_t *n);

/* One object on a line of standard output (with --json). Takes the reference. */
void cli_json(struct cli *c, json_t *j);
/* A time for people: 2026-11-24 09:15:02 UTC. */
char *cli_time(struct cli *c, int64_t ms);
/* Text from mail or from the database, safe for a terminal: control bytes become '?'. */
char *cli_safe(struct cli *c, const char *s);

/* The database as the owner, opened at the first call. */
struct db *cli_db(struct cli *c);
/* Who did it, for the audit log: "cli:root". */
const char *cli_actor(struct cli *c);

#endif
