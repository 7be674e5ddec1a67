/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_TABLE_H
#define CLI_TABLE_H

/* Writes a table for people, for programs and for spreadsheets. The caller
 * frees what is returned; every line of it is ended. */

#include <stdbool.h>
#include <stddef.h>

#include "cli/text.h"
#include "sql/store-table.h"

typedef enum {
	TABLE_FORMAT_TEXT,
	TABLE_FORMAT_JSON,
	TABLE_FORMAT_CSV,
} TableFormat;

/* Makes a table ready for people: columns have the short names that they read,
 * and those that say nothing in any row are left out where they say something
 * in few tables. */
void table_tidy(StoreTable *table);

/* Aligned columns below a heading: numbers to the right, booleans as yes and
 * no, series drawn, severities coloured, underscores of the names as blanks.
 * Where a row does not fit into a line of a terminal, first the words of a name
 * stand below each other, then the widest texts are shortened a little, and
 * where that does not do, rows are broken into lines with whole columns. */
char *table_write_text(const StoreTable *table, const TextStyle *style);

/* The same rows, each as lines of a name and what it says, wrapped and never
 * shortened. Cells that say nothing are left out. */
char *table_write_records(const StoreTable *table, const TextStyle *style);

/* An array with an object for each row: numbers, booleans and null are those
 * of JSON. */
char *table_write_json(const StoreTable *table);

/* RFC 4180 with a header line. Control characters are escaped, so that a
 * record is always one line, and a text that a spreadsheet would take for a
 * formula begins with an apostrophe. Elements of a series are separated by
 * semicolons. */
char *table_write_csv(const StoreTable *table);

/* Any of the three. */
char *table_write(
	const StoreTable *table, TableFormat format, const TextStyle *style);

#endif
