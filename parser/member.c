/* SPDX-License-Identifier: BSD-2-Clause */
#include "parser/member.h"

#include <glib.h>
#include <math.h>
#include <string.h>

#include "parser/json-load.h"
#include "parser/json-names.h"
#include "parser/quote.h"
#include "parser/utf8.h"

enum {
	/* So much of a foreign name is shown. */
	SHOWN_MAX = 80,
};

void member_remark(MemberReader *reader, const char *format, ...)
{
	va_list arguments;
	g_autofree char *text = NULL;

	if (reader->remark_count > MEMBER_REMARKS_MAX)
		return;
	va_start(arguments, format);
	text = g_strdup_vprintf(format, arguments);
	va_end(arguments);
	for (size_t i = 0; i < reader->remark_count; i++) {
		if (strcmp(reader->remarks[i], text) == 0)
			return;
	}
	if (reader->remark_count == MEMBER_REMARKS_MAX)
		reader->remarks[reader->remark_count++] =
			"further remarks are left out";
	else
		reader->remarks[reader->remark_count++] =
			report_copy_string(reader->report, text, strlen(text));
}

static const char *get_name(const MemberReader *reader, const char *key)
{
	return reader->short_names ? json_names_get(key) : key;
}

static const char *skip_hyphens(const char *text)
{
	return text + strspn(text, "-_");
}

/* Case and hyphens do not count. */
static bool same_spelling(const char *key, const char *name)
{
	key = skip_hyphens(key);
	name = skip_hyphens(name);
	while (*key != '\0' && g_ascii_tolower(*key) == *name) {
		key = skip_hyphens(key + 1);
		name = skip_hyphens(name + 1);
	}
	return *key == *name;
}

static bool is_spelling_of(const char *key, const MemberName *name)
{
	if (same_spelling(key, name->name))
		return true;
	for (size_t i = 0; i < G_N_ELEMENTS(name->spellings); i++) {
		if (name->spellings[i] != NULL &&
			same_spelling(key, name->spellings[i]))
			return true;
	}
	return false;
}

/* Most objects have their members in the order of the table. */
static size_t find_exact(const MemberTable *table, const char *key, size_t next)
{
	size_t index = 0;

	if (next < table->count && strcmp(table->names[next].name, key) == 0)
		return next;
	while (index < table->count &&
		strcmp(table->names[index].name, key) != 0)
		index++;
	return index;
}

static size_t find_spelling(const MemberTable *table, const char *key)
{
	size_t index = 0;

	while (index < table->count &&
		!is_spelling_of(key, &table->names[index]))
		index++;
	return index;
}

void member_keep(MemberObject *object, const char *name, json_t *value)
{
	if (object->extra == NULL)
		object->extra = json_object();
	if (json_object_get(object->extra, name) == NULL)
		json_object_set(object->extra, name, value);
}

static void remark_unknown(MemberObject *object, const char *key)
{
	g_autofree char *shown = quote_text(key, strlen(key), SHOWN_MAX);

	member_remark(object->reader,
		"%s%s: no member of RFC 8460, kept in extra",
		object->table->where, shown);
}

/* A key that is not in the table: another spelling fills a member that is
 * absent, the `extra` of canonical JSON is opened, all else is kept. */
static void place_other(MemberObject *object, const char *key, json_t *value)
{
	const MemberTable *table = object->table;
	size_t index = find_spelling(table, key);
	const char *name;
	json_t *inner;

	if (index < table->count && object->values[index] == NULL) {
		object->values[index] = value;
		member_remark(object->reader, "%s%s: spelt in another way",
			table->where, table->names[index].name);
		return;
	}
	if (strcmp(key, "extra") != 0 || !json_is_object(value)) {
		member_keep(object, key, value);
		if (table->remarks_unknown)
			remark_unknown(object, key);
		return;
	}
	json_object_foreach(value, name, inner)
		member_keep(object, get_name(object->reader, name), inner);
}

void member_open(MemberObject *object, MemberReader *reader,
	const MemberTable *table, json_t *value)
{
	size_t taken = 0;
	size_t index = 0;
	const char *key;
	json_t *member;

	memset(object, 0, sizeof(*object));
	object->reader = reader;
	object->table = table;
	if (value != NULL && !json_is_object(value)) {
		if (!json_is_null(value))
			member_remark(
				reader, "%s: not an object", table->where);
		return;
	}
	for (void *at = json_object_iter(value); at != NULL;
		at = json_object_iter_next(value, at)) {
		key = get_name(reader, json_object_iter_key(at));
		index = find_exact(table, key, index);
		if (index < table->count) {
			object->values[index++] = json_object_iter_value(at);
			taken++;
		}
	}
	if (taken == json_object_size(value))
		return;
	json_object_foreach(value, key, member)
	{
		const char *name = get_name(reader, key);

		if (find_exact(table, name, 0) == table->count)
			place_other(object, name, member);
	}
}

void member_clear(MemberObject *object)
{
	json_decref(object->extra);
	object->extra = NULL;
}

void member_reject(MemberObject *object, size_t index, const char *complaint)
{
	const char *name = object->table->names[index].name;

	member_remark(object->reader, "%s%s: %s", object->table->where, name,
		complaint);
	member_keep(object, name, object->values[index]);
}

void member_reject_elements(MemberObject *object, size_t index, json_t *array)
{
	const char *name = object->table->names[index].name;
	g_autoptr(json_t) rejected = json_array();
	size_t i;
	json_t *element;

	json_array_foreach(array, i, element)
	{
		if (!json_is_object(element))
			json_array_append(rejected, element);
	}
	if (json_array_size(rejected) == 0)
		return;
	member_remark(object->reader, "%s%s: holds what is not an object",
		object->table->where, name);
	member_keep(object, name, rejected);
}

const char *member_copy_cut(MemberObject *object, size_t index,
	const char *text, size_t length, size_t size)
{
	if (length > size) {
		member_remark(object->reader, "%s%s: cut at %zu bytes",
			object->table->where, object->table->names[index].name,
			size);
		length = utf8_cut(text, length, size);
	}
	if (length == 0)
		return NULL;
	return report_copy_string(object->reader->report, text, length);
}

const char *member_copy_text(
	MemberObject *object, size_t index, json_t *text, size_t size)
{
	const char *bytes = json_string_value(text);
	size_t length = json_string_length(text);
	g_autofree char *clean = NULL;

	if (memchr(bytes, '\0', length) != NULL) {
		member_remark(object->reader, "%s%s: contains NUL",
			object->table->where, object->table->names[index].name);
		clean = utf8_replace_nul(bytes, length);
		bytes = clean;
		length = strlen(clean);
	}
	return member_copy_cut(object, index, bytes, length, size);
}

const char *member_get_string(MemberObject *object, size_t index, size_t size)
{
	json_t *value = object->values[index];
	g_autofree char *text = NULL;

	if (value == NULL || json_is_null(value))
		return NULL;
	if (json_is_string(value))
		return member_copy_text(object, index, value, size);
	if (!json_is_number(value)) {
		member_reject(object, index, "not a string");
		return NULL;
	}
	member_remark(object->reader, "%s%s: a number instead of a string",
		object->table->where, object->table->names[index].name);
	text = json_load_to_text(value);
	return report_copy_string(object->reader->report, text, strlen(text));
}

const char *member_borrow_string(
	MemberObject *object, size_t index, size_t size)
{
	const json_t *value = object->values[index];
	size_t length = json_string_length(value);
	const char *text = json_string_value(value);

	if (length == 0 || length > size || strlen(text) < length)
		return member_get_string(object, index, size);
	return text;
}

static bool parse_digits(const char *text, int64_t *count)
{
	guint64 value;

	if (!g_ascii_string_to_unsigned(text, 10, 0, INT64_MAX, &value, NULL))
		return false;
	*count = (int64_t)value;
	return true;
}

/* A count written as text or as a real with nothing behind the point. */
static bool parse_odd_count(json_t *value, int64_t *count)
{
	double real;

	if (json_is_string(value))
		return parse_digits(json_string_value(value), count);
	if (!json_is_real(value))
		return false;
	real = json_real_value(value);
	if (real < 0 || real != floor(real) || real >= 0x1p63)
		return false;
	*count = (int64_t)real;
	return true;
}

static int64_t read_count(MemberObject *object, size_t index)
{
	json_t *value = object->values[index];
	int64_t count = 0;

	if (value == NULL) {
		member_remark(object->reader, "%s%s: missing, read as 0",
			object->table->where, object->table->names[index].name);
		return 0;
	}
	if (json_is_integer(value) && json_integer_value(value) >= 0)
		return json_integer_value(value);
	if (parse_odd_count(value, &count)) {
		member_remark(object->reader,
			"%s%s: not written as a whole number",
			object->table->where, object->table->names[index].name);
		return count;
	}
	member_reject(object, index, "not a count, read as 0");
	return 0;
}

int64_t member_get_count(MemberObject *object, size_t index)
{
	int64_t count = read_count(object, index);

	if (count > MEMBER_COUNT_CREDIBLE)
		member_remark(object->reader,
			"%s%s: more sessions than can be true",
			object->table->where, object->table->names[index].name);
	return count;
}

json_t *member_get_array(MemberObject *object, size_t index)
{
	json_t *value = object->values[index];
	json_t *array;

	if (value == NULL || json_is_null(value))
		return NULL;
	if (json_is_array(value))
		return json_incref(value);
	array = json_array();
	json_array_append(array, value);
	return array;
}

static char *get_extra_text(const MemberObject *object)
{
	g_autofree char *text = json_load_to_text(object->extra);

	if (object->reader->short_names)
		return json_names_restore(text);
	return g_steal_pointer(&text);
}

const char *member_get_extra(MemberObject *object)
{
	g_autofree char *text = NULL;
	size_t length;

	if (object->extra == NULL)
		return NULL;
	text = get_extra_text(object);
	length = strlen(text);
	if (length > object->reader->string_size) {
		member_remark(object->reader,
			"%sextra: over %zu bytes, not kept",
			object->table->where, object->reader->string_size);
		return NULL;
	}
	return report_copy_string(object->reader->report, text, length);
}
