/*
 * The table of contents of a 7z file (7-Zip's DOC/7zFormat.txt), as far as it says how packed streams become files: read, changed and
 * written again. What follows in it (sizes and names of files) is kept as it is. Limits: SEVENZIP_FOLDERS and below;
 * what is over them is not read.
 */
#ifndef SEKISHO_SEVENZIP_H
#define SEKISHO_SEVENZIP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct buf;

#define SEVENZIP_START 32 /* bytes before the packed streams */
#define SEVENZIP_FOLDERS 1000
#define SEVENZIP_CODERS 8   /* of a folder */
#define SEVENZIP_STREAMS 16 /* in or out of a folder */
#define SEVENZIP_HEADER (4 * 1024 * 1024)

enum sevenzip_method { /* ids as one number */
                       SEVENZIP_COPY = 0,
                       SEVENZIP_LZMA2 = 0x21,
                       SEVENZIP_LZMA = 0x030101,
                       SEVENZIP_AES = 0x06f10701
};

struct sevenzip_coder {
    uint64_t method;
    int id_len, nin, nout;
    const unsigned char *props; /* borrowed from the header */
    size_t nprops;
};

/* Packed streams go through coders: in-streams and out-streams are numbered in the coders' order. */
struct sevenzip_folder {
    struct sevenzip_coder coders[SEVENZIP_CODERS];
    struct {
        int in, out;
    } binds[SEVENZIP_STREAMS];
    int packed[SEVENZIP_STREAMS];      /* in-streams that come from the file */
    uint64_t unpack[SEVENZIP_STREAMS]; /* sizes of out-streams */
    int ncoders, nin, nout, nbinds, npacked;
    bool has_crc;
    uint32_t crc;
};

struct sevenzip {
    uint64_t pack_pos; /* from SEVENZIP_START on */
    int npacks;
    uint64_t *packs; /* sizes */
    int nfolders;
    struct sevenzip_folder *folders;
    const unsigned char *rest; /* what follows in the header: it ends what was begun */
    size_t nrest;
};

/* The start of the file says where the header is. false: no 7z, or its header is not there as it should be. */
bool sevenzip_start(const unsigned char *p, size_t n, const unsigned char **header, size_t *len);
/* p: a header. *encoded: it is a packed one, with one folder. false: broken, or over a limit, or nothing is packed in it. */
bool sevenzip_read(struct arena *a, const unsigned char *p, size_t n, struct sevenzip *z,
                   bool *encoded);
/* The header of z, with packed streams from the start on, and z->rest. */
void sevenzip_write(struct buf *b, const struct sevenzip *z);
/* The first bytes of a file with so many bytes of streams, and that header behind them. */
void sevenzip_write_start(unsigned char start[SEVENZIP_START], uint64_t streams, const void *header,
                          size_t n);
/* Takes a coder with one in- and one out-stream out of the folder; the packed stream goes to who took its output. false:
 * it does not stand at the beginning. */
bool sevenzip_take_out(struct sevenzip_folder *f, int coder);

#endif
