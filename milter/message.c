/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/message.h"

#include <string.h>

#include "milter/budget.h"
#include "parser/candidate.h"

Message *message_new(void)
{
	return g_new0(Message, 1);
}

static void drop_content(Message *message)
{
	if (message->content == NULL)
		return;
	budget_give_back(message->content->len);
	g_clear_pointer(&message->content, g_byte_array_unref);
}

void message_reset(Message *message)
{
	g_clear_pointer(&message->snapshot, snapshot_unref);
	g_clear_pointer(&message->sender, g_free);
	g_clear_pointer(&message->recipients, g_ptr_array_unref);
	drop_content(message);
	message->other_recipients = 0;
	message->may_be_report = false;
	message->too_big = false;
	message->crowded_out = false;
}

void message_free(Message *message)
{
	if (message == NULL)
		return;
	message_reset(message);
	g_free(message);
}

void message_begin(Message *message, Snapshot *snapshot, const char *sender)
{
	message_reset(message);
	message->snapshot = snapshot;
	message->sender = recipient_get_address(sender);
	message->recipients = g_ptr_array_new_with_free_func(g_free);
	message->content = g_byte_array_new();
}

void message_add_recipient(Message *message, const char *argument)
{
	if (recipient_matcher_contains(message->snapshot->recipients, argument))
		g_ptr_array_add(message->recipients, g_strdup(argument));
	else
		message->other_recipients++;
}

bool message_is_wanted(const Message *message)
{
	return message->recipients != NULL && message->recipients->len > 0;
}

/* One message always fits. */
static size_t get_transit_limit(const Snapshot *snapshot)
{
	return MAX((size_t)snapshot->settings->max_transit_size,
		snapshot->limits.message_size);
}

static void append(Message *message, const void *data, size_t size)
{
	size_t limit = message->snapshot->limits.message_size;

	if (message->content == NULL)
		return;
	if (size > limit || message->content->len > limit - size)
		message->too_big = true;
	else if (!budget_take(size, get_transit_limit(message->snapshot)))
		message->crowded_out = true;
	else
		g_byte_array_append(message->content, data, (guint)size);
	if (message->too_big || message->crowded_out)
		drop_content(message);
}

static void append_lines(Message *message, const char *text)
{
	for (;;) {
		size_t length = strcspn(text, "\n");
		bool has_cr = length > 0 && text[length - 1] == '\r';

		append(message, text, length - has_cr);
		append(message, "\r\n", 2);
		text += length;
		if (*text == '\0')
			return;
		text++;
	}
}

void message_add_header(Message *message, const char *name, const char *value)
{
	if (candidate_is_announced(name, value))
		message->may_be_report = true;
	append(message, name, strlen(name));
	append(message, ":", 1);
	append_lines(message, value);
}

bool message_end_header(Message *message)
{
	append(message, "\r\n", 2);
	return message->may_be_report;
}

void message_add_body(Message *message, const uint8_t *data, size_t size)
{
	append(message, data, size);
}
