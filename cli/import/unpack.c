/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/unpack.h"

#include <errno.h>
#include <gio/gio.h>
#include <string.h>

#include "cli/import/source.h"

enum {
	TEXT_MAX = 16,
};

/* A small file may become a big one, and fill the disk. */
#define UNPACKED_MAX (INT64_C(8) << 30)

typedef struct {
	GConverter *gzip;
	int to;
	int64_t left;
	/* At the end of gzip data, which others may follow. */
	bool ended;
	bool full;
	uint8_t bytes[SOURCE_CHUNK];
} Unpack;

static GConverter *new_gzip(void)
{
	return G_CONVERTER(
		g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_GZIP));
}

bool unpack_begins_with(const uint8_t *data, size_t size, const char *text)
{
	g_autoptr(GConverter) gzip = new_gzip();
	uint8_t begin[TEXT_MAX] = {0};
	size_t length = strlen(text);
	gsize taken;
	gsize made = 0;

	g_converter_convert(gzip, data, size, begin, MIN(length, TEXT_MAX),
		G_CONVERTER_NO_FLAGS, &taken, &made, NULL);
	return made == length && memcmp(begin, text, length) == 0;
}

static bool fail(GError **error, const char *why)
{
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, why);
	return false;
}

static bool put(Unpack *unpack, size_t size, GError **error)
{
	unpack->left -= (int64_t)size;
	if (unpack->left < 0)
		return fail(error, "unpacks to more than 8 GiB: unpack it "
				   "with gunzip first");
	return source_write(unpack->to, unpack->bytes, size) ||
	       fail(error, g_strerror(errno));
}

/* Takes some of the bytes. What they become may fill the room, and then there
 * may be more without any. */
static bool convert(Unpack *unpack, const uint8_t *bytes, size_t size,
	size_t *taken, GError **error)
{
	gsize made = 0;
	g_autoptr(GError) why = NULL;
	GConverterResult result = g_converter_convert(unpack->gzip, bytes, size,
		unpack->bytes, sizeof(unpack->bytes), G_CONVERTER_NO_FLAGS,
		taken, &made, &why);

	if (result == G_CONVERTER_ERROR &&
		!g_error_matches(why, G_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT))
		return fail(error, "the gzip data is damaged");
	if (result == G_CONVERTER_ERROR) {
		*taken = size;
		made = 0;
	}
	unpack->full = made == sizeof(unpack->bytes);
	unpack->ended = result == G_CONVERTER_FINISHED;
	if (unpack->ended)
		g_converter_reset(unpack->gzip);
	return put(unpack, made, error);
}

/* Zeros after the end are padding. */
static bool feed(
	Unpack *unpack, const uint8_t *bytes, size_t size, GError **error)
{
	while (size > 0 || (unpack->full && !unpack->ended)) {
		size_t taken = 1;

		if ((!unpack->ended || *bytes != 0) &&
			!convert(unpack, bytes, size, &taken, error))
			return false;
		bytes += taken;
		size -= taken;
	}
	return true;
}

static bool feed_all(
	Unpack *unpack, int from, uint8_t *chunk, ssize_t got, GError **error)
{
	for (; got > 0; got = source_read_chunk(from, chunk)) {
		if (!feed(unpack, chunk, (size_t)got, error))
			return false;
	}
	if (got < 0)
		return fail(error, g_strerror(errno));
	return unpack->ended || fail(error, "the gzip data is truncated");
}

bool unpack_copy(int from, int to, uint8_t *chunk, ssize_t got, GError **error)
{
	g_autofree Unpack *unpack = g_new0(Unpack, 1);
	g_autoptr(GConverter) gzip = new_gzip();

	unpack->gzip = gzip;
	unpack->to = to;
	unpack->left = UNPACKED_MAX;
	return feed_all(unpack, from, chunk, got, error);
}
