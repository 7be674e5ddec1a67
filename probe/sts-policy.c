/* SPDX-License-Identifier: BSD-2-Clause */
#include "probe/sts-policy.h"

#include <string.h>

#include "parser/address.h"
#include "parser/quote.h"

enum {
	QUOTE_MAX = 80,
	PROBLEMS_MAX = 20,
	KEY_MAX = 32,
	AGE_DIGITS_MAX = 10,
};

/* What has been read: the first of each key counts. */
typedef struct {
	StsPolicy *policy;
	GPtrArray *problems;
	GPtrArray *mx;
	bool has_version;
	bool has_mode;
	bool has_max_age;
} Reading;

static void complain(Reading *reading, const char *what)
{
	if (reading->problems->len < PROBLEMS_MAX)
		g_ptr_array_add(reading->problems, g_strdup(what));
}

static void complain_about(Reading *reading, const char *before,
	const char *text, const char *after)
{
	g_autofree char *quoted = quote_text(text, strlen(text), QUOTE_MAX);
	g_autofree char *what = g_strconcat(before, quoted, after, NULL);

	complain(reading, what);
}

static void read_version(Reading *reading, const char *value)
{
	if (reading->has_version)
		return;
	reading->has_version = true;
	if (strcmp(value, "STSv1") != 0)
		complain_about(reading, "version: ", value, " is not STSv1");
}

static void read_mode(Reading *reading, const char *value)
{
	if (reading->has_mode)
		return;
	reading->has_mode = true;
	for (int mode = POLICY_STS_NONE; mode <= POLICY_STS_ENFORCE; mode++) {
		if (strcmp(policy_sts_mode_name(mode), value) == 0)
			reading->policy->values.mode = mode;
	}
	if (reading->policy->values.mode == POLICY_STS_UNKNOWN)
		complain_about(reading, "mode: ", value,
			" is not enforce, testing or none");
}

static void read_max_age(Reading *reading, const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (reading->has_max_age)
		return;
	reading->has_max_age = true;
	if (digits == 0 || digits > AGE_DIGITS_MAX || value[digits] != '\0')
		complain_about(reading, "max_age: ", value,
			" is not a number of seconds of up to ten digits");
	else
		reading->policy->values.max_age =
			g_ascii_strtoll(value, NULL, 10);
}

static bool is_pattern(const char *text)
{
	const char *name = g_str_has_prefix(text, "*.") ? text + 2 : text;

	return address_is_host_name(name) && strstr(name, "..") == NULL &&
	       strchr(name, '.') != NULL && !g_str_has_suffix(name, ".");
}

static void read_mx(Reading *reading, const char *value)
{
	char *pattern = g_ascii_strdown(value, -1);

	if (!is_pattern(pattern))
		complain_about(reading, "mx: ", value,
			" is neither a host name nor *. and one");
	if (is_pattern(pattern) && reading->mx->len < STS_POLICY_MX_MAX)
		g_ptr_array_add(reading->mx, pattern);
	else
		g_free(pattern);
}

static const struct {
	const char *key;
	void (*read)(Reading *reading, const char *value);
} keys[] = {
	{"version", read_version},
	{"mode", read_mode},
	{"max_age", read_max_age},
	{"mx", read_mx},
};

static bool is_key(const char *line, size_t length)
{
	return length > 0 && length <= KEY_MAX && g_ascii_isalnum(*line) &&
	       strspn(line,
		       "abcdefghijklmnopqrstuvwxyz"
		       "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.") == length;
}

/* KEY ":" *WSP VALUE; keys that the RFC does not know are left alone. */
static void read_line(Reading *reading, const char *line)
{
	size_t length = strcspn(line, ":");
	g_autofree char *value = NULL;

	if (*line == '\0')
		return;
	if (line[length] != ':' || !is_key(line, length)) {
		complain_about(reading, "", line, " is not KEY: VALUE");
		return;
	}
	value = g_strstrip(g_strdup(line + length + 1));
	for (size_t i = 0; i < G_N_ELEMENTS(keys); i++) {
		if (strlen(keys[i].key) == length &&
			strncmp(keys[i].key, line, length) == 0)
			keys[i].read(reading, value);
	}
}

static void check_whole(Reading *reading)
{
	const StsPolicy *policy = reading->policy;

	if (!reading->has_version)
		complain(reading, "version is missing");
	if (!reading->has_mode)
		complain(reading, "mode is missing");
	if (!reading->has_max_age)
		complain(reading, "max_age is missing");
	if (reading->mx->len == 0 && policy->values.mode != POLICY_STS_NONE)
		complain(reading, "mx is missing");
}

/* A text of lines that end with LF or CRLF, and may end with blanks. */
static void read_lines(Reading *reading, const char *text)
{
	g_auto(GStrv) lines = g_strsplit(text, "\n", -1);

	if (!g_utf8_validate(text, -1, NULL))
		complain(reading, "the text is not UTF-8");
	for (char **line = lines; *line != NULL; line++)
		read_line(reading, g_strchomp(*line));
}

void sts_policy_parse(const char *bytes, size_t length, StsPolicy *policy)
{
	g_autofree char *text = g_strndup(length > 0 ? bytes : "", length);
	Reading reading = {
		.policy = policy,
		.problems = g_ptr_array_new(),
		.mx = g_ptr_array_new(),
	};

	*policy = (StsPolicy){.values.max_age = -1};
	if (strlen(text) != length)
		complain(&reading, "there is a NUL in it");
	read_lines(&reading, text);
	check_whole(&reading);
	g_ptr_array_add(reading.mx, NULL);
	g_ptr_array_add(reading.problems, NULL);
	policy->values.mx = (char **)g_ptr_array_free(reading.mx, FALSE);
	policy->problems = (char **)g_ptr_array_free(reading.problems, FALSE);
}

void sts_policy_clear(StsPolicy *policy)
{
	policy_sts_clear(&policy->values);
	g_clear_pointer(&policy->problems, g_strfreev);
}

bool sts_policy_pattern_covers(const char *pattern, const char *host)
{
	const char *rest;

	if (!g_str_has_prefix(pattern, "*."))
		return strcmp(pattern, host) == 0;
	rest = strchr(host, '.');
	return rest != NULL && rest != host && strcmp(pattern + 1, rest) == 0;
}

bool sts_policy_covers(const StsPolicy *policy, const char *host)
{
	for (char **mx = policy->values.mx; *mx != NULL; mx++) {
		if (sts_policy_pattern_covers(*mx, host))
			return true;
	}
	return false;
}
