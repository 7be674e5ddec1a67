/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/report-file.h"

#include <string.h>

size_t report_file_get_size(const ParseLimits *limits)
{
	return MAX(limits->message_size, limits->report_size);
}

ParsedMessage *report_file_parse_content(GBytes *content, const char *path,
	const ParseLimits *limits, int64_t received, GError **error)
{
	g_autofree char *name = g_path_get_basename(path);
	ParseLimits file_limits = *limits;
	gsize size;
	const uint8_t *data = g_bytes_get_data(content, &size);

	file_limits.message_size = report_file_get_size(limits);
	return parser_parse_file(
		data, size, name, &file_limits, received, error);
}

char *report_file_name_part(
	const char *path, const char *name, const ParsedPart *part)
{
	g_autofree char *base = g_path_get_basename(path);
	size_t length = strlen(base);

	if (strcmp(part->name, base) == 0)
		return g_strdup(name);
	if (g_str_has_prefix(part->name, base) && part->name[length] == ':')
		return g_strconcat(name, part->name + length, NULL);
	if (g_str_has_prefix(part->name, "part "))
		return g_strdup_printf("%s: %s", name, part->name);
	return g_strdup_printf("%s: part %s", name, part->name);
}
