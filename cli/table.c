/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/table.h"

#include <stdint.h>
#include <string.h>

static const char *get_cell(const StoreTable *table, size_t row, size_t column)
{
	return table->cells[row * table->column_count + column];
}

/* PostgreSQL writes t and f. */
static bool is_true(const char *cell)
{
	return *cell == 't';
}

/* What is invisible is escaped, too: the JSON may go to a terminal. */
static void append_json_char(GString *out, gunichar c)
{
	if (c == '"' || c == '\\')
		g_string_append_printf(out, "\\%c", (char)c);
	else if (g_unichar_isprint(c))
		g_string_append_unichar(out, c);
	else if (c <= 0xffff)
		g_string_append_printf(out, "\\u%04x", c);
	else
		g_string_append_printf(out, "\\u%04x\\u%04x",
			0xd800 + ((c - 0x10000) >> 10),
			0xdc00 + ((c - 0x10000) & 0x3ff));
}

static void append_json_string(GString *out, const char *text)
{
	g_autofree char *valid = g_utf8_make_valid(text, -1);

	g_string_append_c(out, '"');
	for (const char *next = valid; *next != '\0';
		next += g_utf8_skip[(uint8_t)*next])
		append_json_char(out, g_utf8_get_char(next));
	g_string_append_c(out, '"');
}

/* PostgreSQL's numbers are JSON's, except NaN and Infinity. */
static bool is_json_number(const char *cell)
{
	return *cell != '\0' && strspn(cell, "0123456789+-.eE") == strlen(cell);
}

static void append_json_cell(
	GString *out, const StoreColumn *column, const char *cell)
{
	if (cell == NULL)
		g_string_append(out, "null");
	else if (column->type == STORE_COLUMN_BOOLEAN)
		g_string_append(out, is_true(cell) ? "true" : "false");
	else if (column->type == STORE_COLUMN_SERIES ||
		 (column->type == STORE_COLUMN_NUMBER && is_json_number(cell)))
		g_string_append(out, cell);
	else
		append_json_string(out, cell);
}

static void append_json_row(GString *out, const StoreTable *table, size_t row)
{
	g_string_append(out, row > 0 ? ",\n  {" : "\n  {");
	for (size_t c = 0; c < table->column_count; c++) {
		if (c > 0)
			g_string_append(out, ", ");
		append_json_string(out, table->columns[c].name);
		g_string_append(out, ": ");
		append_json_cell(
			out, &table->columns[c], get_cell(table, row, c));
	}
	g_string_append_c(out, '}');
}

char *table_write_json(const StoreTable *table)
{
	GString *out = g_string_new("[");

	for (size_t row = 0; row < table->row_count; row++)
		append_json_row(out, table, row);
	g_string_append(out, table->row_count > 0 ? "\n]\n" : "]\n");
	return g_string_free(out, FALSE);
}

static void append_quoted(GString *out, const char *text)
{
	g_string_append_c(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			g_string_append_c(out, '"');
		g_string_append_c(out, *text);
	}
	g_string_append_c(out, '"');
}

/* Some spreadsheets skip blanks, and take the full-width forms of signs for the
 * signs themselves. */
static bool is_formula(const char *text)
{
	static const gunichar signs[] = {
		'=', '+', '-', '@', 0xff1d, 0xff0b, 0xff0d, 0xff20};
	gunichar c;

	while (g_unichar_isspace(g_utf8_get_char(text)))
		text += g_utf8_skip[(uint8_t)*text];
	c = g_utf8_get_char(text);
	for (size_t i = 0; i < G_N_ELEMENTS(signs); i++) {
		if (c == signs[i])
			return true;
	}
	return false;
}

static void append_csv_text(GString *out, const char *cell)
{
	g_autofree char *escaped = text_escape(cell, true);
	g_autofree char *text = NULL;
	bool formula = is_formula(escaped) || *cell == '\t' || *cell == '\r';

	text = g_strconcat(formula ? "'" : "", escaped, NULL);
	if (strpbrk(text, ",\"") != NULL)
		append_quoted(out, text);
	else
		g_string_append(out, text);
}

/* A JSON array as its elements alone: null is nothing. */
static void append_csv_series(GString *out, const char *cell)
{
	g_auto(GStrv) elements = g_strsplit_set(cell, "[],", -1);
	const char *separator = "";

	for (size_t i = 0; elements[i] != NULL; i++) {
		const char *element = g_strstrip(elements[i]);

		if (*element == '\0')
			continue;
		g_string_append(out, separator);
		g_string_append(
			out, strcmp(element, "null") == 0 ? "" : element);
		separator = ";";
	}
}

static void append_csv_cell(
	GString *out, const StoreColumn *column, const char *cell)
{
	if (cell == NULL)
		return;
	if (column->type == STORE_COLUMN_BOOLEAN)
		g_string_append(out, is_true(cell) ? "true" : "false");
	else if (column->type == STORE_COLUMN_NUMBER)
		g_string_append(out, cell);
	else if (column->type == STORE_COLUMN_SERIES)
		append_csv_series(out, cell);
	else
		append_csv_text(out, cell);
}

char *table_write_csv(const StoreTable *table)
{
	GString *out = g_string_new(NULL);

	for (size_t c = 0; c < table->column_count; c++) {
		g_string_append(out, c > 0 ? "," : "");
		append_csv_text(out, table->columns[c].name);
	}
	g_string_append(out, "\r\n");
	for (size_t i = 0; i < table->row_count * table->column_count; i++) {
		size_t column = i % table->column_count;

		g_string_append(out, column > 0 ? "," : "");
		append_csv_cell(out, &table->columns[column], table->cells[i]);
		if (column + 1 == table->column_count)
			g_string_append(out, "\r\n");
	}
	return g_string_free(out, FALSE);
}

char *table_write(
	const StoreTable *table, TableFormat format, const TextStyle *style)
{
	if (format == TABLE_FORMAT_JSON)
		return table_write_json(table);
	if (format == TABLE_FORMAT_CSV)
		return table_write_csv(table);
	return table_write_text(table, style);
}
