/*
 * Scripts in HTML and SVG, looked at without running them (T-E3): which names they use, and constants that hold
 * something: base64, lists of numbers, escapes. Such constants are decoded one level.
 */
#ifndef SEKISHO_WEBSCRIPT_H
#define SEKISHO_WEBSCRIPT_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

#define WEBSCRIPT_CONSTANTS 200 /* that hold something are decoded; more is a limit that was passed */
#define WEBSCRIPT_SHORT 24     /* encoded characters: less is no payload */
#define WEBSCRIPT_LONG 400     /* as many are one even if the type is not known */

enum webscript_kind {
    WEB_MAKE,   /* makes a file: Blob, createObjectURL, msSaveBlob, data: of an application */
    WEB_DECODE, /* atob, fromCharCode, unescape ... */
    WEB_START,  /* clicks by itself, offers a download, goes elsewhere */
    WEB_GO,     /* goes to another page */
    WEB_EVAL,   /* runs or shows text that was put together */
    WEB_SEND,   /* sends something away */
    WEB_KINDS
};

struct webscript {
    int count[WEB_KINDS];
    const char *first[WEB_KINDS];
    const char *download; /* name that the file is saved under, "" = none */
    size_t plain;         /* bytes without the long constants */
    size_t constants;     /* bytes in them */
    bool over;            /* more of them than are decoded */
};

/* Gets each constant that holds something: of a known type, or long. */
typedef void webscript_take(void *ctx, const unsigned char *p, size_t n);

void webscript_read(struct arena *a, struct webscript *w, const char *text, size_t n,
                    webscript_take *take, void *ctx);
/* %XX, %uXXXX, \xXX and \uXXXX as bytes. */
unsigned char *webscript_unescape(struct arena *a, const unsigned char *p, size_t n, size_t *out);
const char *webscript_words(struct arena *a, const struct webscript *w);

#endif
