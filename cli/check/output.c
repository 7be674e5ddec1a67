/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/output.h"

#include "cli/command.h"
#include "cli/text.h"

static const char *const words[] = {
	[CHECK_OK] = "ok",
	[CHECK_WARNING] = "warning",
	[CHECK_BAD] = "bad",
};

static void print(const char *word, const char *text)
{
	g_autofree char *clean = text_escape(text, g_get_charset(NULL));

	command_printf("%-8s %s\n", word, clean);
}

void check_output_say(
	CheckOutput *output, CheckLevel level, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	print(words[level], text);
	output->worst = MAX(output->worst, level);
}

void check_output_advise(const char *text)
{
	print("", text);
}
