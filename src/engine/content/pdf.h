/*
 * PDF without a library. What reads PDF in Debian opens bombs without a limit (object streams are unpacked as a
 * whole), or shows one page tree; here every object that stands anywhere in the file is looked at, whether a page
 * leads to it or not, and each stream has a limit. The table of objects is not believed: objects are found by
 * their own "N G obj".
 */
#ifndef SEKISHO_PDF_H
#define SEKISHO_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arena;
struct crypt_pdf;

#define PDF_OBJECTS 100000
#define PDF_STREAM (16 * 1024 * 1024)  /* one stream, unpacked */
#define PDF_STREAMS (48 * 1024 * 1024) /* all together */

struct pdf_object {
    int num, gen;
    const char *p, *end; /* behind "obj", up to the next one */
    bool packed;         /* from an object stream: its strings are not encrypted by themselves */
    bool broken;         /* its stream was cut by a limit */
};

struct pdf {
    struct arena *a;
    const char *p, *end;
    struct pdf_object *objects; /* in the order of the file */
    int nobjects, room;
    int *by_number; /* sorted: indices of objects */
    int nsorted;
    const char **ends; /* all "endstream" */
    int nends;
    size_t left;                   /* bytes that may still be unpacked */
    bool over;                     /* a limit was passed */
    const struct crypt_pdf *crypt; /* NULL: not encrypted */
};

enum pdf_token {
    PDF_END,
    PDF_NAME,
    PDF_STRING,
    PDF_NUMBER,
    PDF_WORD,
    PDF_OPEN,
    PDF_CLOSE,
    PDF_LIST,
    PDF_LIST_END
};

struct pdf_lexer {
    struct arena *a;
    const char *p, *end;
    /* of the last token: name or word as text, string as bytes */
    const char *s;
    size_t n;
    double number;
};

enum pdf_token pdf_next(struct pdf_lexer *l);

/* All objects, also those in object streams. */
void pdf_open(struct arena *a, struct pdf *d, const unsigned char *p, size_t n);
/* Object streams are unpacked when the key is known. */
void pdf_unpack(struct pdf *d);
/* The last object of that number, NULL: none. */
const struct pdf_object *pdf_object(const struct pdf *d, int num);
/* Value of a key in the object's own dictionary: the lexer stands before it. References are followed, once. */
bool pdf_get(const struct pdf *d, const struct pdf_object *o, const char *key, struct pdf_lexer *l);
/* When a reference stands at l, l moves into that object, which is returned (NULL also: there is none of that number,
 * and l is at its end). */
const struct pdf_object *pdf_follow(const struct pdf *d, struct pdf_lexer *l);
bool pdf_name(const struct pdf *d, const struct pdf_object *o, const char *key, const char **out);
int64_t pdf_int(const struct pdf *d, const struct pdf_object *o, const char *key, int64_t def);
/* String of the object, decrypted. */
const char *pdf_decrypt(const struct pdf *d, const struct pdf_object *o, const char *s, size_t *n);
/* Unpacked as far as its filters are known; *rest: the first filter that is not ("" = all), DCTDecode say. */
const unsigned char *pdf_stream(struct pdf *d, const struct pdf_object *o, size_t max, size_t *n,
                                const char **rest);

#endif
