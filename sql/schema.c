/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/schema.h"

#include <gio/gio.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sql/schema-resource.h"

#define ROOT "/tlsrpt/"

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool begins_with_digit(const char *name)
{
	return g_ascii_isdigit(*name);
}

static bool is_dashboard_query(const char *name)
{
	return g_str_has_prefix(name, "dashboard-");
}

/* The files of a directory with such names. */
static char **list(const char *directory, bool (*is_one)(const char *name))
{
	g_autofree char *path = g_strconcat(ROOT, directory, NULL);
	g_auto(GStrv) children =
		g_resource_enumerate_children(schema_get_resource(), path,
			G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
	GPtrArray *names = g_ptr_array_new();

	for (size_t i = 0; children != NULL && children[i] != NULL; i++) {
		if (is_one(children[i]))
			g_ptr_array_add(names,
				g_strconcat(directory, "/", children[i], NULL));
	}
	qsort(names->pdata, names->len, sizeof(char *), compare_names);
	g_ptr_array_add(names, NULL);
	return (char **)g_ptr_array_free(names, FALSE);
}

char **schema_list_once(void)
{
	return list("schema", begins_with_digit);
}

char **schema_list_now(void)
{
	return list("schema/now", begins_with_digit);
}

char **schema_list_dashboard(void)
{
	return list("query", is_dashboard_query);
}

char *schema_get_digest(void)
{
	g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
	g_auto(GStrv) files = schema_list_now();

	for (size_t i = 0; files[i] != NULL; i++)
		g_checksum_update(checksum,
			(const guchar *)schema_get_text(files[i]), -1);
	return g_strdup(g_checksum_get_string(checksum));
}

int schema_get_version(void)
{
	g_auto(GStrv) files = schema_list_once();

	return (int)g_strv_length(files);
}

const char *schema_get_text(const char *name)
{
	g_autofree char *path = g_strconcat(ROOT, name, NULL);
	g_autoptr(GBytes) text = g_resource_lookup_data(schema_get_resource(),
		path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);

	if (text == NULL)
		g_error("there is no file %s", name);
	/* It stays in the program, and ends with a NUL that is not counted. */
	return g_bytes_get_data(text, NULL);
}
