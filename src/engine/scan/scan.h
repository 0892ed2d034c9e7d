/*
 * The contract of a scanner: it looks at a parsed message and adds findings. It never acts, opens
 * no file and no socket (it runs in the sandbox), and treats the message as hostile.
 * To add one: scan/scan_x.c that defines `const struct scanner scan_x`, and a line in scanners.def.
 */
#ifndef SEKISHO_SCAN_H
#define SEKISHO_SCAN_H

#include <stddef.h>

struct msg;

struct scan_ctx {
    struct msg *msg;
    const unsigned char *raw; /* the original bytes */
    size_t raw_len;
};

struct scanner {
    const char *name;
    const char *help;
    /* Loads what it needs: rules, a model. Called once in the process that starts the workers, which
     * inherit it; may be called again to read changed files (then what was loaded before may be freed).
     * Trouble with one file is logged and that file left out. NULL: nothing to load. */
    void (*prepare)(void);
    void (*run)(struct scan_ctx *c);
};

/* All of scanners.def. scanners_prepare() before the first message, and before the sandbox closes. */
void scanners_prepare(void);
void scanners_run(struct scan_ctx *c);

#define SCANNER(id) extern const struct scanner scan_##id;
#include "scanners.def"
#undef SCANNER

#endif
