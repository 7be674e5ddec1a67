/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/comment.h"

#include <string.h>

/* The first byte behind the quoted string that begins at `text`. */
static char *skip_quoted(char *text)
{
	char quote = *text++;

	while (*text != '\0' && *text != quote) {
		if (*text == '\\' && text[1] != '\0')
			text++;
		text++;
	}
	return *text == quote ? text + 1 : text;
}

void comment_blank(char *text)
{
	while (*(text += strcspn(text, "#\"'")) != '\0') {
		size_t length = strcspn(text, "\n");

		if (*text == '#') {
			memset(text, ' ', length);
			text += length;
		} else {
			text = skip_quoted(text);
		}
	}
}
