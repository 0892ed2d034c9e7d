#include "row.h"
#include "../common/arena.h"
#include "../common/err.h"
#include "db.h"

#include <stdlib.h>
#include <string.h>

static void
clear(void *r)
{
    PQclear(r);
}

void
row_take(struct arena *a, PGresult *r, struct db_rows *out)
{
    *out = (struct db_rows){0};
    if (!r)
        return;
    out->n = PQntuples(r);
    out->columns = PQnfields(r);
    out->result = r;
    arena_defer(a, clear, r);
}

int
db_sql_error(const char *state, const char *constraint, const char *text, struct err *e)
{
    const char *code = constraint ? constraint : "database";
    if (!state || !text)
        return err_set(e, ERR_ENV, "database", "the database gave no reason");
    if (strcmp(state, "23505") == 0 || strcmp(state, "23P01") == 0 || strncmp(state, "40", 2) == 0)
        return err_set(e, ERR_CONFLICT, code, "%.200s", text);
    if (strncmp(state, "23", 2) == 0 || strncmp(state, "22", 2) == 0)
        return err_set(e, ERR_INPUT, code, "%.200s", text);
    if (strcmp(state, "42501") == 0)
        return err_set(e, ERR_DENIED, "database-rights", "%.200s", text);
    if (strncmp(state, "P0", 2) == 0)
        return err_set(e, ERR_CONFLICT, code, "%.200s", text);
    return err_set(e, ERR_ENV, "database", "%s %.200s", state, text);
}

struct db_param
p_int(struct arena *a, int64_t v)
{
    return P_TEXT(arena_printf(a, "%lld", (long long)v));
}

struct db_param
p_bool(bool v)
{
    return P_TEXT(v ? "t" : "f");
}

static void
check(const struct db_rows *r, int row, int col)
{
    if (row < 0 || row >= r->n || col < 0 || col >= r->columns)
        bug("row %d, column %d of a result with %d x %d", row, col, r->n, r->columns);
}

bool
row_null(const struct db_rows *r, int row, int col)
{
    check(r, row, col);
    return PQgetisnull(r->result, row, col);
}

const char *
row_text(const struct db_rows *r, int row, int col)
{
    check(r, row, col);
    return PQgetvalue(r->result, row, col);
}

int64_t
row_int(const struct db_rows *r, int row, int col)
{
    return strtoll(row_text(r, row, col), NULL, 10);
}

double
row_real(const struct db_rows *r, int row, int col)
{
    return strtod(row_text(r, row, col), NULL);
}

bool
row_bool(const struct db_rows *r, int row, int col)
{
    return row_text(r, row, col)[0] == 't';
}

static int
nibble(char c)
{
    return c >= 'a' ? c - 'a' + 10 : c >= 'A' ? c - 'A' + 10 : c - '0';
}

const unsigned char *
row_bytes(struct arena *a, const struct db_rows *r, int row, int col, size_t *n)
{
    const char *s = row_text(r, row, col);
    size_t len = (size_t)PQgetlength(r->result, row, col);
    if (len < 2 || s[0] != '\\' || s[1] != 'x') { /* bytea_output is hex everywhere */
        if (n)
            *n = 0;
        return (const unsigned char *)"";
    }
    unsigned char *out = arena_alloc(a, (len - 2) / 2 + 1);
    for (size_t i = 0; i < (len - 2) / 2; i++)
        out[i] = (unsigned char)(nibble(s[2 + 2 * i]) << 4 | nibble(s[3 + 2 * i]));
    if (n)
        *n = (len - 2) / 2;
    return out;
}
