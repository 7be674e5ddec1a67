/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/smtp-reply.h"

#include <string.h>

#include "parser/quote.h"

enum {
	CODE_LENGTH = 3,
	QUOTE_MAX = 120,
};

void smtp_reply_init(SmtpReply *reply)
{
	*reply = (SmtpReply){
		.lines = g_ptr_array_new_with_free_func(g_free),
		.line = g_string_new(NULL),
	};
}

void smtp_reply_clear(SmtpReply *reply)
{
	g_clear_pointer(&reply->lines, g_ptr_array_unref);
	if (reply->line != NULL)
		g_string_free(reply->line, TRUE);
	reply->line = NULL;
}

static void refuse(SmtpReply *reply, const char *problem)
{
	reply->state = SMTP_REPLY_WRONG;
	reply->problem = problem;
}

static int read_code(const char *line)
{
	if (strspn(line, "0123456789") != CODE_LENGTH || *line < '2' ||
		*line > '5')
		return 0;
	return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
}

/* Of several lines the last code counts. */
static void end_line(SmtpReply *reply)
{
	const char *line = g_strchomp(reply->line->str);
	int code = read_code(line);
	char separator;

	if (code == 0 || strchr(" -", line[CODE_LENGTH]) == NULL) {
		refuse(reply, "a line is not a reply of SMTP");
		return;
	}
	separator = line[CODE_LENGTH];
	reply->code = code;
	g_ptr_array_add(reply->lines,
		g_strdup(line + CODE_LENGTH + (separator != '\0')));
	g_string_truncate(reply->line, 0);
	if (separator != '-')
		reply->state = SMTP_REPLY_DONE;
	else if (reply->lines->len >= SMTP_REPLY_LINES_MAX)
		refuse(reply, "a reply has too many lines");
}

size_t smtp_reply_add(SmtpReply *reply, const char *bytes, size_t length)
{
	size_t used = 0;

	while (used < length && reply->state == SMTP_REPLY_MORE) {
		char byte = bytes[used++];

		if (byte == '\0')
			byte = '?';
		g_string_append_c(reply->line, byte);
		if (byte == '\n')
			end_line(reply);
		else if (reply->line->len >= SMTP_REPLY_LINE_MAX)
			refuse(reply, "a line is too long");
	}
	return used;
}

bool smtp_reply_has_extension(const SmtpReply *reply, const char *name)
{
	size_t length = strlen(name);

	for (guint i = 1; i < reply->lines->len; i++) {
		const char *line = reply->lines->pdata[i];

		if (g_ascii_strncasecmp(line, name, length) == 0 &&
			strchr(" ", line[length]) != NULL)
			return true;
	}
	return false;
}

char *smtp_reply_describe(const SmtpReply *reply)
{
	const char *line = reply->lines->len > 0 ? reply->lines->pdata[0] : "";
	g_autofree char *quoted = quote_text(line, strlen(line), QUOTE_MAX);

	return g_strdup_printf("%d %s", reply->code, quoted);
}
