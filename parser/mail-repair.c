/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/mail-repair.h"

#include <string.h>

enum {
	/* RFC 2046 section 5.1.1. */
	BOUNDARY_MAX = 70,
	/* As much of a header is looked at. */
	HEADER_MAX = 65536,
};

/* What is left to read. */
typedef struct {
	const char *text;
	size_t size;
} Rest;

/* Fields that say how the body is to be read, by their beginnings. */
static const char *const structure_fields[] = {
	"Content-",
	"ContentType",
	"MIME-Version",
};

void mail_bytes_free(MailBytes *bytes)
{
	if (bytes == NULL)
		return;
	if (bytes->is_borrowed)
		g_byte_array_steal(bytes->array, NULL);
	g_byte_array_unref(bytes->array);
	g_free(bytes);
}

/* The next line with its LF; NULL at the end. */
static const char *next_line(Rest *rest, size_t *length)
{
	const char *line = rest->text;
	const char *newline;

	if (rest->size == 0)
		return NULL;
	newline = memchr(line, '\n', rest->size);
	*length = newline != NULL ? (size_t)(newline - line) + 1 : rest->size;
	rest->text += *length;
	rest->size -= *length;
	return line;
}

static size_t trim(const char *line, size_t length)
{
	while (length > 0 && strchr("\r\n", line[length - 1]) != NULL &&
		line[length - 1] != '\0')
		length--;
	return length;
}

static bool has_prefix(const char *line, size_t length, const char *prefix)
{
	size_t size = strlen(prefix);

	return length >= size && g_ascii_strncasecmp(line, prefix, size) == 0;
}

/* The length of a field's name; 0 when the line does not begin one. */
static size_t get_name_length(const char *line, size_t length)
{
	size_t at = 0;

	while (at < length && (g_ascii_isalnum(line[at]) || line[at] == '-' ||
				      line[at] == '_'))
		at++;
	return at < length && line[at] == ':' ? at : 0;
}

static GByteArray *replace_cr(const char *text, size_t size)
{
	GByteArray *bytes = g_byte_array_sized_new((guint)size);

	g_byte_array_append(bytes, (const guint8 *)text, (guint)size);
	for (size_t i = 0; i < size; i++) {
		if (bytes->data[i] == '\r')
			bytes->data[i] = '\n';
	}
	return bytes;
}

static bool is_cr_only(const Rest *rest)
{
	return rest->size > 0 && memchr(rest->text, '\n', rest->size) == NULL &&
	       memchr(rest->text, '\r', rest->size) != NULL;
}

static void skip_to_header(Rest *rest)
{
	Rest after = *rest;
	size_t length;
	const char *line = next_line(&after, &length);

	while (line != NULL &&
		(trim(line, length) == 0 || has_prefix(line, length, "+OK"))) {
		*rest = after;
		line = next_line(&after, &length);
	}
}

MailBytes *mail_repair_lines(const uint8_t *data, size_t size)
{
	MailBytes *bytes = g_new0(MailBytes, 1);
	Rest rest = {(const char *)data, size};

	if (is_cr_only(&rest)) {
		bytes->array = replace_cr(rest.text, rest.size);
		rest = (Rest){(const char *)bytes->array->data, size};
		skip_to_header(&rest);
		g_byte_array_remove_range(
			bytes->array, 0, (guint)(size - rest.size));
		return bytes;
	}
	skip_to_header(&rest);
	bytes->is_borrowed = true;
	bytes->array = g_byte_array_new_take(
		(guint8 *)(uintptr_t)rest.text, rest.size);
	return bytes;
}

/* A continuation that is not marked as one gets the blank that marks it. */
static void add_header_line(GString *text, const char *line, size_t length)
{
	if (*line != ' ' && *line != '\t' && get_name_length(line, length) == 0)
		g_string_append_c(text, ' ');
	g_string_append_len(text, line, (gssize)length);
}

/* After a line that may separate parts comes their header. */
static GString *fold_fields(Rest rest)
{
	GString *text = g_string_sized_new(rest.size + BOUNDARY_MAX);
	bool in_header = true;
	bool is_first = true;
	const char *line;
	size_t length;

	while ((line = next_line(&rest, &length)) != NULL) {
		bool separates = has_prefix(line, length, "--");

		if (trim(line, length) == 0)
			in_header = false;
		if (in_header && !is_first && !separates)
			add_header_line(text, line, length);
		else
			g_string_append_len(text, line, (gssize)length);
		in_header = in_header || separates;
		is_first = separates;
	}
	return text;
}

/* The header, with the empty line after it, is taken off `rest`; what does not
 * speak of the structure is copied. */
static void copy_header(GByteArray *copy, Rest *rest)
{
	bool wanted = true;
	const char *line;
	size_t length;

	while ((line = next_line(rest, &length)) != NULL &&
		trim(line, length) > 0) {
		if (get_name_length(line, length) > 0) {
			wanted = true;
			for (size_t i = 0; i < G_N_ELEMENTS(structure_fields);
				i++)
				wanted &= !has_prefix(
					line, length, structure_fields[i]);
		}
		if (wanted)
			g_byte_array_append(
				copy, (const guint8 *)line, (guint)length);
	}
}

static bool is_boundary(const char *line, size_t length)
{
	length = trim(line, length);
	return length > 2 && length <= BOUNDARY_MAX + 2 &&
	       has_prefix(line, length, "--") &&
	       memchr(line, '"', length) == NULL &&
	       memchr(line, '\\', length) == NULL;
}

/* Moves `rest` to the line that a part's header comes after. */
static bool find_boundary(Rest *rest)
{
	Rest before = *rest;
	size_t length;
	const char *line = next_line(rest, &length);

	while (line != NULL) {
		bool possible = is_boundary(line, length);
		Rest here = before;

		before = *rest;
		line = next_line(rest, &length);
		if (possible && line != NULL &&
			has_prefix(line, length, "Content-")) {
			*rest = here;
			return true;
		}
	}
	return false;
}

static void append_text(GByteArray *bytes, const char *text, size_t length)
{
	g_byte_array_append(bytes, (const guint8 *)text, (guint)length);
}

static void append_type(GByteArray *bytes, const Rest *body)
{
	static const char type[] = "MIME-Version: 1.0\n"
				   "Content-Type: multipart/mixed; boundary=\"";
	Rest rest = *body;
	size_t length;
	const char *line = next_line(&rest, &length);

	append_text(bytes, type, strlen(type));
	append_text(bytes, line + 2, trim(line, length) - 2);
	append_text(bytes, "\"\n\n", 3);
}

GByteArray *mail_repair_structure(const uint8_t *data, size_t size)
{
	g_autoptr(GString) text = fold_fields((Rest){(const char *)data, size});
	GByteArray *copy = g_byte_array_sized_new((guint)text->len);
	Rest body = {text->str, text->len};

	copy_header(copy, &body);
	if (find_boundary(&body)) {
		append_type(copy, &body);
		append_text(copy, body.text, body.size);
	} else {
		g_byte_array_set_size(copy, 0);
		append_text(copy, text->str, text->len);
	}
	return copy;
}

bool mail_repair_is_mail(const uint8_t *data, size_t size)
{
	Rest rest = {(const char *)data, MIN(size, HEADER_MAX)};
	bool has_from = false;
	bool is_first = true;
	const char *line;
	size_t length;

	while ((line = next_line(&rest, &length)) != NULL &&
		trim(line, length) > 0) {
		bool is_mbox_line =
			is_first && has_prefix(line, length, "From ");

		if (get_name_length(line, length) == 0 && *line != ' ' &&
			*line != '\t' && !is_mbox_line)
			return false;
		has_from |= has_prefix(line, length, "From:");
		is_first = false;
	}
	return has_from;
}
