/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/advise/output.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "cli/advise/advice.h"

enum {
	INDENT = 4,
	/* Of a domain, beyond which its line is moved. */
	WIDTH_MAX = 40,
};

static const struct {
	const char *verdict;
	TextColour colour;
} colours[] = {
	{"hold-back", TEXT_RED},
	{"enforce-now", TEXT_GREEN},
	{"raise-max-age", TEXT_GREEN},
	{"keep-testing", TEXT_YELLOW},
	{"publish", TEXT_YELLOW},
	{"fine", TEXT_GREEN},
};

static char *write_domain(const Advice *advice, const TextStyle *style)
{
	return text_escape(advice_get(advice, "policy_domain"), style->utf8);
}

static char *write_mode(const Advice *advice)
{
	const char *mode = advice_get(advice, "sts_mode");
	bool dane = *advice_get(advice, "dane") == 't';

	if (mode == NULL && strcmp(advice->verdict, "keep-testing") == 0)
		mode = "unknown";
	if (mode == NULL)
		return g_strdup(dane ? "DANE" : "none");
	return g_strconcat(mode, dane ? ", DANE" : "", NULL);
}

static void append_row(GString *out, size_t width, const char *domain,
	const char *const *cells)
{
	size_t taken = text_get_width(domain);

	g_string_append(out, domain);
	g_string_append_printf(out, "%*s  %-13s  %4s  %9s  %8s  ",
		taken < width ? (int)(width - taken) : 0, "", cells[0],
		cells[1], cells[2], cells[3]);
}

static void append_verdict(
	GString *out, const char *verdict, const TextStyle *style)
{
	for (size_t i = 0; i < G_N_ELEMENTS(colours); i++) {
		if (strcmp(colours[i].verdict, verdict) == 0)
			text_append_coloured(
				out, style, colours[i].colour, verdict);
	}
	g_string_append_c(out, '\n');
}

static void append_advice(GString *out, const Advice *advice, size_t width,
	const TextStyle *style)
{
	g_autofree char *domain = write_domain(advice, style);
	g_autofree char *mode = write_mode(advice);
	g_autofree char *words = advice_write(advice);
	g_autofree char *escaped = text_escape(words, style->utf8);
	const char *const cells[] = {mode, advice_get(advice, "days"),
		advice_get(advice, "reporters"),
		advice_get(advice, "failed_sessions")};

	append_row(out, width, domain, cells);
	append_verdict(out, advice->verdict, style);
	g_string_append_printf(out, "%*s", INDENT, "");
	text_append_wrapped(out, escaped, INDENT, style->width);
}

static size_t get_width(const GPtrArray *advices, const TextStyle *style)
{
	size_t width = strlen("domain");

	for (guint i = 0; i < advices->len; i++) {
		g_autofree char *domain =
			write_domain(advices->pdata[i], style);

		width = MAX(width, MIN(text_get_width(domain), WIDTH_MAX));
	}
	return width;
}

char *advise_output_text(const GPtrArray *advices, const TextStyle *style)
{
	static const char *const heads[] = {
		"mode", "days", "reporters", "failures"};
	GString *out = g_string_new(NULL);
	size_t width = get_width(advices, style);

	append_row(out, width, "domain", heads);
	g_string_append(out, "verdict\n");
	for (guint i = 0; i < advices->len; i++)
		append_advice(out, advices->pdata[i], width, style);
	return g_string_free(out, FALSE);
}

static json_t *make_list(const char *list)
{
	g_auto(GStrv) words = g_strsplit(list, "\n", -1);
	json_t *array = json_array();

	for (char **word = words; *word != NULL; word++)
		json_array_append_new(array, json_string(*word));
	return array;
}

static json_t *make_reasons(const Advice *advice)
{
	json_t *array = json_array();

	for (guint i = 0; i < advice->reasons->len; i++)
		json_array_append_new(
			array, json_string(advice->reasons->pdata[i]));
	return array;
}

static json_t *make_cell(StoreColumnType type, const char *cell)
{
	if (cell == NULL)
		return json_null();
	if (type == STORE_COLUMN_NUMBER)
		return json_integer(g_ascii_strtoll(cell, NULL, 10));
	if (type == STORE_COLUMN_BOOLEAN)
		return json_boolean(*cell == 't');
	return json_string(cell);
}

static json_t *make_object(const Advice *advice)
{
	static const char *const lists[] = {
		"result_types", "receiving_mx_hostnames"};
	const StoreTable *table = advice->table;
	g_autofree char *words = advice_write(advice);
	json_t *object = json_object();

	for (size_t i = 0; i < table->column_count; i++)
		json_object_set_new(object, table->columns[i].name,
			make_cell(table->columns[i].type,
				advice_get(advice, table->columns[i].name)));
	for (size_t i = 0; i < G_N_ELEMENTS(lists); i++)
		json_object_set_new(object, lists[i],
			make_list(advice_get(advice, lists[i])));
	json_object_set_new(object, "verdict", json_string(advice->verdict));
	json_object_set_new(object, "reasons", make_reasons(advice));
	json_object_set_new(object, "looked", json_boolean(advice->looked));
	json_object_set_new(object, "not_looked",
		advice->unseen != NULL ? json_string(advice->unseen)
				       : json_null());
	json_object_set_new(object, "advice", json_string(words));
	return object;
}

char *advise_output_json(const GPtrArray *advices)
{
	json_t *array = json_array();
	g_autofree char *copy = NULL;
	char *text;

	for (guint i = 0; i < advices->len; i++)
		json_array_append_new(array, make_object(advices->pdata[i]));
	text = json_dumps(array, JSON_INDENT(1) | JSON_ENSURE_ASCII);
	copy = g_strconcat(text, "\n", NULL);
	free(text);
	json_decref(array);
	return g_steal_pointer(&copy);
}
