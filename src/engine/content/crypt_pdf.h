/* PDF's standard security handler (ISO 32000-1, 7.6; ISO 32000-2 for revision 6). */
#ifndef SEKISHO_CRYPT_PDF_H
#define SEKISHO_CRYPT_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct pdf;

struct crypt_pdf {
    int revision, key_bytes;
    bool aes, plain_streams, metadata;
    uint32_t rights;
    unsigned char o[48], u[48], oe[32], ue[32], id[64];
    size_t id_len;
    unsigned char key[32];
};

enum crypt_pdf_state { CRYPT_PDF_NONE, CRYPT_PDF_KNOWN, CRYPT_PDF_FOREIGN };

/* Is it encrypted, and in a way that is known? */
enum crypt_pdf_state crypt_pdf_read(struct pdf *d, struct crypt_pdf *c);
/* As user's or owner's password. */
bool crypt_pdf_try(struct arena *a, struct crypt_pdf *c, const char *password);
/* Bytes of a string or stream of an object, decrypted; *n becomes shorter with AES. */
unsigned char *crypt_pdf_bytes(struct arena *a, const struct crypt_pdf *c, int num, int gen,
                               bool stream, const unsigned char *p, size_t *n);

#endif
