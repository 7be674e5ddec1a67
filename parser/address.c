/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/address.h"

#include <arpa/inet.h>
#include <glib.h>
#include <idn2.h>
#include <string.h>

enum {
	/* A bracketed address with tag, zone and port fits easily. */
	ADDRESS_TEXT_MAX = 128,
};

static bool canonical_ipv6(const char *text, char canonical[ADDRESS_SIZE])
{
	struct in6_addr address;
	const void *ipv4 = address.s6_addr + 12;

	if (inet_pton(AF_INET6, text, &address) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&address))
		return inet_ntop(AF_INET, ipv4, canonical, ADDRESS_SIZE) !=
		       NULL;
	return inet_ntop(AF_INET6, &address, canonical, ADDRESS_SIZE) != NULL;
}

/* There is one way only to write what is taken here: inet_ntop() would print
 * the same. */
static bool canonical_ipv4(const char *text, char canonical[ADDRESS_SIZE])
{
	struct in_addr address;

	if (inet_pton(AF_INET, text, &address) != 1)
		return false;
	memcpy(canonical, text, strlen(text) + 1);
	return true;
}

/* Any colon in an IPv4 address is that of a port. */
static bool canonical_any(char *text, char canonical[ADDRESS_SIZE])
{
	char *colon = strchr(text, ':');

	if (colon != NULL) {
		if (canonical_ipv6(text, canonical))
			return true;
		*colon = '\0';
	}
	return canonical_ipv4(text, canonical);
}

bool address_canonical(const char *text, char canonical[ADDRESS_SIZE])
{
	char copy[ADDRESS_TEXT_MAX];
	size_t length = strlen(text);
	char *start;
	char *end;

	if (length >= sizeof(copy))
		return false;
	memcpy(copy, text, length + 1);
	start = g_strstrip(copy);
	if (*start == '[') {
		start++;
		end = strchr(start, ']');
		if (end == NULL)
			return false;
		*end = '\0';
	}
	if (g_ascii_strncasecmp(start, "IPv6:", 5) == 0)
		start += 5;
	end = strchr(start, '%');
	if (end != NULL)
		*end = '\0';
	return canonical_any(start, canonical);
}

#define BLANKS " \t\r\n\v\f"

/* "*.example.com" is a pattern, which libidn2 refuses as a whole. It refuses
 * some capital letters, too. */
static char *to_a_labels(const char *text)
{
	g_autofree char *lower = g_utf8_strdown(text, -1);
	const char *name = g_str_has_prefix(lower, "*.") ? lower + 2 : lower;
	uint8_t *labels = NULL;
	char *domain;

	if (idn2_lookup_u8((const uint8_t *)name, &labels,
		    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
		return g_steal_pointer(&lower);
	domain = g_strconcat(
		name == lower ? "" : "*.", (const char *)labels, NULL);
	idn2_free(labels);
	return domain;
}

/* Takes blanks off both ends, and dots off the end. */
static char *trim(const char *text)
{
	size_t length;

	text += strspn(text, BLANKS);
	length = strlen(text);
	while (length > 0 && strchr(BLANKS ".", text[length - 1]) != NULL)
		length--;
	return g_strndup(text, length);
}

/* Beside letters in lower case and digits: what host names in use have; what
 * patterns have, too; and what address literals have. */
#define HOST_CHARS "-._"
#define PATTERN_CHARS HOST_CHARS "*"
#define DOMAIN_CHARS PATTERN_CHARS "[]:"

static bool is_name_char(char c, const char *others)
{
	return g_ascii_islower(c) || g_ascii_isdigit(c) ||
	       strchr(others, c) != NULL;
}

static bool consists_of(const char *text, const char *others)
{
	while (*text != '\0' && is_name_char(*text, others))
		text++;
	return *text == '\0';
}

bool address_is_host_name(const char *text)
{
	return *text != '\0' && *text != '.' &&
	       strlen(text) <= ADDRESS_HOST_MAX &&
	       consists_of(text, HOST_CHARS);
}

bool address_is_plain_domain(const char *text)
{
	return *text != '\0' && consists_of(text, PATTERN_CHARS);
}

bool address_is_canonical_domain(const char *text)
{
	size_t length = 0;

	while (text[length] != '\0' && is_name_char(text[length], DOMAIN_CHARS))
		length++;
	return text[length] == '\0' && length > 0 && text[length - 1] != '.' &&
	       length <= ADDRESS_DOMAIN_MAX;
}

char *address_canonical_domain(const char *text)
{
	g_autofree char *domain = NULL;

	if (strlen(text) > 4 * ADDRESS_DOMAIN_MAX)
		return NULL;
	domain = trim(text);
	if (!g_str_is_ascii(domain)) {
		g_autofree char *labels = to_a_labels(domain);

		g_free(domain);
		domain = trim(labels);
	}
	for (char *p = domain; *p != '\0'; p++) {
		*p = g_ascii_tolower(*p);
		if ((*p & 0x80) == 0 && !is_name_char(*p, DOMAIN_CHARS))
			return NULL;
	}
	if (*domain == '\0' || strlen(domain) > ADDRESS_DOMAIN_MAX)
		return NULL;
	return g_steal_pointer(&domain);
}

char **address_canonical_domains(const char *const *domains)
{
	GPtrArray *list = g_ptr_array_new();

	for (; *domains != NULL; domains++) {
		char *domain = address_canonical_domain(*domains);

		if (domain != NULL)
			g_ptr_array_add(list, domain);
	}
	g_ptr_array_add(list, NULL);
	return (char **)g_ptr_array_free(list, FALSE);
}

char *address_get_domain(const char *mailbox)
{
	const char *at = strrchr(mailbox, '@');
	g_autofree char *domain = NULL;

	if (at == NULL)
		return NULL;
	domain = g_strdup(at + 1);
	domain[strcspn(domain, "> \t)")] = '\0';
	return address_canonical_domain(domain);
}
