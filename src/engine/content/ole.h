/* What the parts of look_ole share: ole_excel.c, ole_office.c, ole_crypt.c. */
#ifndef SEKISHO_OLE_H
#define SEKISHO_OLE_H

#include <stdbool.h>
#include <stddef.h>

#include "cfb.h"
#include "program_risk.h"

struct arena;
struct content;
struct content_file;

struct ole {
    struct content *c;
    const struct content_file *f;
    struct arena *a;
    struct cfb cfb;
    struct risk risk;
    int modules; /* with source */
    bool code;   /* at least one procedure */
    /* Excel */
    bool macro_sheet, hidden_sheet, auto_open;
    const unsigned char *workbook; /* decrypted, NULL = as it is in the file */
    size_t workbook_len;
    const char *function; /* of a macro sheet that reaches outside, NULL = none */
};

/* A file that was put into a document: what is behind the length of Ole10Native, or in an OLE 1 "Package". */
void ole_native(struct content *c, const struct content_file *f, const unsigned char *p, size_t n);
/* Excel's records: macro sheets, their start, links that start programs. */
void ole_workbook(struct ole *o, const unsigned char *p, size_t n);
void ole_judge_workbook(struct ole *o);
/* Word's fields: DDE and DDEAUTO. */
void ole_fields(struct ole *o, const unsigned char *p, size_t n);
/* PowerPoint's records: packed objects. */
void ole_slides(struct ole *o, const unsigned char *p, size_t n);
/* Outlook's messages: text and attachments. */
void ole_outlook(struct ole *o);
/* Encrypted in one of Office's ways: opened and handed on as a member, or reported. false: it is not. */
bool ole_encrypted(struct ole *o);
#define OLE_COMMANDS 200 /* of a file that are looked at; each has a score */
/* A command behind DDE: what it is worth. */
void ole_dde(struct content *c, const struct content_file *f, const char *command);

#endif
