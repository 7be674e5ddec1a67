/* SPDX-License-Identifier: BSD-2-Clause */
#include "spool/spool-file.h"

#include <string.h>

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

SpoolMessage *spool_file_read(const char *path, GError **error)
{
	g_autoptr(GError) problem = NULL;
	SpoolMessage *message;
	char *data;
	gsize size;

	if (!g_file_get_contents(path, &data, &size, &problem)) {
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_SYSTEM, "%s: %s",
			path, problem->message);
		return NULL;
	}
	message = parse(data, size);
	if (message == NULL)
		g_set_error(error, SPOOL_ERROR, SPOOL_ERROR_DAMAGED,
			"%s: is damaged", path);
	return message;
}
