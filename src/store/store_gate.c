#include "store_gate.h"

int
store_rate_note(struct db *db, struct arena *a, const char *counts, struct db_rows *r,
                struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_RATE_NOTE, r, e, P_TEXT(counts));
}

int
store_rate_open(struct db *db, struct arena *a, struct db_rows *r, struct err *e)
{
    return db_query(db, NULL, a, STMT_RATE_OPEN, NULL, 0, r, e);
}

int
store_source_note(struct db *db, struct arena *a, const char *seen, struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_SOURCE_NOTE, NULL, e, P_TEXT(seen));
}

int
store_source_changed(struct db *db, struct arena *a, int64_t since, struct db_rows *r,
                     struct err *e)
{
    return DB_QUERY(db, NULL, a, STMT_SOURCE_CHANGED, r, e, p_int(a, since));
}
