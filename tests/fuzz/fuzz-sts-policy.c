/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "probe/sts-policy.h"
#include "tests/fuzz/fuzz.h"

/* A pattern covers exactly what it says: itself, or one label in place of the
 * asterisk. */
static void check_pattern(const char *pattern)
{
	const char *name =
		g_str_has_prefix(pattern, "*.") ? pattern + 1 : pattern;
	g_autofree char *below = g_strconcat("a.", name + (*name == '.'), NULL);

	g_assert_true(
		sts_policy_pattern_covers(pattern, below) == (*name == '.'));
	g_assert_true(*name == '.' || sts_policy_pattern_covers(pattern, name));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	g_auto(StsPolicy) policy = {0};

	sts_policy_parse((const char *)data, size, &policy);
	g_assert_cmpuint(g_strv_length(policy.problems), <=, 20);
	g_assert_cmpuint(
		g_strv_length(policy.values.mx), <=, STS_POLICY_MX_MAX);
	for (char **mx = policy.values.mx; *mx != NULL; mx++)
		check_pattern(*mx);
	for (char **problem = policy.problems; *problem != NULL; problem++)
		g_assert_true(g_utf8_validate(*problem, -1, NULL));
	return 0;
}
