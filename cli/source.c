/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CHUNK_SIZE = 65536,
};

static void set_errno_error(GError **error)
{
	int code = errno;

	g_set_error_literal(error, G_FILE_ERROR,
		(int)g_file_error_from_errno(code), g_strerror(code));
}

static ssize_t read_chunk(int fd, uint8_t *chunk)
{
	ssize_t got;

	do
		got = read(fd, chunk, CHUNK_SIZE);
	while (got < 0 && errno == EINTR);
	return got;
}

static GBytes *read_all(int fd, size_t limit, GError **error)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	uint8_t chunk[CHUNK_SIZE];
	ssize_t got;

	while ((got = read_chunk(fd, chunk)) > 0) {
		if ((size_t)got > limit - bytes->len) {
			g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
				"is over the limit of %zu bytes", limit);
			return NULL;
		}
		g_byte_array_append(bytes, chunk, (unsigned)got);
	}
	if (got < 0) {
		set_errno_error(error);
		return NULL;
	}
	return g_byte_array_free_to_bytes(g_steal_pointer(&bytes));
}

static GBytes *read_open_file(int fd, size_t limit, GError **error)
{
	struct stat status;

	if (fstat(fd, &status) != 0) {
		set_errno_error(error);
		return NULL;
	}
	if (S_ISDIR(status.st_mode)) {
		g_set_error_literal(error, G_FILE_ERROR, G_FILE_ERROR_ISDIR,
			"is a directory: name the files in it");
		return NULL;
	}
	return read_all(fd, limit, error);
}

GBytes *source_read(const char *path, size_t limit, GError **error)
{
	GBytes *bytes;
	int fd;

	if (strcmp(path, "-") == 0)
		return read_open_file(STDIN_FILENO, limit, error);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		set_errno_error(error);
		return NULL;
	}
	bytes = read_open_file(fd, limit, error);
	close(fd);
	return bytes;
}

static bool begins_with(int fd, const char *start)
{
	size_t size = strlen(start);
	g_autofree char *begin = g_malloc(size);

	return pread(fd, begin, size, 0) == (ssize_t)size &&
	       memcmp(begin, start, size) == 0;
}

GBytes *source_map(const char *path, const char *start)
{
	g_autoptr(GMappedFile) file = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return NULL;
	if (begins_with(fd, start))
		file = g_mapped_file_new_from_fd(fd, FALSE, NULL);
	close(fd);
	return file != NULL ? g_mapped_file_get_bytes(file) : NULL;
}
