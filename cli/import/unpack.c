/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/unpack.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "cli/import/source.h"

enum {
	/* Any window, and gzip alone (zlib.h). */
	WINDOW_GZIP = 15 + 16,
	TEXT_MAX = 16,
};

/* A small file may become a big one, and fill the disk. */
#define UNPACKED_MAX (INT64_C(8) << 30)

typedef struct {
	z_stream stream;
	int to;
	int64_t left;
	/* At the end of gzip data, which others may follow. */
	bool ended;
	uint8_t bytes[SOURCE_CHUNK];
} Unpack;

bool unpack_begins_with(const uint8_t *data, size_t size, const char *text)
{
	uint8_t begin[TEXT_MAX];
	size_t length = strlen(text);
	z_stream stream = {.next_in = (uint8_t *)(uintptr_t)data,
		.avail_in = (unsigned)size,
		.next_out = begin,
		.avail_out = (unsigned)length};

	if (length > sizeof(begin) ||
		inflateInit2(&stream, WINDOW_GZIP) != Z_OK)
		return false;
	inflate(&stream, Z_SYNC_FLUSH);
	inflateEnd(&stream);
	return stream.avail_out == 0 && memcmp(begin, text, length) == 0;
}

static bool fail(GError **error, const char *why)
{
	g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_FAILED, why);
	return false;
}

static bool put(Unpack *unpack, GError **error)
{
	size_t size = sizeof(unpack->bytes) - unpack->stream.avail_out;

	unpack->left -= (int64_t)size;
	if (unpack->left < 0)
		return fail(error, "unpacks to more than 8 GiB: unpack it "
				   "with gunzip first");
	if (source_write(unpack->to, unpack->bytes, size))
		return true;
	return fail(error, g_strerror(errno));
}

/* Zeros after the end are padding. */
static bool begin_next(Unpack *unpack)
{
	z_stream *stream = &unpack->stream;

	while (stream->avail_in > 0 && *stream->next_in == 0) {
		stream->next_in++;
		stream->avail_in--;
	}
	if (stream->avail_in > 0) {
		inflateReset(stream);
		unpack->ended = false;
	}
	return stream->avail_in > 0;
}

static bool feed(Unpack *unpack, uint8_t *chunk, size_t size, GError **error)
{
	z_stream *stream = &unpack->stream;
	int result = Z_OK;

	stream->next_in = chunk;
	stream->avail_in = (unsigned)size;
	do {
		if (unpack->ended && !begin_next(unpack))
			return true;
		stream->next_out = unpack->bytes;
		stream->avail_out = sizeof(unpack->bytes);
		result = inflate(stream, Z_NO_FLUSH);
		if (result != Z_OK && result != Z_STREAM_END &&
			result != Z_BUF_ERROR)
			return fail(error, "the gzip data is damaged");
		unpack->ended = result == Z_STREAM_END;
		if (!put(unpack, error))
			return false;
	} while (stream->avail_in > 0 || stream->avail_out == 0);
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
	Unpack *unpack = g_new0(Unpack, 1);
	bool done;

	unpack->to = to;
	unpack->left = UNPACKED_MAX;
	done = inflateInit2(&unpack->stream, WINDOW_GZIP) == Z_OK &&
	       feed_all(unpack, from, chunk, got, error);
	inflateEnd(&unpack->stream);
	g_free(unpack);
	return done;
}
