/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/policy-type.h"

#include <glib.h>
#include <string.h>

static const PolicyTypeInfo infos[] = {
	{"tlsa", "DANE (TLSA records)"},
	{"sts", "MTA-STS"},
	{"no-policy-found", "no policy found"},
};

const PolicyTypeInfo *policy_type_get_info(const char *name)
{
	for (size_t i = 0; i < G_N_ELEMENTS(infos); i++) {
		if (strcmp(infos[i].name, name) == 0)
			return &infos[i];
	}
	return NULL;
}

/* The largest number of bytes up to the limit that cuts no character. */
static size_t bounded_length(const char *text)
{
	size_t length = strlen(text);

	if (length <= POLICY_TYPE_NAME_MAX)
		return length;
	length = POLICY_TYPE_NAME_MAX;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	return length;
}

char *policy_type_canonical_name(const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);
	char *name = g_strstrip(lower);

	name[bounded_length(name)] = '\0';
	return g_strdup(g_strdelimit(name, "_ \t\n\v\f\r", '-'));
}
