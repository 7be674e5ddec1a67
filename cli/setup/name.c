/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/setup/name.h"

#include <string.h>

#include "cli/setup/error.h"
#include "parser/address.h"
#include "parser/quote.h"

enum {
	LABEL_MAX = 63,
	QUOTE_MAX = 300,
};

/* The longest that is put before a name. */
#define LONGEST_PREFIX "_smtp._tls."

static bool is_label(const char *label, size_t length)
{
	return length > 0 && length <= LABEL_MAX && *label != '-';
}

bool setup_name_is_good(const char *name)
{
	if (!address_is_host_name(name) ||
		strlen(name) + strlen(LONGEST_PREFIX) > ADDRESS_HOST_MAX)
		return false;
	for (;;) {
		size_t length = strcspn(name, ".");

		if (!is_label(name, length))
			return false;
		if (name[length] == '\0')
			return true;
		name += length + 1;
	}
}

bool setup_name_check(const char *what, const char *name, GError **error)
{
	g_autofree char *quoted = NULL;

	if (setup_name_is_good(name))
		return true;
	quoted = quote_text(name, strlen(name), QUOTE_MAX);
	g_set_error(error, SETUP_ERROR, SETUP_ERROR_NAME,
		"%s %s is not the name of a host, so that nothing is written "
		"for it: correct the record",
		what, quoted);
	return false;
}

bool setup_name_is_good_pattern(const char *pattern)
{
	return setup_name_is_good(
		g_str_has_prefix(pattern, "*.") ? pattern + 2 : pattern);
}

bool setup_name_is_in(const char *name, const char *domain)
{
	size_t length = strlen(name);
	size_t end = strlen(domain);

	return length >= end && strcmp(name + length - end, domain) == 0 &&
	       (length == end || name[length - end - 1] == '.');
}
