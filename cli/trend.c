/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/trend.h"

#include <glib.h>
#include <string.h>

enum {
	HEIGHTS = 8,
};

/* What stands for null comes last. */
static const char *const blocks[] = {
	"\u2581",
	"\u2582",
	"\u2583",
	"\u2584",
	"\u2585",
	"\u2586",
	"\u2587",
	"\u2588",
	"\u00b7",
};
static const char *const signs[] = {
	"_",
	".",
	":",
	"=",
	"+",
	"*",
	"%",
	"#",
	"-",
};

static size_t get_height(const char *element, double greatest)
{
	double value = g_ascii_strtod(element, NULL);

	if (strcmp(element, "null") == 0)
		return HEIGHTS;
	if (value <= 0)
		return 0;
	return 1 + (size_t)(value / greatest * (HEIGHTS - 2));
}

char *trend_write(const char *series, bool utf8)
{
	const char *const *drawn = utf8 ? blocks : signs;
	g_auto(GStrv) elements = NULL;
	g_autofree char *bare = g_strdup(series);
	GString *out = g_string_new(NULL);
	double greatest = 0;

	g_strdelimit(bare, "[]", ' ');
	elements = g_strsplit(g_strstrip(bare), ",", -1);
	for (size_t i = 0; elements[i] != NULL; i++) {
		g_strstrip(elements[i]);
		greatest = MAX(greatest, g_ascii_strtod(elements[i], NULL));
	}
	for (size_t i = 0; elements[i] != NULL; i++)
		g_string_append(out, drawn[get_height(elements[i], greatest)]);
	return g_string_free(out, FALSE);
}
