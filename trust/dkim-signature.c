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
	signature->covers_part = g_hash_table_contains(tags, "l");
	if (signature->domain == NULL || signature->selector == NULL ||
		signature->signature == NULL)
		return NULL;
	for (char *c = signature->domain; *c != '\0'; c++)
		*c = g_ascii_tolower(*c);
	remove_blanks(signature->signature);
	return g_steal_pointer(&signature);
}
