/*
 * Compound files (MS-CFB): the storages and streams of Office's old formats, of Outlook's and of installers. Own
 * code: a reader in memory whose every chain has an end, instead of an object system at hostile bytes.
 */
#ifndef SEKISHO_CFB_H
#define SEKISHO_CFB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;

#define CFB_ENTRIES 4096

enum { CFB_STORAGE = 1, CFB_STREAM = 2, CFB_ROOT = 5 };

struct cfb_entry {
    const char *name; /* UTF-8 */
    int type;
    int parent; /* -1: the root itself, or nothing leads to it */
    uint32_t start;
    uint64_t size;
    unsigned char clsid[16];
    uint32_t left, right, child;
};

struct cfb {
    struct arena *a;
    const unsigned char *p;
    size_t n;
    size_t sector, mini_sector, cutoff;
    uint32_t *fat, *mini_fat;
    size_t nfat, nmini;
    const unsigned char *mini; /* stream of short streams */
    size_t mini_len;
    struct cfb_entry *entries;
    int nentries;
    bool cut;    /* there were more entries */
    size_t left; /* bytes that may still be read */
};

/* false: not such a file, or nothing of it can be read. p stays valid as long as the file is used. */
bool cfb_open(struct arena *a, const unsigned char *p, size_t n, struct cfb *out);
/* A stream as far as it can be read, at most max bytes. NULL: nothing. */
const unsigned char *cfb_read(struct cfb *c, int entry, size_t max, size_t *n);
/* First entry of that name (any case) below parent (-1: anywhere), -1: none. */
int cfb_find(const struct cfb *c, int parent, const char *name);

#endif
