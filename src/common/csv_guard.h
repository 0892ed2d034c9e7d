/*
 * Cells of CSV files that a spreadsheet would take for a formula (T-W16): they are written with an apostrophe in
 * front, which reading removes again, so that what was written reads back the same.
 */
#ifndef SEKISHO_CSV_GUARD_H
#define SEKISHO_CSV_GUARD_H

/* What is written in front of a cell: "'" or "". */
const char *csv_guard(const char *cell);
/* The cell without it. */
const char *csv_unguarded(const char *cell);

#endif
