/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef PROBE_SMTP_REPLY_H
#define PROBE_SMTP_REPLY_H

/* The reply of a mail server (RFC 5321 section 4.2), put together from bytes
 * as they come. */

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

enum {
	/* Bytes of a line with its end (section 4.5.3.1.5), and lines. */
	SMTP_REPLY_LINE_MAX = 512,
	SMTP_REPLY_LINES_MAX = 100,
};

typedef enum {
	SMTP_REPLY_MORE,
	SMTP_REPLY_DONE,
	/* No line of a reply, one that is too long, or too many. */
	SMTP_REPLY_WRONG,
} SmtpReplyState;

/* `code` is 0 before the first line; `lines` are what follows the codes, as
 * sent; `problem` is constant. */
typedef struct {
	SmtpReplyState state;
	int code;
	GPtrArray *lines;
	GString *line;
	const char *problem;
} SmtpReply;

/* Clear with smtp_reply_clear(). */
void smtp_reply_init(SmtpReply *reply);
void smtp_reply_clear(SmtpReply *reply);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(SmtpReply, smtp_reply_clear)

/* Adds bytes, and returns how many belong to the reply: fewer than `length`
 * only when it is no longer SMTP_REPLY_MORE. */
size_t smtp_reply_add(SmtpReply *reply, const char *bytes, size_t length);

/* Whether a line of an answer to EHLO names the extension. */
bool smtp_reply_has_extension(const SmtpReply *reply, const char *name);

/* The code and the first line, quoted, for a message. The caller frees it. */
char *smtp_reply_describe(const SmtpReply *reply);

#endif
