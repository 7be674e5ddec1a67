/* SPDX-License-Identifier: BSD-2-Clause */
#include "https/answer.h"

#include <string.h>

#define ALLOWED_METHODS "POST, HEAD, OPTIONS"

static const struct {
	const char *status;
	const char *fields;
	const char *text;
} answers[] = {
#define ANSWER(name, ...) [ANSWER_##name] = {__VA_ARGS__},
#include "https/answer.def"
};

char *answer_write(Answer answer, const char *detail, bool is_head)
{
	g_autofree char *line = g_strdup_printf("%s%s%s\n",
		answers[answer].text, detail != NULL ? ": " : "",
		detail != NULL ? detail : "");

	return g_strdup_printf("Status: %s\r\n"
			       "Content-Type: text/plain; charset=utf-8\r\n"
			       "Content-Length: %zu\r\n"
			       "Cache-Control: no-store\r\n"
			       "%s\r\n%s",
		answers[answer].status, strlen(line), answers[answer].fields,
		is_head ? "" : line);
}
