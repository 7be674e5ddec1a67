/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/inflate.h"

#include <string.h>
#include <zlib.h>

#include "parser/archive.h"
#include "parser/error.h"

enum {
	LAYERS_MAX = 3,
	WINDOW_BITS_GZIP = 15 + 16,
	FIRST_SIZE = 16384,
};

InflateKind inflate_get_kind(const uint8_t *data, size_t size)
{
	static const char blanks[] = " \t\r\n";
	size_t at = 0;

	if (size >= 2 && data[0] == 0x1f && data[1] == 0x8b)
		return INFLATE_KIND_GZIP;
	if (size >= 4 && memcmp(data, "PK\x03\x04", 4) == 0)
		return INFLATE_KIND_ZIP;
	if (size >= 4 && (memcmp(data, "\xff\xfe{", 4) == 0 ||
				 memcmp(data, "\xff\xfe[", 4) == 0 ||
				 memcmp(data, "\xfe\xff\0{", 4) == 0 ||
				 memcmp(data, "\xfe\xff\0[", 4) == 0))
		return INFLATE_KIND_JSON;
	if (size >= 3 && memcmp(data, "\xef\xbb\xbf", 3) == 0)
		at = 3;
	while (at < size && data[at] != '\0' &&
		strchr(blanks, data[at]) != NULL)
		at++;
	if (at < size && (data[at] == '{' || data[at] == '['))
		return INFLATE_KIND_JSON;
	return INFLATE_KIND_OTHER;
}

void inflate_set_too_big(GError **error, const InflateBudget *budget)
{
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_REPORT_TOO_BIG,
		"the report inflates to more than %" G_GSIZE_FORMAT
		" bytes (max_report_size)",
		budget->limit);
}

/* Gives zlib room behind what is there, doubling it up to one byte over the
 * limit, so that reaching that byte proves the excess. */
static void make_room(GByteArray *output, z_stream *stream, size_t limit)
{
	size_t used = output->len;
	size_t size = CLAMP(2 * used, FIRST_SIZE, limit + 1);

	g_byte_array_set_size(output, (guint)size);
	stream->next_out = output->data + used;
	stream->avail_out = (uInt)(size - used);
}

/* Inflates one member; what follows it stays in the stream's input. */
static bool inflate_member(z_stream *stream, GByteArray *output,
	const InflateBudget *budget, GError **error)
{
	int status = Z_OK;

	while (status == Z_OK) {
		make_room(output, stream, budget->left);
		status = inflate(stream, Z_NO_FLUSH);
		g_byte_array_set_size(output, output->len - stream->avail_out);
		if (output->len > budget->left) {
			inflate_set_too_big(error, budget);
			return false;
		}
	}
	if (status == Z_STREAM_END)
		return true;
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_COMPRESSION,
		"the gzip data is %s (RFC 1952)",
		status == Z_BUF_ERROR ? "cut off" : "corrupt");
	return false;
}

static bool only_zeros(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if (data[i] != 0)
			return false;
	}
	return true;
}

/* Every member in turn (RFC 1952 section 2.2); what follows the last one is
 * let go. */
static bool inflate_members(z_stream *stream, GByteArray *output,
	const InflateBudget *budget, bool *trailing, GError **error)
{
	do {
		if (!inflate_member(stream, output, budget, error))
			return false;
		inflateReset(stream);
	} while (inflate_get_kind(stream->next_in, stream->avail_in) ==
		 INFLATE_KIND_GZIP);
	if (!only_zeros(stream->next_in, stream->avail_in))
		*trailing = true;
	return true;
}

/* What fails to inflate has cost all that was left. */
static GBytes *inflate_gzip(
	GBytes *packed, InflateBudget *budget, bool *trailing, GError **error)
{
	g_autoptr(GByteArray) output = g_byte_array_new();
	z_stream stream = {0};
	gsize size;
	const uint8_t *data = g_bytes_get_data(packed, &size);
	bool done;

	if (inflateInit2(&stream, WINDOW_BITS_GZIP) != Z_OK) {
		g_set_error(error, PARSER_ERROR, PARSER_ERROR_MEMORY,
			"no memory to inflate the report");
		return NULL;
	}
	/* zlib only reads the input, whatever its type says. */
	stream.next_in = (z_const Bytef *)(uintptr_t)data;
	stream.avail_in = (uInt)size;
	done = inflate_members(&stream, output, budget, trailing, error);
	inflateEnd(&stream);
	budget->left -= done ? output->len : budget->left;
	if (!done)
		return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&output));
}

/* What is taken off one packed file. */
typedef struct {
	GPtrArray *files;
	InflateBudget budget;
	bool trailing;
	GError *error;
} Inflation;

static void inflated_free(Inflated *file)
{
	g_bytes_unref(file->bytes);
	g_free(file);
}

/* The first error counts. */
static void fail(Inflation *inflation, GError *error)
{
	if (inflation->error == NULL)
		inflation->error = error;
	else
		g_error_free(error);
}

static void add_file(Inflation *inflation, GBytes *bytes)
{
	Inflated *file = g_new0(Inflated, 1);

	file->bytes = g_bytes_ref(bytes);
	file->trailing = inflation->trailing;
	g_ptr_array_add(inflation->files, file);
}

/* The files in `packed`, which is itself packed. */
static GPtrArray *take_off(Inflation *inflation, GBytes *packed, bool is_zip)
{
	g_autoptr(GError) error = NULL;
	GPtrArray *files;
	GBytes *bytes;

	if (is_zip) {
		files = archive_read_all(packed, &inflation->budget, &error);
	} else {
		files = g_ptr_array_new_with_free_func(
			(GDestroyNotify)g_bytes_unref);
		bytes = inflate_gzip(packed, &inflation->budget,
			&inflation->trailing, &error);
		if (bytes != NULL)
			g_ptr_array_add(files, bytes);
	}
	if (error != NULL)
		fail(inflation, g_steal_pointer(&error));
	return files;
}

/* NOLINTNEXTLINE(misc-no-recursion): at most LAYERS_MAX deep. */
static void unpack(Inflation *inflation, GBytes *packed, int layer)
{
	gsize size;
	const uint8_t *data = g_bytes_get_data(packed, &size);
	InflateKind kind = inflate_get_kind(data, size);
	g_autoptr(GPtrArray) files = NULL;

	if (kind != INFLATE_KIND_GZIP && kind != INFLATE_KIND_ZIP) {
		add_file(inflation, packed);
		return;
	}
	if (layer == LAYERS_MAX) {
		fail(inflation,
			g_error_new(PARSER_ERROR, PARSER_ERROR_LAYERS,
				"the report is packed more than %d times",
				LAYERS_MAX));
		return;
	}
	inflation->trailing = false;
	files = take_off(inflation, packed, kind == INFLATE_KIND_ZIP);
	for (guint i = 0; i < files->len; i++)
		unpack(inflation, files->pdata[i], layer + 1);
}

GPtrArray *inflate_all(GBytes *packed, size_t limit, GError **error)
{
	Inflation inflation = {.budget = {limit, limit}};
	gsize size;
	const uint8_t *data = g_bytes_get_data(packed, &size);
	InflateKind kind = inflate_get_kind(data, size);

	inflation.files =
		g_ptr_array_new_with_free_func((GDestroyNotify)inflated_free);
	if (kind != INFLATE_KIND_GZIP && kind != INFLATE_KIND_ZIP &&
		size > limit)
		inflate_set_too_big(&inflation.error, &inflation.budget);
	else
		unpack(&inflation, packed, 0);
	if (inflation.error != NULL)
		g_propagate_error(error, inflation.error);
	return inflation.files;
}
