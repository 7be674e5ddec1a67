/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/mail-header.h"

#include <stdbool.h>
#include <string.h>

#include "parser/candidate.h"

#define STRUCTURE_PREFIX "Content-"

/* Which one GMime goes by where a field is repeated. */
typedef enum {
	TAKE_FIRST,
	TAKE_LAST,
	TAKE_ALL,
} Take;

static const struct {
	const char *name;
	Take take;
} fields[MAIL_FIELD_COUNT] = {
	[MAIL_FIELD_REPORT_DOMAIN] = {"TLS-Report-Domain", TAKE_FIRST},
	[MAIL_FIELD_SUBMITTER] = {"TLS-Report-Submitter", TAKE_FIRST},
	[MAIL_FIELD_SUBJECT] = {"Subject", TAKE_FIRST},
	[MAIL_FIELD_MISSPELT_TYPE] = {CANDIDATE_MISSPELT_TYPE, TAKE_FIRST},
	[MAIL_FIELD_MESSAGE_ID] = {"Message-ID", TAKE_LAST},
	[MAIL_FIELD_LAST_SUBJECT] = {"Subject", TAKE_LAST},
	[MAIL_FIELD_FROM] = {"From", TAKE_ALL},
};

const char *mail_header_get_name(MailFieldIndex index)
{
	return fields[index].name;
}

/* False when the texts of several fields would be needed. */
static bool add(MailHeader *header, const char *name, size_t length,
	const char *text, size_t size)
{
	bool is_whole = true;

	for (size_t i = 0; i < MAIL_FIELD_COUNT; i++) {
		MailField *field = &header->fields[i];

		if (strlen(fields[i].name) != length ||
			g_ascii_strncasecmp(fields[i].name, name, length) != 0)
			continue;
		is_whole &= field->text == NULL || fields[i].take != TAKE_ALL;
		if (field->text == NULL || fields[i].take == TAKE_LAST)
			*field = (MailField){text, size};
	}
	return is_whole;
}

void mail_header_init(MailHeader *header, GMimeMessage *message)
{
	GMimeHeaderList *list =
		g_mime_object_get_header_list(GMIME_OBJECT(message));
	int count = g_mime_header_list_get_count(list);

	*header = (MailHeader){0};
	for (int i = 0; i < count; i++) {
		GMimeHeader *each = g_mime_header_list_get_header_at(list, i);
		const char *name = g_mime_header_get_name(each);
		const char *text = g_mime_header_get_raw_value(each);

		add(header, name, strlen(name), text, strlen(text));
	}
	header->from = g_object_ref(g_mime_message_get_from(message));
}

void mail_header_clear(MailHeader *header)
{
	g_clear_object(&header->from);
}

/* 0 where the line does not begin a field. */
static size_t get_name_length(const char *line, size_t size)
{
	size_t length = 0;

	while (length < size && g_ascii_isgraph(line[length]) &&
		line[length] != ':')
		length++;
	return length < size && line[length] == ':' ? length : 0;
}

/* With the lines that continue it; 0 where its end is not there. */
static size_t get_field_size(const char *field, size_t size)
{
	size_t at = 0;

	do {
		const char *newline = memchr(field + at, '\n', size - at);

		if (newline == NULL)
			return 0;
		at = (size_t)(newline - field) + 1;
	} while (at < size && (field[at] == ' ' || field[at] == '\t'));
	return at;
}

static bool is_structure(const char *name, size_t length)
{
	return length >= strlen(STRUCTURE_PREFIX) &&
	       g_ascii_strncasecmp(
		       name, STRUCTURE_PREFIX, strlen(STRUCTURE_PREFIX)) == 0;
}

static bool is_empty_line(const char *line, size_t size)
{
	return (size > 0 && line[0] == '\n') ||
	       (size > 1 && line[0] == '\r' && line[1] == '\n');
}

/* The size of the header; 0 where it is in doubt. */
static size_t read_fields(
	MailHeader *header, GByteArray *part, const char *text, size_t size)
{
	size_t at = 0;

	while (!is_empty_line(text + at, size - at)) {
		const char *name = text + at;
		size_t length = get_name_length(name, size - at);
		size_t field = length > 0 ? get_field_size(name, size - at) : 0;

		if (field == 0)
			return 0;
		if (is_structure(name, length))
			g_byte_array_append(
				part, (const guint8 *)name, (guint)field);
		else if (!add(header, name, length, name + length + 1,
				 field - length - 1))
			return 0;
		at += field;
	}
	return at;
}

static char *copy(const MailHeader *header, MailFieldIndex index)
{
	const MailField *field = &header->fields[index];

	return g_strndup(field->text, field->size);
}

/* GMime reads on where an address is none, but only in a whole header. */
static bool read_from(MailHeader *header)
{
	g_autofree char *text = copy(header, MAIL_FIELD_FROM);

	if (text == NULL)
		return true;
	header->from = internet_address_list_parse(NULL, text);
	return header->from != NULL;
}

GByteArray *mail_header_split(MailHeader *header, const GByteArray *mail)
{
	g_autoptr(GByteArray) part = g_byte_array_sized_new(mail->len);
	size_t size;

	*header = (MailHeader){0};
	size = read_fields(header, part, (const char *)mail->data, mail->len);
	if (size == 0 || !read_from(header))
		return NULL;
	g_byte_array_append(part, mail->data + size, (guint)(mail->len - size));
	return g_steal_pointer(&part);
}

char *mail_header_decode(const MailHeader *header, MailFieldIndex index)
{
	g_autofree char *raw = copy(header, index);
	g_autofree char *unfolded = NULL;

	if (raw == NULL)
		return NULL;
	unfolded = g_mime_utils_header_unfold(raw);
	return g_mime_utils_header_decode_text(NULL, unfolded);
}
