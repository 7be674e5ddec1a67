/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/session.h"

#include <string.h>

/* Media types whose content a report cannot be in, unless it is named or
 * announced as one: what people and their programs write. */
static const char *const hopeless_types[] = {
	"text/plain",
	"text/html",
	"text/calendar",
	"image/",
	"audio/",
	"video/",
};

Session *session_new(void)
{
	return g_new0(Session, 1);
}

void session_reset(Session *session)
{
	g_clear_pointer(&session->snapshot, snapshot_unref);
	g_clear_pointer(&session->sender, g_free);
	g_clear_pointer(&session->recipients, g_ptr_array_unref);
	g_clear_pointer(&session->message, g_byte_array_unref);
	session->other_recipients = 0;
	session->may_be_report = false;
	session->too_big = false;
}

void session_free(Session *session)
{
	if (session == NULL)
		return;
	session_reset(session);
	g_free(session);
}

void session_begin(Session *session, Snapshot *snapshot, const char *sender)
{
	session_reset(session);
	session->snapshot = snapshot;
	session->sender = recipient_get_address(sender);
	session->recipients = g_ptr_array_new_with_free_func(g_free);
	session->message = g_byte_array_new();
}

void session_add_recipient(Session *session, const char *argument)
{
	if (recipient_matcher_contains(session->snapshot->recipients, argument))
		g_ptr_array_add(session->recipients, g_strdup(argument));
	else
		session->other_recipients++;
}

bool session_is_wanted(const Session *session)
{
	return session->recipients->len > 0;
}

static void append(Session *session, const void *data, size_t size)
{
	size_t limit = session->snapshot->limits.message_size;

	if (session->too_big)
		return;
	if (size > limit || session->message->len > limit - size) {
		session->too_big = true;
		g_clear_pointer(&session->message, g_byte_array_unref);
		return;
	}
	g_byte_array_append(session->message, data, (guint)size);
}

static void append_lines(Session *session, const char *text)
{
	for (;;) {
		size_t length = strcspn(text, "\n");
		bool has_cr = length > 0 && text[length - 1] == '\r';

		append(session, text, length - has_cr);
		append(session, "\r\n", 2);
		text += length;
		if (*text == '\0')
			return;
		text++;
	}
}

static bool is_hopeless_type(const char *value)
{
	value += strspn(value, " \t\r\n");
	for (size_t i = 0; i < G_N_ELEMENTS(hopeless_types); i++) {
		if (g_ascii_strncasecmp(value, hopeless_types[i],
			    strlen(hopeless_types[i])) == 0)
			return true;
	}
	return false;
}

/* A name in Content-Type or Content-Disposition, also in pieces (RFC 2231). */
static bool has_name(const char *value)
{
	g_autofree char *lower = g_ascii_strdown(value, -1);

	return strstr(lower, "name") != NULL;
}

/* Some mail gateways leave out the hyphen. */
static bool is_content_type(const char *name)
{
	return g_ascii_strcasecmp(name, "Content-Type") == 0 ||
	       g_ascii_strcasecmp(name, "ContentType") == 0;
}

static bool hints_at_report(const char *name, const char *value)
{
	if (g_ascii_strcasecmp(name, "TLS-Report-Domain") == 0 ||
		g_ascii_strcasecmp(name, "TLS-Report-Submitter") == 0)
		return true;
	if (is_content_type(name))
		return !is_hopeless_type(value) || has_name(value);
	return g_ascii_strcasecmp(name, "Content-Disposition") == 0 &&
	       has_name(value);
}

void session_add_header(Session *session, const char *name, const char *value)
{
	if (hints_at_report(name, value))
		session->may_be_report = true;
	append(session, name, strlen(name));
	append(session, ":", 1);
	append_lines(session, value);
}

bool session_end_header(Session *session)
{
	append(session, "\r\n", 2);
	return session->may_be_report;
}

void session_add_body(Session *session, const uint8_t *data, size_t size)
{
	append(session, data, size);
}
