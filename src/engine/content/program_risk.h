/*
 * What a program text wants to do, by the names that it uses: macros of documents, script files, scripts in
 * HTML. Only words are looked at: what is written in another way is not understood here.
 */
#ifndef SEKISHO_PROGRAM_RISK_H
#define SEKISHO_PROGRAM_RISK_H

#include <stdbool.h>
#include <stddef.h>

struct arena;

enum risk_kind {
    RISK_AUTO,    /* runs by itself when the document is opened */
    RISK_RUN,     /* starts programs */
    RISK_FETCH,   /* gets something from the network */
    RISK_WRITE,   /* writes files */
    RISK_HIDE,    /* puts its text together at run time */
    RISK_PERSIST, /* stays: start-up folders, registry, tasks */
    RISK_KINDS
};

struct risk {
    int count[RISK_KINDS];
    const char *first[RISK_KINDS]; /* the word, NULL: none */
};

/* Words of VBA, VBScript, JScript, PowerShell and batch files in n bytes of text. */
void risk_read(struct risk *r, const void *text, size_t n);
/* The same for JavaScript as it is in pages and on servers, without words that are everyday ones there: ".exec(" of
 * patterns, XMLHttpRequest, fromCharCode. */
void risk_read_web(struct risk *r, const void *text, size_t n);
/* Adds what another text has. */
void risk_add(struct risk *to, const struct risk *from);
/* The words found, at most one of each kind: "AutoOpen, Shell, URLDownloadToFile". */
const char *risk_words(struct arena *a, const struct risk *r);
/* It gets or carries something and starts it. */
bool risk_drops(const struct risk *r);

#endif
