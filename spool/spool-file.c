/* SPDX-License-Identifier: BSD-2-Clause */
#include "spool/spool-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define GROUP "envelope"
#define END_OF_HEAD "\n\n"

static void set_text(GKeyFile *keys, const char *name, const char *text)
{
	g_autofree char *valid = NULL;

	if (text == NULL)
		return;
	valid = g_utf8_make_valid(text, -1);
	g_key_file_set_string(keys, GROUP, name, valid);
}

static void set_list(GKeyFile *keys, const char *name, const char *const *list)
{
	size_t length = 0;

	while (list != NULL && list[length] != NULL)
		length++;
	if (length > 0)
		g_key_file_set_string_list(keys, GROUP, name, list, length);
}

char *spool_file_write_head(const SpoolEnvelope *envelope, size_t size)
{
	g_autoptr(GKeyFile) keys = g_key_file_new();
	g_autofree char *text = NULL;

	g_key_file_set_int64(keys, GROUP, "received", envelope->received);
	set_text(keys, "queue-id", envelope->queue_id);
	set_text(keys, "sender", envelope->sender);
	set_list(keys, "signed-by", envelope->signed_by);
	g_key_file_set_uint64(keys, GROUP, "size", size);
	text = g_key_file_to_data(keys, NULL, NULL);
	return g_strconcat(g_strchomp(text), END_OF_HEAD, NULL);
}

static bool write_all(int file, const void *data, size_t size)
{
	const char *at = data;

	while (size > 0) {
		ssize_t written = write(file, at, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		at += written;
		size -= (size_t)written;
	}
	return true;
}

bool spool_file_write(int directory, const char *name, mode_t mode,
	const char *head, const uint8_t *message, size_t size)
{
	int file = openat(
		directory, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	bool written;
	int reason;

	if (file < 0)
		return false;
	/* Whatever the umask is. */
	written = fchmod(file, mode) == 0 &&
		  write_all(file, head, strlen(head)) &&
		  write_all(file, message, size) && fsync(file) == 0;
	reason = errno;
	if (close(file) != 0 || !written) {
		unlinkat(directory, name, 0);
		errno = written ? errno : reason;
		return false;
	}
	return true;
}

void spool_message_free(SpoolMessage *message)
{
	if (message == NULL)
		return;
	g_clear_pointer(&message->message, g_bytes_unref);
	g_free(message->queue_id);
	g_free(message->sender);
	g_strfreev(message->signed_by);
	g_free(message);
}

static SpoolMessage *parse(char *data, size_t size)
{
	g_autoptr(SpoolMessage) message = g_new0(SpoolMessage, 1);
	g_autoptr(GBytes) whole = g_bytes_new_take(data, size);
	g_autoptr(GKeyFile) keys = g_key_file_new();
	const char *end = g_strstr_len(data, (gssize)size, END_OF_HEAD);
	size_t head;

	if (end == NULL)
		return NULL;
	head = (size_t)(end - data);
	if (!g_key_file_load_from_data(keys, data, head, 0, NULL))
		return NULL;
	head += strlen(END_OF_HEAD);
	if (g_key_file_get_uint64(keys, GROUP, "size", NULL) != size - head)
		return NULL;
	message->queue_id =
		g_key_file_get_string(keys, GROUP, "queue-id", NULL);
	message->sender = g_key_file_get_string(keys, GROUP, "sender", NULL);
	message->signed_by = g_key_file_get_string_list(
		keys, GROUP, "signed-by", NULL, NULL);
	message->envelope.received =
		g_key_file_get_int64(keys, GROUP, "received", NULL);
	message->envelope.queue_id = message->queue_id;
	message->envelope.sender = message->sender;
	message->envelope.signed_by = (const char *const *)message->signed_by;
	message->message = g_bytes_new_from_bytes(whole, head, size - head);
	return g_steal_pointer(&message);
}

void spool_message_distrust(SpoolMessage *message)
{
	g_clear_pointer(&message->signed_by, g_strfreev);
	message->envelope.signed_by = NULL;
	g_clear_pointer(&message->sender, g_free);
	message->envelope.sender = NULL;
	message->envelope.over_https = true;
}

static bool read_all(int file, char *data, size_t size)
{
	while (size > 0) {
		ssize_t got = read(file, data, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		data += got;
		size -= (size_t)got;
	}
	return true;
}

/* -1 with errno set, to EINVAL for what is no regular file. */
static int open_regular(int directory, const char *name)
{
	struct stat status;

	if (fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return -1;
	if (!S_ISREG(status.st_mode)) {
		errno = EINVAL;
		return -1;
	}
	return openat(directory, name,
		O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
}

/* The content of a regular file, ended by a zero that does not count; NULL with
 * errno set, to EFBIG when there are more bytes than `most`. No name leads to
 * another file, or makes us wait. */
static char *read_file(
	int directory, const char *name, size_t most, size_t *size)
{
	int file = open_regular(directory, name);
	g_autofree char *data = NULL;
	struct stat status;
	int reason;

	if (file < 0)
		return NULL;
	if (fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
		errno = EINVAL;
	} else if ((uint64_t)status.st_size > most) {
		errno = EFBIG;
	} else {
		*size = (size_t)status.st_size;
		data = g_try_malloc(*size + 1);
		errno = ENOMEM;
	}
	if (data != NULL) {
		errno = EIO;
		data[*size] = '\0';
		if (!read_all(file, data, *size))
			g_clear_pointer(&data, g_free);
	}
	reason = errno;
	close(file);
	errno = reason;
	return g_steal_pointer(&data);
}

/* What errno says of a file. */
static void fail_to_read(const char *path, GError **error)
{
	bool is_other = errno == EINVAL;
	bool is_damaged = is_other || errno == EFBIG;

	g_set_error(error, SPOOL_ERROR,
		is_damaged ? SPOOL_ERROR_DAMAGED : SPOOL_ERROR_SYSTEM, "%s: %s",
		path, is_other ? "is not a regular file" : g_strerror(errno));
}

SpoolMessage *spool_file_read(int directory, const char *name, size_t most,
	const char *path, GError **error)
{
	SpoolMessage *message;
	size_t size;
	char *data = read_file(directory, name, most, &size);

	if (data == NULL) {
		fail_to_read(path, error);
		return NULL;
	}
	message = parse(data, size);
	if (message == NULL)
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_DAMAGED,
			"%s: is damaged", path);
	return message;
}
