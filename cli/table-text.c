/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "cli/table.h"
#include "cli/trend.h"

enum {
	/* A text is not shortened below this while there is another way. */
	MIN_COLUMN = 20,
	/* Where a row takes several lines. */
	MAX_COLUMN = 40,
	GAP = 2,
	INDENT = 2,
};

/* `texts` are rows of `table->column_count`: first the heading. */
typedef struct {
	const StoreTable *table;
	GPtrArray *texts;
	size_t heading_rows;
	size_t *widths;
	size_t gap;
	/* The columns of the terminal where rows are broken, or 0. */
	size_t room;
} Layout;

/* What is tried before a row is broken into lines, the most readable first:
 * a heading with one word of a name below the other is narrower. */
static const struct {
	bool stacked;
	size_t gap;
	bool shortened;
} attempts[] = {
	{false, 2, false},
	{true, 2, false},
	{true, 1, true},
};

static void layout_free(Layout *layout)
{
	g_ptr_array_unref(layout->texts);
	g_free(layout->widths);
	g_free(layout);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC(Layout, layout_free)

static char *make_text(const StoreColumn *column, const char *cell, bool utf8)
{
	if (cell == NULL)
		return g_strdup(utf8 ? "\u2013" : "-");
	if (column->type == STORE_COLUMN_BOOLEAN)
		return g_strdup(*cell == 't' ? "yes" : "no");
	if (column->type == STORE_COLUMN_SERIES)
		return trend_write(cell, utf8);
	return text_escape(cell, utf8);
}

static size_t count_words(const StoreTable *table)
{
	size_t most = 1;

	for (size_t c = 0; c < table->column_count; c++) {
		g_auto(GStrv) words =
			g_strsplit(table->columns[c].name, "_", -1);

		most = MAX(most, g_strv_length(words));
	}
	return most;
}

/* The last words stand in the lowest of `rows`. */
static void append_words(GPtrArray *texts, const StoreTable *table, size_t row,
	size_t rows, bool utf8)
{
	for (size_t c = 0; c < table->column_count; c++) {
		g_auto(GStrv) words =
			g_strsplit(table->columns[c].name, "_", -1);
		size_t blank = rows - g_strv_length(words);
		const char *word = row < blank ? "" : words[row - blank];

		g_ptr_array_add(texts, text_escape(word, utf8));
	}
}

static void append_names(GPtrArray *texts, const StoreTable *table, bool utf8)
{
	for (size_t c = 0; c < table->column_count; c++) {
		char *name = text_escape(table->columns[c].name, utf8);

		g_ptr_array_add(texts, g_strdelimit(name, "_", ' '));
	}
}

static void measure(Layout *layout)
{
	size_t columns = layout->table->column_count;

	layout->widths = g_new0(size_t, columns);
	for (size_t i = 0; i < layout->texts->len; i++) {
		size_t width = text_get_width(layout->texts->pdata[i]);
		size_t *widest = &layout->widths[i % columns];

		*widest = MAX(*widest, width);
	}
}

static Layout *layout_new(
	const StoreTable *table, bool stacked, size_t gap, bool utf8)
{
	Layout *layout = g_new0(Layout, 1);

	layout->table = table;
	layout->texts = g_ptr_array_new_with_free_func(g_free);
	layout->heading_rows = stacked ? count_words(table) : 1;
	layout->gap = gap;
	for (size_t row = 0; stacked && row < layout->heading_rows; row++)
		append_words(
			layout->texts, table, row, layout->heading_rows, utf8);
	if (!stacked)
		append_names(layout->texts, table, utf8);
	for (size_t i = 0; i < table->row_count * table->column_count; i++) {
		const StoreColumn *column =
			&table->columns[i % table->column_count];

		g_ptr_array_add(layout->texts,
			make_text(column, table->cells[i], utf8));
	}
	measure(layout);
	return layout;
}

static size_t get_total(const Layout *layout)
{
	size_t total = 0;

	for (size_t c = 0; c < layout->table->column_count; c++)
		total += layout->widths[c] + (c > 0 ? layout->gap : 0);
	return total;
}

static void bound_texts(Layout *layout, size_t most)
{
	for (size_t c = 0; c < layout->table->column_count; c++) {
		if (layout->table->columns[c].type == STORE_COLUMN_TEXT)
			layout->widths[c] = MIN(layout->widths[c], most);
	}
}

/* The widest column that may be made narrower, or NULL. */
static size_t *find_shrinkable(const Layout *layout)
{
	size_t *widest = NULL;

	for (size_t c = 0; c < layout->table->column_count; c++) {
		size_t *width = &layout->widths[c];

		if (layout->table->columns[c].type != STORE_COLUMN_TEXT ||
			*width <= MIN_COLUMN)
			continue;
		if (widest == NULL || *width > *widest)
			widest = width;
	}
	return widest;
}

static void shorten(Layout *layout, size_t room)
{
	size_t *widest;

	bound_texts(layout, MAX(room, MIN_COLUMN));
	while (get_total(layout) > room &&
		(widest = find_shrinkable(layout)) != NULL)
		*widest -= 1;
}

static Layout *choose_layout(const StoreTable *table, const TextStyle *style)
{
	Layout *layout;

	for (size_t i = 0; i < G_N_ELEMENTS(attempts); i++) {
		layout = layout_new(table, attempts[i].stacked, attempts[i].gap,
			style->utf8);
		if (!style->terminal)
			return layout;
		if (attempts[i].shortened)
			shorten(layout, style->width);
		if (get_total(layout) <= style->width)
			return layout;
		layout_free(layout);
	}
	layout = layout_new(table, false, GAP, style->utf8);
	layout->room = style->width;
	bound_texts(layout, MIN(style->width - INDENT, MAX_COLUMN));
	return layout;
}

static void append_padding(GString *out, size_t columns)
{
	g_string_append_printf(out, "%*s", (int)columns, "");
}

static void end_line(GString *out)
{
	size_t length = out->len;

	while (length > 0 && out->str[length - 1] == ' ')
		length--;
	g_string_truncate(out, length);
	g_string_append_c(out, '\n');
}

static const struct {
	const char *severity;
	TextColour colour;
} severities[] = {
	{"critical", TEXT_RED},
	{"warning", TEXT_YELLOW},
};

static void append_text(GString *out, const StoreColumn *column,
	const char *text, const TextStyle *style)
{
	bool is_severity = strcmp(column->name, "severity") == 0;

	for (size_t i = 0; is_severity && i < G_N_ELEMENTS(severities); i++) {
		if (strcmp(text, severities[i].severity) == 0) {
			text_append_coloured(
				out, style, severities[i].colour, text);
			return;
		}
	}
	g_string_append(out, text);
}

static void append_cell(GString *out, const Layout *layout, size_t column,
	const char *cell, const TextStyle *style)
{
	const StoreColumn *shown = &layout->table->columns[column];
	size_t width = layout->widths[column];
	g_autofree char *text = text_shorten(cell, width, style->utf8);
	size_t used = text_get_width(text);
	size_t padding = width > used ? width - used : 0;
	bool right = shown->type == STORE_COLUMN_NUMBER;

	append_padding(out, right ? padding : 0);
	append_text(out, shown, text, style);
	append_padding(out, right ? 0 : padding);
}

static void append_row(
	GString *out, const Layout *layout, size_t row, const TextStyle *style)
{
	size_t columns = layout->table->column_count;
	size_t used = 0;

	for (size_t c = 0; c < columns; c++) {
		size_t width = layout->widths[c];

		if (c > 0 && layout->room > 0 &&
			used + layout->gap + width > layout->room) {
			end_line(out);
			append_padding(out, INDENT);
			used = INDENT;
		} else if (c > 0) {
			append_padding(out, layout->gap);
			used += layout->gap;
		}
		append_cell(out, layout, c,
			layout->texts->pdata[row * columns + c], style);
		used += width;
	}
	end_line(out);
}

char *table_write_text(const StoreTable *table, const TextStyle *style)
{
	g_autoptr(Layout) layout = choose_layout(table, style);
	GString *out = g_string_new(NULL);
	GString *heading = g_string_new(NULL);
	size_t row = 0;

	while (row < layout->heading_rows)
		append_row(heading, layout, row++, style);
	g_string_truncate(heading, heading->len - 1);
	text_append_coloured(out, style, TEXT_BOLD, heading->str);
	g_string_append_c(out, '\n');
	g_string_free(heading, TRUE);
	while (row < layout->heading_rows + table->row_count)
		append_row(out, layout, row++, style);
	return g_string_free(out, FALSE);
}
