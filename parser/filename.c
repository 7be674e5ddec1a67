/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/filename.h"

#include <glib.h>
#include <string.h>

#include "parser/address.h"

enum {
	FIELD_POLICY_DOMAIN = 1,
	FIELD_BEGIN,
	FIELD_END,
	FIELDS_MIN,
};

static bool ends_with(const char *name, const char *const *endings)
{
	size_t length = strlen(name);

	for (; *endings != NULL; endings++) {
		size_t size = strlen(*endings);

		if (length >= size &&
			g_ascii_strcasecmp(name + length - size, *endings) == 0)
			return true;
	}
	return false;
}

bool filename_is_report(const char *name)
{
	static const char *const endings[] = {".json", ".json.gz", NULL};

	return ends_with(name, endings);
}

bool filename_is_archive(const char *name)
{
	static const char *const endings[] = {".gz", ".zip", NULL};

	return ends_with(name, endings);
}

static bool is_number(const char *text)
{
	return *text != '\0' && text[strspn(text, "0123456789")] == '\0';
}

/* The fields of a name that follows the grammar, else NULL. */
static char **split(const char *name)
{
	g_auto(GStrv) fields = g_strsplit(name, "!", FIELDS_MIN + 1);
	char *end;

	if (g_strv_length(fields) < FIELDS_MIN)
		return NULL;
	end = fields[FIELD_END];
	end[strcspn(end, ".")] = '\0';
	if (!is_number(fields[FIELD_BEGIN]) || !is_number(end))
		return NULL;
	return g_steal_pointer(&fields);
}

char *filename_get_policy_domain(const char *name)
{
	g_auto(GStrv) fields = split(name);

	if (fields == NULL)
		return NULL;
	return address_canonical_domain(fields[FIELD_POLICY_DOMAIN]);
}

int64_t filename_get_begin(const char *name)
{
	g_auto(GStrv) fields = split(name);

	if (fields == NULL)
		return -1;
	return g_ascii_strtoll(fields[FIELD_BEGIN], NULL, 10);
}
