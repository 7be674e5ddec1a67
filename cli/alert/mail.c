/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/mail.h"

#include <stdbool.h>
#include <string.h>

#include "cli/alert/message.h"
#include "cli/text.h"

enum {
	/* A folded line begins with a blank, and may be read as one with it. */
	SUBJECT_WIDTH = ALERT_MESSAGE_WIDTH - 10,
};

static void append_addresses(GString *out, const char *const *to)
{
	g_string_append(out, "To:");
	for (size_t i = 0; to[i] != NULL; i++)
		g_string_append_printf(out, "%s %s", i > 0 ? ",\n" : "", to[i]);
	g_string_append_c(out, '\n');
}

static void append_date(GString *out, int64_t now)
{
	static const char *const days[] = {
		"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May",
		"Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
	g_autoptr(GDateTime) time = g_date_time_new_from_unix_utc(now);

	/* The names are not those of the locale. */
	g_string_append_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\n",
		days[g_date_time_get_day_of_week(time) - 1],
		g_date_time_get_day_of_month(time),
		months[g_date_time_get_month(time) - 1],
		g_date_time_get_year(time), g_date_time_get_hour(time),
		g_date_time_get_minute(time), g_date_time_get_second(time));
}

static void append_message_id(
	GString *out, const AlertMailFrame *frame, const AlertMessage *message)
{
	g_autofree char *digest = g_compute_checksum_for_string(
		G_CHECKSUM_SHA256, message->id, -1);
	const char *at = strrchr(frame->from, '@');

	g_string_append_printf(out, "Message-ID: <tlsrpt-alert.%.32s@%s>\n",
		digest, at != NULL ? at + 1 : frame->host);
}

char *alert_mail_write(const AlertMailFrame *frame, const AlertMessage *message)
{
	GString *out = g_string_new(NULL);

	append_date(out, frame->now);
	if (*frame->from != '\0')
		g_string_append_printf(out, "From: %s\n", frame->from);
	append_addresses(out, frame->to);
	g_string_append(out, "Subject: ");
	text_append_wrapped(out, message->subject, 1, SUBJECT_WIDTH);
	append_message_id(out, frame, message);
	g_string_append(out, "MIME-Version: 1.0\n"
			     "Content-Type: text/plain; charset=utf-8\n"
			     "Content-Transfer-Encoding: 8bit\n"
			     "Auto-Submitted: auto-generated\n\n");
	g_string_append(out, message->text);
	return g_string_free(out, FALSE);
}
