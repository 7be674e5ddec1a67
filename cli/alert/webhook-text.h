/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CLI_ALERT_WEBHOOK_TEXT_H
#define CLI_ALERT_WEBHOOK_TEXT_H

/* Texts in the markup of those who show them. What reporters wrote becomes
 * neither markup nor a call of everybody, as "@all" does. */

#include <glib.h>

/* What stands for a character, or NULL for itself. */
typedef const char *WebhookEscape(char character);

/* Text without markup. */
WebhookEscape webhook_text_plain;
/* The mrkdwn of Slack and the Markdown of Mattermost, in which no code block
 * ends before its time. */
WebhookEscape webhook_text_mrkdwn;
/* HTML, also between double quotes. */
WebhookEscape webhook_text_html;

/* Appends as many lines as have room in `most` bytes, escaped, each with its
 * newline, and says so where that is not all. */
void webhook_text_append_lines(
	GString *out, const char *text, size_t most, WebhookEscape *escape);

/* Appends the text, which is short, escaped. */
void webhook_text_append(GString *out, const char *text, WebhookEscape *escape);

/* At most so many bytes, cut between two characters. The caller frees it. */
char *webhook_text_cut(const char *text, size_t most);

#endif
