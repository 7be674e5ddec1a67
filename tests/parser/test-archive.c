/* SPDX-License-Identifier: BSD-2-Clause */
/* Archives are written with minizip's other half. */
#include <glib/gstdio.h>
#include <minizip/zip.h>
#include <stdbool.h>
#include <string.h>

#include "parser/archive.h"
#include "parser/error.h"
#include "tests/test.h"

enum {
	LIMIT = 1000,
};

typedef struct {
	const char *name;
	const char *text;
	const char *password;
} Entry;

static const char too_long[] = "[\"%1000s\"]";

/* `text` is what must be found, else `error` is its text. */
static const struct {
	Entry entries[4];
	const char *text;
	const char *error;
} cases[] = {
	{{{"a.json", "{}", NULL}}, "{}", NULL},
	{{{"dir/", "", NULL}, {"dir/read.me", "Hello", NULL},
		 {"dir/a.json", "[1]", NULL}, {"b.json", "[2]", NULL}},
		"[1]", NULL},
	{{{"../../a", "{}", NULL}}, "{}", NULL},
	{{{"read.me", "Hello", NULL}}, NULL, "the zip archive holds no report"},
	{{{"a.json", "{}", "secret"}}, NULL,
		"the zip archive is damaged or encrypted"},
	{{{"a.json", too_long, NULL}}, NULL,
		"the report inflates to more than 1000 bytes "
		"(max_report_size)"},
};

static void add_entry(zipFile zip, const Entry *entry)
{
	g_autofree char *text = entry->text == too_long
					? g_strdup_printf(too_long, "")
					: g_strdup(entry->text);
	uLong crc = crc32(0, (const Bytef *)text, (uInt)strlen(text));

	assert_int_equal(zipOpenNewFileInZip3(zip, entry->name, NULL, NULL, 0,
				 NULL, 0, NULL, Z_DEFLATED, Z_BEST_SPEED, 0,
				 -MAX_WBITS, DEF_MEM_LEVEL, Z_DEFAULT_STRATEGY,
				 entry->password, crc),
		ZIP_OK);
	assert_int_equal(
		zipWriteInFileInZip(zip, text, (unsigned)strlen(text)), ZIP_OK);
	assert_int_equal(zipCloseFileInZip(zip), ZIP_OK);
}

static zipFile begin(char **path)
{
	zipFile zip;
	int file = g_file_open_tmp("tlsrpt-XXXXXX.zip", path, NULL);

	assert_true(file >= 0);
	g_close(file, NULL);
	zip = zipOpen64(*path, APPEND_STATUS_CREATE);
	assert_non_null(zip);
	return zip;
}

static GBytes *end(zipFile zip, char *path)
{
	char *data;
	gsize size;

	assert_int_equal(zipClose(zip, NULL), ZIP_OK);
	assert_true(g_file_get_contents(path, &data, &size, NULL));
	g_remove(path);
	g_free(path);
	return g_bytes_new_take(data, size);
}

static GBytes *make_archive(const Entry *entries, size_t count)
{
	char *path;
	zipFile zip = begin(&path);

	for (size_t i = 0; i < count && entries[i].name != NULL; i++)
		add_entry(zip, &entries[i]);
	return end(zip, path);
}

/* The first file, or NULL and the error. */
static GBytes *read_first(GBytes *zip, size_t limit, GError **error)
{
	InflateBudget budget = {limit, limit};
	g_autoptr(GError) problem = NULL;
	g_autoptr(GPtrArray) files = archive_read_all(zip, &budget, &problem);

	assert_true(files->len > 0 || problem != NULL);
	if (files->len > 0)
		return g_bytes_ref(files->pdata[0]);
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

static void test_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autoptr(GBytes) zip = make_archive(
			cases[i].entries, G_N_ELEMENTS(cases[i].entries));
		g_autoptr(GError) error = NULL;
		g_autoptr(GBytes) bytes = read_first(zip, LIMIT, &error);

		if ((bytes == NULL) != (cases[i].text == NULL))
			fail_msg("%zu: %s", i, error->message);
		if (bytes == NULL)
			assert_string_equal(error->message, cases[i].error);
		else
			assert_memory_equal(g_bytes_get_data(bytes, NULL),
				cases[i].text, g_bytes_get_size(bytes));
	}
}

/* A report after so many other files. */
static void check_many(int others, bool found)
{
	static const Entry other = {"read.me", "Hello", NULL};
	static const Entry report = {"a.json", "{}", NULL};
	char *path;
	zipFile zip = begin(&path);
	g_autoptr(GBytes) bytes = NULL;
	g_autoptr(GBytes) read = NULL;
	g_autoptr(GError) error = NULL;

	for (int i = 0; i < others; i++)
		add_entry(zip, &other);
	add_entry(zip, &report);
	bytes = end(zip, path);
	read = read_first(bytes, (size_t)8 * LIMIT, &error);
	assert_int_equal(read != NULL, found);
	if (!found)
		assert_int_equal(error->code, PARSER_ERROR_ARCHIVE);
}

static void test_many_entries(void **state)
{
	(void)state;
	check_many(ARCHIVE_FILES_MAX - 1, true);
	check_many(ARCHIVE_FILES_MAX, false);
}

/* What is read of several files, and what is said of the others. */
static const struct {
	Entry entries[4];
	size_t limit;
	guint count;
	const char *error;
} several[] = {
	{{{"a", "{}", NULL}, {"b", "Hello", NULL}, {"c", "[]", NULL}}, 9, 2,
		NULL},
	{{{"a", "{}", NULL}, {"b", "Hello", NULL}, {"c", "[]", NULL}}, 8, 1,
		"the report inflates to more than 8 bytes (max_report_size)"},
	{{{"a", "{}", NULL}, {"b", "{ }", NULL}, {"c", "[]", NULL}}, 4, 1,
		"the report inflates to more than 4 bytes (max_report_size)"},
	{{{"a", "{}", NULL}, {"b", "{}", "secret"}, {"c", "[]", NULL}}, 9, 2,
		"the zip archive is damaged or encrypted"},
};

static void test_several(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(several); i++) {
		InflateBudget budget = {several[i].limit, several[i].limit};
		g_autoptr(GBytes) zip = make_archive(
			several[i].entries, G_N_ELEMENTS(several[i].entries));
		g_autoptr(GError) error = NULL;
		g_autoptr(GPtrArray) files =
			archive_read_all(zip, &budget, &error);

		assert_int_equal(files->len, several[i].count);
		if (several[i].error == NULL)
			assert_null(error);
		else
			assert_string_equal(error->message, several[i].error);
	}
}

static void test_limit(void **state)
{
	g_autoptr(GBytes) zip = make_archive(cases[0].entries, 1);
	g_autoptr(GBytes) read = read_first(zip, strlen("{}"), NULL);
	g_autoptr(GError) error = NULL;

	(void)state;
	assert_non_null(read);
	assert_null(read_first(zip, strlen("{}") - 1, &error));
	assert_int_equal(error->code, PARSER_ERROR_REPORT_TOO_BIG);
}

/* Takes the bytes; whatever is read of them is what was there. */
static void check_damaged(GBytes *zip)
{
	g_autoptr(GBytes) owned = zip;
	g_autoptr(GBytes) read = read_first(owned, LIMIT, NULL);

	if (read != NULL)
		assert_memory_equal(g_bytes_get_data(read, NULL), "{}",
			g_bytes_get_size(read));
}

static void test_damage(void **state)
{
	g_autoptr(GBytes) zip = make_archive(cases[0].entries, 1);
	gsize size;
	const uint8_t *data = g_bytes_get_data(zip, &size);

	(void)state;
	for (gsize i = 0; i < size; i++) {
		g_autofree uint8_t *copy = g_malloc(size);

		memcpy(copy, data, size);
		check_damaged(g_bytes_new(data, i));
		copy[i] ^= 0x55;
		check_damaged(g_bytes_new(copy, size));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cases),
		cmocka_unit_test(test_many_entries),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_damage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
