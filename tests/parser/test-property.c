/* SPDX-License-Identifier: BSD-2-Clause */
/* What must not matter to how a report is read, tried on random reports. */
#include <gmime/gmime.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "parser/json-load.h"
#include "parser/parser.h"
#include "parser/report-write.h"
#include "tests/parser/random-report.h"
#include "tests/test.h"

#define RECEIVED INT64_C(1769904000)

enum {
	SEED = 8460,
	ROUNDS = 200,
};

static const ParseLimits limits = PARSE_LIMITS_DEFAULT;

static char *dump(const json_t *value)
{
	char *dumped = json_dumps(value, JSON_COMPACT);
	char *text = g_strdup(dumped);

	free(dumped);
	return text;
}

/* The canonical JSON of the one report in a file or mail. */
static char *canonical(const void *data, size_t size)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(ParsedMessage) message =
		parser_parse_file(data, size, NULL, &limits, RECEIVED, &error);
	const ParsedPart *part;

	assert_non_null(message);
	assert_int_equal(message->parts->len, 1);
	part = message->parts->pdata[0];
	if (part->report == NULL)
		fail_msg("%.*s: %s", (int)size, (const char *)data,
			part->error->message);
	return report_write_json(part->report);
}

static char *canonical_of(const json_t *report)
{
	g_autofree char *text = dump(report);

	return canonical(text, strlen(text));
}

static void test_fixed_point(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		g_autoptr(json_t) report = random_report_make();
		g_autofree char *once = canonical_of(report);
		g_autofree char *twice = canonical(once, strlen(once));

		assert_string_equal(once, twice);
	}
}

static int compare_randomly(const void *first, const void *second)
{
	(void)first;
	(void)second;
	return random_report_roll(3) - 1;
}

static json_t *shuffle(json_t *value);

static json_t *shuffle_object(json_t *object)
{
	json_t *shuffled = json_object();
	g_autoptr(GPtrArray) names = g_ptr_array_new();
	const char *name;
	json_t *member;

	json_object_foreach(object, name, member)
		g_ptr_array_add(names, (void *)(uintptr_t)name);
	g_ptr_array_sort(names, compare_randomly);
	for (guint i = 0; i < names->len; i++)
		json_object_set_new(shuffled, names->pdata[i],
			shuffle(json_object_get(object, names->pdata[i])));
	return shuffled;
}

/* The same value with the members of every object in another order. */
static json_t *shuffle(json_t *value)
{
	json_t *shuffled;
	size_t index;
	json_t *element;

	if (json_is_object(value))
		return shuffle_object(value);
	if (!json_is_array(value))
		return json_incref(value);
	shuffled = json_array();
	json_array_foreach(value, index, element)
		json_array_append_new(shuffled, shuffle(element));
	return shuffled;
}

/* Without what tells how the report became so: `extra` keeps the order of
 * what it was given. */
static void strip(json_t *value)
{
	const char *name;
	size_t index;
	json_t *inner;

	json_object_del(value, "extra");
	json_object_del(value, "remarks");
	json_object_foreach(value, name, inner) strip(inner);
	json_array_foreach(value, index, inner) strip(inner);
}

static char *stripped(const char *text)
{
	g_autoptr(json_t) value = json_loads(text, 0, NULL);

	assert_non_null(value);
	strip(value);
	return dump(value);
}

static void assert_same_but_extra(const json_t *first, const json_t *second)
{
	g_autofree char *canonical_first = canonical_of(first);
	g_autofree char *canonical_second = canonical_of(second);
	g_autofree char *stripped_first = stripped(canonical_first);
	g_autofree char *stripped_second = stripped(canonical_second);

	assert_string_equal(stripped_first, stripped_second);
}

static void test_order(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		g_autoptr(json_t) report = random_report_make();
		g_autoptr(json_t) shuffled = shuffle(report);

		assert_same_but_extra(report, shuffled);
	}
}

static void add_unknown(json_t *object)
{
	if (json_is_object(object))
		json_object_set_new(
			object, "x-unknown", random_report_value(2));
}

static void test_unknown_members(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		g_autoptr(json_t) report = random_report_make();
		g_autoptr(json_t) more = json_deep_copy(report);
		size_t index;
		json_t *entry;

		add_unknown(more);
		add_unknown(json_object_get(more, "date-range"));
		json_array_foreach(
			json_object_get(more, "policies"), index, entry)
		{
			add_unknown(entry);
			add_unknown(json_object_get(entry, "policy"));
			add_unknown(json_object_get(entry, "summary"));
			add_unknown(json_array_get(
				json_object_get(entry, "failure-details"), 0));
		}
		assert_same_but_extra(report, more);
	}
}

/* Adds a gzip member with a piece of text. */
static void pack(GByteArray *packed, const char *text, size_t size, int level)
{
	z_stream stream = {0};
	uLong room;
	guint before = packed->len;

	assert_int_equal(
		deflateInit2(&stream, level, Z_DEFLATED, 31, 8, 0), Z_OK);
	room = deflateBound(&stream, size);
	g_byte_array_set_size(packed, before + (guint)room);
	stream.next_in = (z_const Bytef *)(uintptr_t)text;
	stream.avail_in = (uInt)size;
	stream.next_out = packed->data + before;
	stream.avail_out = (uInt)room;
	assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
	g_byte_array_set_size(packed, before + (guint)stream.total_out);
	deflateEnd(&stream);
}

static char *read_mail(
	const char *encoding, const char *type, const char *body, size_t size)
{
	g_autoptr(GString) mail = g_string_new(NULL);

	g_string_printf(mail,
		"Content-Type: application/tlsrpt+%s\n"
		"Content-Transfer-Encoding: %s\n\n",
		type, encoding);
	g_string_append_len(mail, body, (gssize)size);
	return canonical(mail->str, mail->len);
}

static char *encode(GMimeContentEncoding encoding, const char *text)
{
	GMimeEncoding state;
	size_t size = strlen(text);
	g_autofree char *encoded = NULL;

	g_mime_encoding_init_encode(&state, encoding);
	encoded = g_malloc0(g_mime_encoding_outlen(&state, size) + 1);
	g_mime_encoding_flush(&state, text, size, encoded);
	return g_steal_pointer(&encoded);
}

static void check_encodings(const char *text, const char *wanted)
{
	g_autofree char *base64 = encode(GMIME_CONTENT_ENCODING_BASE64, text);
	g_autofree char *quoted =
		encode(GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE, text);
	const struct {
		const char *encoding;
		const char *body;
	} ways[] = {
		{"base64", base64},
		{"quoted-printable", quoted},
		{"8bit", text},
		{"binary", text},
	};

	for (size_t i = 0; i < G_N_ELEMENTS(ways); i++) {
		g_autofree char *read = read_mail(ways[i].encoding, "json",
			ways[i].body, strlen(ways[i].body));

		assert_string_equal(read, wanted);
	}
}

static void check_compression(const char *text, const char *wanted)
{
	size_t half = (size_t)random_report_roll((int)strlen(text));

	for (int level = 0; level <= Z_BEST_COMPRESSION; level++) {
		g_autoptr(GByteArray) packed = g_byte_array_new();
		g_autofree char *read = NULL;

		pack(packed, text, half, level);
		pack(packed, text + half, strlen(text) - half, level);
		read = read_mail(
			"binary", "gzip", (char *)packed->data, packed->len);
		assert_string_equal(read, wanted);
	}
}

/* A mail that was saved and packed is read like the mail. */
static void check_packed_mail(const char *text)
{
	g_autofree char *mail = g_strdup_printf(
		"From: a@b.example\nContent-Type: application/json\n\n%s",
		text);
	g_autofree char *wanted = canonical(mail, strlen(mail));
	g_autoptr(GByteArray) packed = g_byte_array_new();
	g_autofree char *read = NULL;

	pack(packed, mail, strlen(mail), 6);
	read = canonical(packed->data, packed->len);
	assert_string_equal(read, wanted);
}

static void test_encoding(void **state)
{
	(void)state;
	for (int i = 0; i < ROUNDS / 10; i++) {
		g_autoptr(json_t) report = random_report_make();
		g_autofree char *text = dump(report);
		g_autofree char *wanted = canonical(text, strlen(text));

		check_encodings(text, wanted);
		check_compression(text, wanted);
		check_packed_mail(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fixed_point),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_unknown_members),
		cmocka_unit_test(test_encoding),
	};
	int failed;

	parser_init();
	random_report_start(SEED);
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	random_report_stop();
	return failed;
}
