/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/import/kind.h"

#include <string.h>

enum {
	DIGITS_MAX = 12,
};

#define TEXT(text) (text), sizeof(text) - 1

static const struct {
	Kind kind;
	size_t offset;
	const char *text;
	size_t length;
} kinds[] = {
	{{"compressed with bzip2", "unpack them with bunzip2"}, 0, TEXT("BZh")},
	{{"compressed with xz", "unpack them with unxz"}, 0,
		TEXT("\375"
		     "7zXZ\0")},
	{{"compressed with zstd", "unpack them with unzstd"}, 0,
		TEXT("\050\265\057\375")},
	{{"compressed with lz4", "unpack them with unlz4"}, 0,
		TEXT("\004\042\115\030")},
	{{"compressed with 7-Zip", "unpack them with 7z x"}, 0,
		TEXT("7z\274\257\047\034")},
	{{"tar archive", "unpack them with tar -x"}, 257, TEXT("ustar")},
	{{"dbox of Dovecot",
		 "convert them with doveadm backup -u USER maildir:DIRECTORY"},
		0, TEXT("2 M")},
	{{"MMDF mailbox", "convert them to mbox or Maildir"}, 0,
		TEXT("\1\1\1\1\n")},
	{{"Outlook folder", "convert them with readpst"}, 0, TEXT("!BDN")},
	{{"Outlook message", "convert them with msgconvert"}, 0,
		TEXT("\320\317\021\340\241\261\032\341")},
};

const Kind *kind_find_unread(GBytes *content)
{
	gsize size;
	const char *data = g_bytes_get_data(content, &size);

	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (size >= kinds[i].offset + kinds[i].length &&
			memcmp(data + kinds[i].offset, kinds[i].text,
				kinds[i].length) == 0)
			return &kinds[i].kind;
	}
	return NULL;
}

const Kind *kind_find(const char *words)
{
	for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++) {
		if (strcmp(kinds[i].kind.words, words) == 0)
			return &kinds[i].kind;
	}
	return NULL;
}

/* The length of a line that has only a number and blanks after it, or 0. */
static size_t read_count(const char *data, size_t size, size_t *count)
{
	size_t at = 0;

	*count = 0;
	for (; at < size && at < DIGITS_MAX && g_ascii_isdigit(data[at]); at++)
		*count = *count * 10 + (size_t)g_ascii_digit_value(data[at]);
	if (at == 0)
		return 0;
	while (at < size && (data[at] == ' ' || data[at] == '\r'))
		at++;
	return at < size && data[at] == '\n' ? at + 1 : 0;
}

GBytes *kind_take_emlx(GBytes *content)
{
	static const char rest[] = "<?xml";
	gsize size;
	const char *data = g_bytes_get_data(content, &size);
	size_t count;
	size_t begin = read_count(data, size, &count);
	size_t left = size - begin;

	if (begin == 0 || count > left)
		return NULL;
	left -= count;
	if (left > 0 &&
		(left < strlen(rest) ||
			memcmp(data + begin + count, rest, strlen(rest)) != 0))
		return NULL;
	return g_bytes_new_from_bytes(content, begin, count);
}
