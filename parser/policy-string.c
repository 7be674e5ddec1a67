/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/policy-string.h"

#include <string.h>

enum {
	MAX_AGE_DIGITS = 10,
};

static const struct {
	const char *name;
	PolicyStsMode mode;
} modes[] = {
	{"none", POLICY_STS_NONE},
	{"testing", POLICY_STS_TESTING},
	{"enforce", POLICY_STS_ENFORCE},
};

char **policy_string_split(const char *text)
{
	g_auto(GStrv) pieces = g_strsplit_set(text, ";\r\n", -1);
	g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

	for (char **piece = pieces; *piece != NULL; piece++) {
		g_strstrip(*piece);
		if (**piece != '\0')
			g_ptr_array_add(lines, g_strdup(*piece));
	}
	g_ptr_array_add(lines, NULL);
	return (char **)g_ptr_array_free(g_steal_pointer(&lines), FALSE);
}

const char *policy_sts_mode_name(PolicyStsMode mode)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (modes[i].mode == mode)
			return modes[i].name;
	}
	return NULL;
}

static PolicyStsMode parse_mode(const char *value)
{
	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		if (strcmp(modes[i].name, value) == 0)
			return modes[i].mode;
	}
	return POLICY_STS_UNKNOWN;
}

static int64_t parse_max_age(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	if (digits == 0 || digits > MAX_AGE_DIGITS || value[digits] != '\0')
		return -1;
	return g_ascii_strtoll(value, NULL, 10);
}

/* The value of "key: value", stripped, when the line has that key. */
static char *line_value(const char *line, const char *key)
{
	size_t length = strlen(key);

	line += strspn(line, " \t");
	if (strncmp(line, key, length) != 0 || line[length] != ':')
		return NULL;
	return g_strstrip(g_strdup(line + length + 1));
}

void policy_string_parse_sts(const char *const *lines, PolicySts *sts)
{
	GPtrArray *mx = g_ptr_array_new();
	bool has_mode = false;
	bool has_max_age = false;

	*sts = (PolicySts){.max_age = -1};
	for (; *lines != NULL; lines++) {
		g_autofree char *mode = line_value(*lines, "mode");
		g_autofree char *max_age = line_value(*lines, "max_age");
		char *host = line_value(*lines, "mx");

		if (mode != NULL && !has_mode)
			sts->mode = parse_mode(mode);
		if (max_age != NULL && !has_max_age)
			sts->max_age = parse_max_age(max_age);
		has_mode = has_mode || mode != NULL;
		has_max_age = has_max_age || max_age != NULL;
		if (host != NULL)
			g_ptr_array_add(mx, host);
	}
	g_ptr_array_add(mx, NULL);
	sts->mx = (char **)g_ptr_array_free(mx, FALSE);
}

void policy_sts_clear(PolicySts *sts)
{
	g_clear_pointer(&sts->mx, g_strfreev);
}

static bool scan_octet(const char **text, uint8_t *octet)
{
	char *end;
	guint64 value;

	*text += strspn(*text, " \t");
	if (!g_ascii_isdigit(**text))
		return false;
	value = g_ascii_strtoull(*text, &end, 10);
	if (value > UINT8_MAX || (*end != ' ' && *end != '\t'))
		return false;
	*octet = (uint8_t)value;
	*text = end;
	return true;
}

bool policy_string_parse_tlsa(const char *line, PolicyTlsa *tlsa)
{
	const char *rest = line;
	size_t hex;

	if (!scan_octet(&rest, &tlsa->usage) ||
		!scan_octet(&rest, &tlsa->selector) ||
		!scan_octet(&rest, &tlsa->matching_type))
		return false;
	tlsa->data = rest + strspn(rest, " \t");
	hex = strspn(tlsa->data, "0123456789abcdefABCDEF \t");
	return hex > 0 && tlsa->data[hex] == '\0';
}
