/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/table.h"

#include <stdint.h>
#include <string.h>

#include "cli/trend.h"

enum {
	/* Columns are not shortened below this. */
	MIN_COLUMN = 8,
	GAP = 2,
};

static const char *get_cell(const StoreTable *table, size_t row, size_t column)
{
	return table->cells[row * table->column_count + column];
}

/* PostgreSQL writes t and f. */
static bool is_true(const char *cell)
{
	return *cell == 't';
}

static char *make_heading(const StoreColumn *column, bool utf8)
{
	char *text = text_escape(column->name, utf8);

	return g_strdelimit(text, "_", ' ');
}

static char *make_text(const StoreColumn *column, const char *cell, bool utf8)
{
	if (cell == NULL)
		return g_strdup(utf8 ? "\u2013" : "-");
	if (column->type == STORE_COLUMN_BOOLEAN)
		return g_strdup(is_true(cell) ? "yes" : "no");
	if (column->type == STORE_COLUMN_SERIES)
		return trend_write(cell, utf8);
	return text_escape(cell, utf8);
}

/* The lines of the table, heading first, as rows of texts for people. */
static GPtrArray *make_texts(const StoreTable *table, bool utf8)
{
	GPtrArray *texts = g_ptr_array_new_with_free_func(g_free);

	for (size_t c = 0; c < table->column_count; c++)
		g_ptr_array_add(texts, make_heading(&table->columns[c], utf8));
	for (size_t i = 0; i < table->row_count * table->column_count; i++) {
		const StoreColumn *column =
			&table->columns[i % table->column_count];

		g_ptr_array_add(
			texts, make_text(column, table->cells[i], utf8));
	}
	return texts;
}

/* The caller unrefs the array, of size_t. */
static GArray *measure(const GPtrArray *texts, size_t columns)
{
	GArray *widths = g_array_new(FALSE, TRUE, sizeof(size_t));

	g_array_set_size(widths, (unsigned)columns);
	for (size_t i = 0; i < texts->len; i++) {
		size_t width = text_get_width(g_ptr_array_index(texts, i));
		size_t *widest = &g_array_index(widths, size_t, i % columns);

		*widest = MAX(*widest, width);
	}
	return widths;
}

/* The widest column that may be made narrower, or `column_count`. */
static size_t find_shrinkable(const StoreTable *table, const size_t *widths)
{
	size_t widest = table->column_count;

	for (size_t c = 0; c < table->column_count; c++) {
		if (table->columns[c].type != STORE_COLUMN_TEXT ||
			widths[c] <= MIN_COLUMN)
			continue;
		if (widest == table->column_count || widths[c] > widths[widest])
			widest = c;
	}
	return widest;
}

static void shrink(const StoreTable *table, size_t *widths, size_t room)
{
	size_t total = 0;

	for (size_t c = 0; c < table->column_count; c++) {
		if (table->columns[c].type == STORE_COLUMN_TEXT)
			widths[c] = MIN(widths[c], room);
		total += widths[c] + (c > 0 ? GAP : 0);
	}
	for (; total > room; total--) {
		size_t widest = find_shrinkable(table, widths);

		if (widest == table->column_count)
			return;
		widths[widest]--;
	}
}

static void append_padding(GString *out, size_t columns)
{
	g_string_append_printf(out, "%*s", (int)columns, "");
}

static void append_aligned(
	GString *out, const char *text, size_t width, bool right, bool last)
{
	size_t used = text_get_width(text);
	size_t padding = width > used ? width - used : 0;

	if (right)
		append_padding(out, padding);
	g_string_append(out, text);
	if (!right && !last)
		append_padding(out, padding);
}

static void append_line(GString *out, const StoreTable *table, void **texts,
	const size_t *widths, bool utf8)
{
	for (size_t c = 0; c < table->column_count; c++) {
		bool right = table->columns[c].type == STORE_COLUMN_NUMBER;
		bool last = c + 1 == table->column_count;
		g_autofree char *text = text_shorten(texts[c], widths[c], utf8);

		append_aligned(out, text, widths[c], right, last);
		if (!last)
			append_padding(out, GAP);
	}
	g_string_append_c(out, '\n');
}

char *table_write_text(const StoreTable *table, const TextStyle *style)
{
	g_autoptr(GPtrArray) texts = make_texts(table, style->utf8);
	g_autoptr(GArray) array = measure(texts, table->column_count);
	size_t *widths = &g_array_index(array, size_t, 0);
	GString *out = g_string_new(NULL);
	GString *heading = g_string_new(NULL);

	if (style->terminal)
		shrink(table, widths, style->width);
	append_line(heading, table, texts->pdata, widths, style->utf8);
	g_string_truncate(heading, heading->len - 1);
	text_append_coloured(out, style, TEXT_BOLD, heading->str);
	g_string_append_c(out, '\n');
	g_string_free(heading, TRUE);
	for (size_t row = 1; row <= table->row_count; row++) {
		append_line(out, table,
			texts->pdata + row * table->column_count, widths,
			style->utf8);
	}
	return g_string_free(out, FALSE);
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

static void append_csv_text(GString *out, const char *cell)
{
	g_autofree char *escaped = text_escape(cell, true);
	g_autofree char *text = NULL;
	bool formula = *cell != '\0' && strchr("=+-@", *cell) != NULL;

	text = g_strconcat(formula ? "'" : "", escaped, NULL);
	if (strpbrk(text, ",\"") != NULL)
		append_quoted(out, text);
	else
		g_string_append(out, text);
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
