/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/archive.h"

#include <minizip/unzip.h>
#include <stdint.h>
#include <stdio.h>

#include "parser/error.h"
#include "parser/inflate.h"

enum {
	CHUNK_SIZE = 65536,
};

/* minizip reads through stdio; the archive is in memory. The name that it
 * would open is the GBytes. */
static voidpf open_bytes(voidpf opaque, const void *name, int mode)
{
	gsize size;
	const void *data = g_bytes_get_data(opaque, &size);

	(void)name;
	(void)mode;
	return fmemopen((void *)(uintptr_t)data, size, "rb");
}

/* Whatever comes of it, what was read is taken off the budget. */
static GBytes *read_entry(
	unzFile archive, InflateBudget *budget, GError **error)
{
	g_autoptr(GByteArray) output = g_byte_array_new();
	g_autofree uint8_t *chunk = g_malloc(CHUNK_SIZE);
	int count;

	while ((count = unzReadCurrentFile(archive, chunk, CHUNK_SIZE)) > 0) {
		if ((size_t)count > budget->left) {
			budget->left = 0;
			inflate_set_too_big(error, budget);
			return NULL;
		}
		budget->left -= (size_t)count;
		g_byte_array_append(output, chunk, (guint)count);
	}
	if (count < 0 || unzCloseCurrentFile(archive) != UNZ_OK) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"the zip archive is damaged or encrypted");
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&output));
}

/* NULL without an error: this entry is something else. */
static GBytes *read_report(
	unzFile archive, InflateBudget *budget, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	gsize size;
	const uint8_t *data;

	if (unzOpenCurrentFile(archive) != UNZ_OK) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"the zip archive is damaged or encrypted");
		return NULL;
	}
	bytes = read_entry(archive, budget, error);
	if (bytes == NULL)
		return NULL;
	data = g_bytes_get_data(bytes, &size);
	if (inflate_get_kind(data, size) == INFLATE_KIND_OTHER)
		return NULL;
	return g_steal_pointer(&bytes);
}

/* Only the first error is of use. Reading goes on after a damaged file, and
 * ends where too much was read. */
static bool add_report(unzFile archive, InflateBudget *budget, GPtrArray *files,
	GError **error)
{
	g_autoptr(GError) problem = NULL;
	GBytes *bytes = read_report(archive, budget, &problem);
	bool more = !g_error_matches(
		problem, PARSER_ERROR, PARSER_ERROR_REPORT_TOO_BIG);

	if (bytes != NULL)
		g_ptr_array_add(files, bytes);
	if (problem != NULL && *error == NULL)
		g_propagate_error(error, g_steal_pointer(&problem));
	return more;
}

static void add_reports(unzFile archive, InflateBudget *budget,
	GPtrArray *files, GError **error)
{
	int status = unzGoToFirstFile(archive);
	int count = 0;

	while (status == UNZ_OK && count < ARCHIVE_FILES_MAX &&
		add_report(archive, budget, files, error)) {
		status = unzGoToNextFile(archive);
		count++;
	}
	if (*error != NULL)
		return;
	if (status == UNZ_OK)
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"only the first %d files of the zip archive are read",
			ARCHIVE_FILES_MAX);
	else if (status != UNZ_END_OF_LIST_OF_FILE)
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"the zip archive is damaged");
	else if (files->len == 0)
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"the zip archive holds no report");
}

GPtrArray *archive_read_all(GBytes *zip, InflateBudget *budget, GError **error)
{
	GPtrArray *files =
		g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
	g_autoptr(GError) problem = NULL;
	zlib_filefunc64_def functions;
	unzFile archive;

	fill_fopen64_filefunc(&functions);
	functions.zopen64_file = open_bytes;
	functions.opaque = zip;
	archive = unzOpen2_64("", &functions);
	if (archive == NULL) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"the zip archive is damaged");
		return files;
	}
	add_reports(archive, budget, files, &problem);
	unzClose(archive);
	if (problem != NULL)
		g_propagate_error(error, g_steal_pointer(&problem));
	return files;
}
