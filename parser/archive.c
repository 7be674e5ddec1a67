/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/archive.h"

#include <minizip/unzip.h>
#include <stdint.h>
#include <stdio.h>

#include "parser/error.h"
#include "parser/inflate.h"

enum {
	ENTRIES_MAX = 16,
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

static GBytes *read_entry(unzFile archive, size_t limit, GError **error)
{
	g_autoptr(GByteArray) output = g_byte_array_new();
	g_autofree uint8_t *chunk = g_malloc(CHUNK_SIZE);
	int count;

	while ((count = unzReadCurrentFile(archive, chunk, CHUNK_SIZE)) > 0) {
		if ((size_t)count > limit - output->len) {
			g_set_error(error, PARSER_ERROR,
				PARSER_ERROR_REPORT_TOO_BIG,
				"the report inflates to more than "
				"%" G_GSIZE_FORMAT " bytes (max_report_size)",
				limit);
			return NULL;
		}
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
static GBytes *read_report(unzFile archive, size_t limit, GError **error)
{
	g_autoptr(GBytes) bytes = NULL;
	gsize size;
	const uint8_t *data;

	if (unzOpenCurrentFile(archive) != UNZ_OK) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"the zip archive is damaged or encrypted");
		return NULL;
	}
	bytes = read_entry(archive, limit, error);
	if (bytes == NULL)
		return NULL;
	data = g_bytes_get_data(bytes, &size);
	if (inflate_get_kind(data, size) == INFLATE_KIND_OTHER)
		return NULL;
	return g_steal_pointer(&bytes);
}

static GBytes *find_report(unzFile archive, size_t limit, GError **error)
{
	int status = unzGoToFirstFile(archive);

	for (int i = 0; i < ENTRIES_MAX && status == UNZ_OK; i++) {
		g_autoptr(GError) problem = NULL;
		GBytes *bytes = read_report(archive, limit, &problem);

		if (bytes != NULL)
			return bytes;
		if (problem != NULL) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return NULL;
		}
		status = unzGoToNextFile(archive);
	}
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
		"the zip archive holds no report among its first %d files",
		ENTRIES_MAX);
	return NULL;
}

GBytes *archive_read(GBytes *zip, size_t limit, GError **error)
{
	zlib_filefunc64_def functions;
	unzFile archive;
	GBytes *bytes;

	fill_fopen64_filefunc(&functions);
	functions.zopen64_file = open_bytes;
	functions.opaque = zip;
	archive = unzOpen2_64("", &functions);
	if (archive == NULL) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_ARCHIVE,
			"the zip archive is damaged");
		return NULL;
	}
	bytes = find_report(archive, limit, error);
	unzClose(archive);
	return bytes;
}
