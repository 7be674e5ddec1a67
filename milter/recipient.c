/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/recipient.h"

#include <string.h>

#include "parser/address.h"

struct RecipientMatcher {
	GHashTable *addresses;
	char *delimiters;
};

/* Copies up to the end, past comments (RFC 5322 section 3.2.2), blanks and the
 * phrase before an angle bracket, and takes quoted strings and escapes for what
 * they mean. An '@' that was quoted or escaped is no separator: it becomes
 * U+FFFD, which no address has. */
static char *unquote(const char *text)
{
	GString *plain = g_string_new(NULL);
	bool quoted = false;
	int depth = 0;

	for (; *text != '\0'; text++) {
		bool escaped = *text == '\\' && text[1] != '\0';

		if (escaped) {
			text++;
		} else if (*text == '"' && depth == 0) {
			quoted = !quoted;
			continue;
		} else if (!quoted && (*text == '(' || *text == ')')) {
			depth = MAX(depth + (*text == '(' ? 1 : -1), 0);
			continue;
		} else if (!quoted && strchr("<> \t", *text) != NULL) {
			if (*text == '<' && depth == 0)
				g_string_truncate(plain, 0);
			continue;
		}
		if (depth == 0 && (quoted || escaped) && *text == '@')
			g_string_append(plain, "\xef\xbf\xbd");
		else if (depth == 0)
			g_string_append_c(plain, *text);
	}
	return g_string_free(plain, FALSE);
}

char *recipient_get_address(const char *argument)
{
	g_autofree char *plain = unquote(argument);
	const char *start = plain;
	const char *colon = strchr(plain, ':');

	/* "@relay,@relay:user@domain" (RFC 5321 appendix C). */
	if (*start == '@' && colon != NULL)
		start = colon + 1;
	return g_strdup(start);
}

/* The form that is compared: lower case, the domain in A-labels. */
static char *fold(const char *argument)
{
	g_autofree char *address = recipient_get_address(argument);
	g_autofree char *valid = g_utf8_make_valid(address, -1);
	g_autofree char *composed =
		g_utf8_normalize(valid, -1, G_NORMALIZE_NFC);
	g_autofree char *folded = g_utf8_strdown(composed, -1);
	g_autofree char *domain = address_get_domain(folded);
	const char *at = strrchr(folded, '@');

	if (at == NULL || domain == NULL)
		return g_steal_pointer(&folded);
	return g_strdup_printf("%.*s@%s", (int)(at - folded), folded, domain);
}

RecipientMatcher *recipient_matcher_new(
	const char *const *addresses, const char *delimiters)
{
	RecipientMatcher *matcher = g_new0(RecipientMatcher, 1);

	matcher->delimiters = g_strdup(delimiters);
	matcher->addresses =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	for (; *addresses != NULL; addresses++)
		g_hash_table_add(matcher->addresses, fold(*addresses));
	return matcher;
}

void recipient_matcher_free(RecipientMatcher *matcher)
{
	if (matcher == NULL)
		return;
	g_hash_table_unref(matcher->addresses);
	g_free(matcher->delimiters);
	g_free(matcher);
}

static bool contains_without_extension(
	const RecipientMatcher *matcher, const char *address, const char *at)
{
	size_t local = strcspn(address, matcher->delimiters);
	g_autofree char *shorter = NULL;

	if (local == 0 || address + local >= at)
		return false;
	shorter = g_strdup_printf("%.*s%s", (int)local, address, at);
	return g_hash_table_contains(matcher->addresses, shorter);
}

bool recipient_matcher_contains(
	const RecipientMatcher *matcher, const char *argument)
{
	g_autofree char *address = fold(argument);
	const char *at = strrchr(address, '@');

	if (at == NULL)
		return false;
	return g_hash_table_contains(matcher->addresses, address) ||
	       g_hash_table_contains(matcher->addresses, at) ||
	       contains_without_extension(matcher, address, at);
}
