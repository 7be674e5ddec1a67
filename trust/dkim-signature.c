/* SPDX-License-Identifier: BSD-2-Clause */
#include "trust/dkim-signature.h"

#include <string.h>

#include "trust/tag-list.h"

void dkim_signature_free(DkimSignature *signature)
{
	if (signature == NULL)
		return;
	g_free(signature->domain);
	g_free(signature->selector);
	g_free(signature->signature);
	g_free(signature->fields);
	g_free(signature);
}

static void remove_blanks(char *text)
{
	char *to = text;

	for (; *text != '\0'; text++) {
		if (!g_ascii_isspace(*text))
			*to++ = *text;
	}
	*to = '\0';
}

static char *get_tag(GHashTable *tags, const char *name)
{
	return g_strdup(g_hash_table_lookup(tags, name));
}

DkimSignature *dkim_signature_parse(const char *value)
{
	g_autoptr(DkimSignature) signature = g_new0(DkimSignature, 1);
	g_autoptr(GHashTable) tags = NULL;

	if (strlen(value) > DKIM_SIGNATURE_SIZE_MAX)
		return NULL;
	tags = tag_list_parse(value);
	if (tags == NULL)
		return NULL;
	signature->domain = get_tag(tags, "d");
	signature->selector = get_tag(tags, "s");
	signature->signature = get_tag(tags, "b");
	signature->fields = get_tag(tags, "h");
	signature->covers_part = g_hash_table_contains(tags, "l");
	if (signature->domain == NULL || signature->selector == NULL ||
		signature->signature == NULL)
		return NULL;
	for (char *c = signature->domain; *c != '\0'; c++)
		*c = g_ascii_tolower(*c);
	remove_blanks(signature->signature);
	return g_steal_pointer(&signature);
}

bool dkim_signature_is_report_field(const char *name, size_t size)
{
	static const char *const names[] = {
		"TLS-Report-Domain", "TLS-Report-Submitter"};

	for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
		if (strlen(names[i]) == size &&
			g_ascii_strncasecmp(names[i], name, size) == 0)
			return true;
	}
	return false;
}

bool dkim_signature_covers_kind(const char *fields, bool has_report_fields)
{
	g_auto(GStrv) names = g_strsplit(fields != NULL ? fields : "", ":", -1);

	for (size_t i = 0; names[i] != NULL; i++) {
		const char *name = g_strstrip(names[i]);

		if (g_ascii_strcasecmp(name, "Content-Type") == 0 ||
			(has_report_fields && dkim_signature_is_report_field(
						      name, strlen(name))))
			return true;
	}
	return false;
}
