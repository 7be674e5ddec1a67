/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/policy-string.h"
#include "tests/fuzz/fuzz.h"

/* A policy is split into lines once: splitting a line again changes
 * nothing. */
static void check_lines(const char *const *lines)
{
	for (; *lines != NULL; lines++) {
		g_auto(GStrv) again = policy_string_split(*lines);

		g_assert_cmpuint(g_strv_length(again), ==, 1);
		g_assert_cmpstr(again[0], ==, *lines);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_autofree char *text = g_strndup((const char *)data, size);
	g_auto(GStrv) lines = policy_string_split(text);
	g_auto(PolicySts) sts = {0};
	PolicyTlsa tlsa;

	check_lines((const char *const *)lines);
	policy_string_parse_sts((const char *const *)lines, &sts);
	for (char **line = lines; *line != NULL; line++)
		policy_string_parse_tlsa(*line, &tlsa);
	return 0;
}
