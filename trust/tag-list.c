/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/tag-list.h"

#include <stdbool.h>
#include <string.h>

static bool is_tag_name(const char *name)
{
	size_t length = 0;

	while (g_ascii_isalnum(name[length]) || name[length] == '_')
		length++;
	return length > 0 && name[length] == '\0';
}

/* "name=value" into the table; a tag must not come twice. */
static bool add_tag(GHashTable *tags, const char *tag)
{
	const char *sign = strchr(tag, '=');
	g_autofree char *name = NULL;

	if (sign == NULL)
		return false;
	name = g_strstrip(g_strndup(tag, (size_t)(sign - tag)));
	if (!is_tag_name(name) || g_hash_table_contains(tags, name))
		return false;
	g_hash_table_insert(
		tags, g_steal_pointer(&name), g_strstrip(g_strdup(sign + 1)));
	return true;
}

GHashTable *tag_list_parse(const char *text)
{
	g_autoptr(GHashTable) tags =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	g_auto(GStrv) list = g_strsplit(text, ";", -1);

	for (size_t i = 0; list[i] != NULL; i++) {
		bool is_last = list[i + 1] == NULL;

		if (is_last && *g_strstrip(list[i]) == '\0')
			break;
		if (!add_tag(tags, list[i]))
			return NULL;
	}
	return g_steal_pointer(&tags);
}
