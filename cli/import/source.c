/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/import/unpack.h"

static void set_errno_error(GError **error)
{
	int code = errno;

	g_set_error_literal(error, G_FILE_ERROR,
		(int)g_file_error_from_errno(code), g_strerror(code));
}

ssize_t source_read_chunk(int fd, uint8_t *chunk)
{
	ssize_t got;

	do
		got = read(fd, chunk, SOURCE_CHUNK);
	while (got < 0 && errno == EINTR);
	return got;
}

static bool append(
	GByteArray *bytes, const uint8_t *chunk, size_t size, size_t limit)
{
	if (size > limit - bytes->len)
		return false;
	g_byte_array_append(bytes, chunk, (unsigned)size);
	return true;
}

/* `chunk` has the first `got` bytes. */
static GBytes *read_rest(
	int fd, uint8_t *chunk, ssize_t got, size_t limit, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();

	for (; got > 0; got = source_read_chunk(fd, chunk)) {
		if (!append(bytes, chunk, (size_t)got, limit)) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
				"is over the limit of %zu bytes", limit);
			return NULL;
		}
	}
	if (got < 0) {
		set_errno_error(error);
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static GBytes *map(int fd, GError **error)
{
	g_autoptr(GMappedFile) file =
		g_mapped_file_new_from_fd(fd, FALSE, error);

	return file != NULL ? g_mapped_file_get_bytes(file) : NULL;
}

bool source_write(int fd, const uint8_t *bytes, size_t size)
{
	while (size > 0) {
		ssize_t put = write(fd, bytes, size);

		if (put < 0 && errno != EINTR)
			return false;
		if (put > 0) {
			bytes += put;
			size -= (size_t)put;
		}
	}
	return true;
}

static bool copy_rest(int from, int to, uint8_t *chunk, ssize_t got)
{
	for (; got > 0; got = source_read_chunk(from, chunk)) {
		if (!source_write(to, chunk, (size_t)got))
			return false;
	}
	return got == 0;
}

static bool copy(int from, int to, uint8_t *chunk, ssize_t got, GError **error)
{
	if (copy_rest(from, to, chunk, got))
		return true;
	set_errno_error(error);
	return false;
}

/* What comes through a pipe, or is packed, is put into a file without a name,
 * so that it may be as big as a file that has one. `chunk` has the first `got`
 * bytes. */
static GBytes *map_copy(int fd, uint8_t *chunk, ssize_t got,
	bool (*write)(
		int from, int to, uint8_t *chunk, ssize_t got, GError **error),
	GError **error)
{
	g_autofree char *path = NULL;
	GBytes *bytes = NULL;
	int file = g_file_open_tmp("tlsreport-XXXXXX", &path, error);

	if (file < 0)
		return NULL;
	unlink(path);
	if (write(fd, file, chunk, got, error))
		bytes = map(file, error);
	close(file);
	return bytes;
}

static bool begins_with(const uint8_t *chunk, ssize_t got, const char *text)
{
	return got >= (ssize_t)strlen(text) &&
	       memcmp(chunk, text, strlen(text)) == 0;
}

static GBytes *read_open_file(
	int fd, size_t limit, const char *unlimited, GError **error)
{
	uint8_t chunk[SOURCE_CHUNK];
	struct stat status;
	ssize_t got;

	if (fstat(fd, &status) != 0) {
		set_errno_error(error);
		return NULL;
	}
	if (S_ISDIR(status.st_mode)) {
		g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR,
			"is a directory: name the files in it");
		return NULL;
	}
	got = source_read_chunk(fd, chunk);
	if (unlimited != NULL && begins_with(chunk, got, unlimited)) {
		if (S_ISREG(status.st_mode) && lseek(fd, 0, SEEK_CUR) == got)
			return map(fd, error);
		return map_copy(fd, chunk, got, copy, error);
	}
	if (unlimited != NULL && got > 0 &&
		unpack_begins_with(chunk, (size_t)got, unlimited))
		return map_copy(fd, chunk, got, unpack_copy, error);
	return read_rest(fd, chunk, got, limit, error);
}

GBytes *source_read(
	const char *path, size_t limit, const char *unlimited, GError **error)
{
	GBytes *bytes;
	int fd;

	if (strcmp(path, "-") == 0)
		return read_open_file(STDIN_FILENO, limit, unlimited, error);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		set_errno_error(error);
		return NULL;
	}
	bytes = read_open_file(fd, limit, unlimited, error);
	close(fd);
	return bytes;
}
