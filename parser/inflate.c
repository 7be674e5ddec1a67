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

static void set_too_big(GError **error, size_t limit)
{
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_REPORT_TOO_BIG,
		"the report inflates to more than %" G_GSIZE_FORMAT
		" bytes (max_report_size)",
		limit);
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
static bool inflate_member(
	z_stream *stream, GByteArray *output, size_t limit, GError **error)
{
	int status = Z_OK;

	while (status == Z_OK) {
		make_room(output, stream, limit);
		status = inflate(stream, Z_NO_FLUSH);
		g_byte_array_set_size(output, output->len - stream->avail_out);
		if (output->len > limit) {
			set_too_big(error, limit);
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
static bool inflate_members(z_stream *stream, GByteArray *output, size_t limit,
	bool *trailing, GError **error)
{
	do {
		if (!inflate_member(stream, output, limit, error))
			return false;
		inflateReset(stream);
	} while (inflate_get_kind(stream->next_in, stream->avail_in) ==
		 INFLATE_KIND_GZIP);
	if (!only_zeros(stream->next_in, stream->avail_in))
		*trailing = true;
	return true;
}

static GBytes *inflate_gzip(
	GBytes *packed, size_t limit, bool *trailing, GError **error)
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
	done = inflate_members(&stream, output, limit, trailing, error);
	inflateEnd(&stream);
	if (!done)
		return NULL;
	return g_byte_array_free_to_bytes(g_steal_pointer(&output));
}

GBytes *inflate_all(
	GBytes *packed, size_t limit, bool *trailing, GError **error)
{
	g_autoptr(GBytes) current = g_bytes_ref(packed);

	*trailing = false;
	for (int layer = 0; layer <= LAYERS_MAX; layer++) {
		gsize size;
		const uint8_t *data = g_bytes_get_data(current, &size);
		InflateKind kind = inflate_get_kind(data, size);
		GBytes *next;

		if (kind != INFLATE_KIND_GZIP && kind != INFLATE_KIND_ZIP) {
			if (size <= limit)
				return g_steal_pointer(&current);
			set_too_big(error, limit);
			return NULL;
		}
		if (layer == LAYERS_MAX)
			break;
		if (kind == INFLATE_KIND_GZIP)
			next = inflate_gzip(current, limit, trailing, error);
		else
			next = archive_read(current, limit, error);
		if (next == NULL)
			return NULL;
		g_bytes_unref(current);
		current = next;
	}
	g_set_error(error, PARSER_ERROR, PARSER_ERROR_LAYERS,
		"the report is packed more than %d times", LAYERS_MAX);
	return NULL;
}
