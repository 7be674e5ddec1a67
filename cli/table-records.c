/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/table.h"

enum {
	GAP = 2,
};

static size_t get_indent(const StoreTable *table)
{
	size_t widest = 0;

	for (size_t c = 0; c < table->column_count; c++)
		widest = MAX(widest, text_get_width(table->columns[c].name));
	return widest + GAP;
}

static void append_record(GString *out, const StoreTable *table, size_t row,
	const TextStyle *style)
{
	size_t indent = get_indent(table);

	for (size_t c = 0; c < table->column_count; c++) {
		const char *cell = table->cells[row * table->column_count + c];
		g_autofree char *name =
			text_escape(table->columns[c].name, style->utf8);
		g_autofree char *text = NULL;

		if (cell == NULL || *cell == '\0')
			continue;
		text = text_escape(cell, style->utf8);
		g_string_append_printf(
			out, "%-*s", (int)indent, g_strdelimit(name, "_", ' '));
		text_append_wrapped(out, text, indent, style->width);
	}
}

char *table_write_records(const StoreTable *table, const TextStyle *style)
{
	GString *out = g_string_new(NULL);

	for (size_t row = 0; row < table->row_count; row++) {
		g_string_append(out, row > 0 ? "\n" : "");
		append_record(out, table, row, style);
	}
	return g_string_free(out, FALSE);
}
