/* SPDX-License-Identifier: BSD-2-Clause */
#include "conf/address.h"

#include <string.h>

#include "conf/settings.h"
#include "conf/text-file.h"

#define LABEL_SIZE_MAX 63
#define DOMAIN_SIZE_MAX 253
#define LOCAL_SIZE_MAX 64

static bool is_utf8_byte(char c)
{
	return (unsigned char)c >= 0x80;
}

static bool is_label(const char *label, size_t size)
{
	if (size == 0 || size > LABEL_SIZE_MAX)
		return false;
	if (label[0] == '-' || label[size - 1] == '-')
		return false;
	for (size_t i = 0; i < size; i++) {
		if (!g_ascii_isalnum(label[i]) && label[i] != '-' &&
			!is_utf8_byte(label[i]))
			return false;
	}
	return true;
}

bool address_is_domain(const char *text)
{
	size_t size = strlen(text);

	if (size > DOMAIN_SIZE_MAX || !g_utf8_validate(text, -1, NULL))
		return false;
	for (;;) {
		size = strcspn(text, ".");
		if (!is_label(text, size))
			return false;
		if (text[size] == '\0')
			return true;
		text += size + 1;
	}
}

static bool is_dot_string(const char *local, size_t size)
{
	char last = '.';

	for (size_t i = 0; i < size; i++) {
		char c = local[i];

		if (c == '.' ? last == '.'
			     : !g_ascii_isalnum(c) && !is_utf8_byte(c) &&
					!strchr("!#$%&'*+-/=?^_`{|}~", c))
			return false;
		last = c;
	}
	return last != '.';
}

static bool is_quoted_string(const char *local, size_t size)
{
	if (size < 2 || local[0] != '"' || local[size - 1] != '"')
		return false;
	for (size_t i = 1; i < size - 1; i++) {
		if (local[i] == '\\')
			i++;
		else if (local[i] == '"')
			return false;
		if (i == size - 1 || g_ascii_iscntrl(local[i]))
			return false;
	}
	return true;
}

bool address_is_valid(const char *text)
{
	const char *at = strrchr(text, '@');
	size_t size;

	if (!at || !address_is_domain(at + 1) ||
		!g_utf8_validate(text, -1, NULL))
		return false;
	size = (size_t)(at - text);
	return size == 0 || (size <= LOCAL_SIZE_MAX &&
				    (is_dot_string(text, size) ||
					    is_quoted_string(text, size)));
}

bool address_is_mailbox(const char *text)
{
	return g_str_is_ascii(text) && text[0] != '@' && text[0] != '-' &&
	       address_is_valid(text);
}

/* `line` begins after `number` - 1 others and is changed. */
static bool read_line(const char *path, size_t number, char *line,
	GPtrArray *addresses, GError **error)
{
	g_autofree char *escaped = NULL;

	g_strstrip(line);
	if (line[0] == '\0' || line[0] == '#')
		return true;
	if (address_is_valid(line)) {
		g_ptr_array_add(addresses, g_strdup(line));
		return true;
	}
	escaped = g_strescape(line, NULL);
	g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
		"%s:%zu: \"%s\" must be LOCAL@DOMAIN or @DOMAIN", path, number,
		escaped);
	return false;
}

bool address_read_file(const char *path, GPtrArray *addresses, GError **error)
{
	g_autofree char *text =
		text_file_read(path, ADDRESS_FILE_SIZE_MAX, error);
	size_t most = addresses->len + ADDRESS_FILE_COUNT_MAX;
	char *line = text;

	for (size_t number = 1; line; number++) {
		char *next = strchr(line, '\n');

		if (next)
			*next++ = '\0';
		if (!read_line(path, number, line, addresses, error))
			return false;
		if (addresses->len > most) {
			g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
				"%s:%zu: more than %zu addresses; a line "
				"@DOMAIN stands for all of a domain",
				path, number, ADDRESS_FILE_COUNT_MAX);
			return false;
		}
		line = next;
	}
	return text;
}
