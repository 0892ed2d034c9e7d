/* Messages in files: one a file, many in an mbox (RFC 4155), a Maildir or another folder with
 * everything below it, or standard input. */
#ifndef SEKISHO_CLI_MAILS_H
#define SEKISHO_CLI_MAILS_H

#include <stddef.h>

struct cli;

struct cli_mails {
    struct cli *c;
    void *ctx;
    /* name: of the file, for people. -1 ends it all. */
    int (*each)(void *ctx, const char *name, const char *p, size_t n);
    int files, failed; /* failed: could not be read, or longer than message_size */
};

/* path: a file, a folder, "-". 0, or -1 when each() said so. What cannot be read is said on standard
 * error and counted. */
int cli_mails(struct cli_mails *m, const char *path);

#endif
