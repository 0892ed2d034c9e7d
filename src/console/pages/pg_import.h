/* Pages that add a file's entries to a list (import.html.t): what all of them do. Reading the file, and what is said of its
 * lines, is each page's own. */
#ifndef SEKISHO_PG_IMPORT_H
#define SEKISHO_PG_IMPORT_H

#include <stdint.h>

#include "../../store/store.h"
#include "../ui.h"
#include "../web_req.h"

/* The file that was sent, n bytes; NULL: none, or an empty one, and the form has the error why (a msgid). */
const char *pg_import_file(struct web_req *r, size_t *n, const char *why);
/* One more line that cannot be taken; the first 100 are shown. text: as it was typed. why: in the reader's language. */
void pg_import_bad(struct web_req *r, struct ui_import_lines *bad, int line, const char *text,
                   const char *why);
/* The page; 422 when what was sent has an error. */
int pg_import_page(struct web_req *r, const struct ui_import *v);

/* Entries that were added: how many, and where the import is undone. */
struct pg_imported {
    int64_t added;
    const char *undo, *import_id;
};
/* Back to the list, with what was done. rc: of the store function; "too_many" is told, other failures are -1. */
int pg_import_done(struct web_req *r, int rc, const char *list, const struct pg_imported *what);

/* Fields of a form that undoes an import: "id" and "back". */
#define PG_IMPORT_UNDO_FIELDS \
    {"id", FIELD_UUID, 0, true, NULL}, {"back", FIELD_TEXT, REPLY_PATH_MAX, false, NULL}, FIELDS_END
typedef int pg_import_undo_store(struct db *db, const struct scope *sc, struct arena *a,
                                 const struct store_actor *by, const char *org,
                                 const char *import_id, int64_t *removed, struct err *e);
/* list: where it goes back to when the form does not say. */
int pg_import_undo(struct web_req *r, const char *list, pg_import_undo_store *undo);

#endif
