/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "spool/spool.h"
#include "tests/spool/place.h"
#include "tests/test.h"

/* The names of what was synchronised, with a blank behind each. */
static GString *synced;

/* In place of that of the C library. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int fsync(int file)
{
	g_autofree char *link = g_strdup_printf("/proc/self/fd/%d", file);
	g_autofree char *path = g_file_read_link(link, NULL);
	g_autofree char *name = NULL;

	assert_non_null(path);
	name = g_path_get_basename(path);
	if (synced != NULL)
		g_string_append_printf(synced, "%s ", name);
	return 0;
}

static void test_what_is_added_comes_back(void **state)
{
	static const char sender[] = "a=b\n\"\xff\"\\@example.com";
	static const char *const signed_by[] = {"a.example", "b.example", NULL};
	const SpoolEnvelope envelope = {1769904000, "4F2x1", sender, signed_by};
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(SpoolMessage) message = NULL;
	gsize size;
	const void *data;

	assert_true(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), PLACE_PLENTY, NULL));
	message = spool_read(spool, place_first(spool, &entries), NULL);
	data = g_bytes_get_data(message->message, &size);
	assert_int_equal(size, sizeof(place_bytes));
	assert_memory_equal(data, place_bytes, size);
	assert_int_equal(message->envelope.received, 1769904000);
	assert_string_equal(message->envelope.queue_id, "4F2x1");
	assert_string_equal(message->envelope.sender,
		"a=b\n\"\xef\xbf\xbd\"\\@example.com");
	assert_string_equal(message->envelope.signed_by[0], "a.example");
	assert_string_equal(message->envelope.signed_by[1], "b.example");
	assert_null(message->envelope.signed_by[2]);
}

static void test_empty_and_unknown(void **state)
{
	const SpoolEnvelope envelope = {0, NULL, NULL, NULL};
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(SpoolMessage) message = NULL;

	assert_true(spool_add(
		spool, &envelope, place_bytes, 0, PLACE_PLENTY, NULL));
	message = spool_read(spool, place_first(spool, &entries), NULL);
	assert_int_equal(g_bytes_get_size(message->message), 0);
	assert_null(message->envelope.queue_id);
	assert_null(message->envelope.sender);
}

static void test_order(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;

	place_add(spool, "a");
	place_add(spool, "b");
	place_add(spool, "c");
	place_check_list(spool, "a b c ");
	assert_true(spool_set_aside(spool, place_first(spool, &entries), NULL));
	place_check_list(spool, "b c !a ");
	assert_true(spool_retry(spool, entries->pdata[0], NULL));
	place_check_list(spool, "a b c ");
	assert_true(spool_remove(spool, entries->pdata[1], NULL));
	place_check_list(spool, "a c ");
	assert_false(spool_remove(spool, entries->pdata[1], NULL));
}

static void test_one_daemon(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(Spool) visitor = NULL;
	g_autoptr(GError) error = NULL;

	assert_null(spool_open(*state, &error));
	assert_non_null(strstr(error->message, "another daemon uses it"));
	visitor = spool_visit(*state, NULL);
	assert_non_null(visitor);
	g_clear_pointer(&spool, spool_close);
	spool = spool_open(*state, NULL);
	assert_non_null(spool);
}

static void test_not_there(void **state)
{
	g_autofree char *path = g_build_filename(*state, "a", "b", NULL);
	g_autoptr(GError) error = NULL;

	assert_null(spool_open(path, &error));
	assert_true(g_str_has_prefix(error->message, path));
	g_clear_error(&error);
	assert_null(spool_visit(*state, &error));
	assert_int_equal(error->code, SPOOL_ERROR_SYSTEM);
}

/* Nobody was told that it is safe, so nobody misses it. */
static void test_unfinished(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autofree char *path =
		g_build_filename(*state, "tmp", "unfinished", NULL);

	assert_true(g_file_set_contents(path, "x", 1, NULL));
	g_clear_pointer(&spool, spool_close);
	spool = spool_open(*state, NULL);
	assert_false(g_file_test(path, G_FILE_TEST_EXISTS));
}

static void test_damage(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autofree char *path = NULL;
	g_autofree char *data = NULL;
	gsize size;

	place_add(spool, "a");
	path = g_build_filename(
		*state, "new", place_first(spool, &entries)->name, NULL);
	assert_true(g_file_get_contents(path, &data, &size, NULL));
	for (gsize i = 0; i < size; i++) {
		g_autoptr(GError) error = NULL;

		assert_true(g_file_set_contents(path, data, (gssize)i, NULL));
		assert_null(spool_read(spool, entries->pdata[0], &error));
		assert_int_equal(error->code, SPOOL_ERROR_DAMAGED);
	}
}

/* What was synchronised since the last call. */
static void check_synced(const char *wanted)
{
	assert_string_equal(synced->str, wanted);
	g_string_truncate(synced, 0);
}

/* The file first, and then the directories that its name is in or was in. */
static void test_all_is_on_the_disk(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autofree char *wanted = NULL;

	synced = g_string_new(NULL);
	place_add(spool, "a");
	wanted = g_strdup_printf(
		"%s new tmp ", place_first(spool, &entries)->name);
	check_synced(wanted);
	assert_true(spool_set_aside(spool, entries->pdata[0], NULL));
	check_synced("corrupt new ");
	assert_true(spool_retry(spool, entries->pdata[0], NULL));
	check_synced("new corrupt ");
	assert_true(spool_remove(spool, entries->pdata[0], NULL));
	check_synced("new ");
	g_string_free(synced, TRUE);
	synced = NULL;
}

/* What cannot be moved into place leaves nothing behind. */
static void test_no_place(void **state)
{
	const SpoolEnvelope envelope = {0, "a", NULL, NULL};
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autofree char *new = g_build_filename(*state, "new", NULL);
	g_autofree char *path = g_build_filename(*state, "tmp", NULL);
	g_autoptr(GDir) tmp = NULL;
	g_autoptr(GError) error = NULL;

	assert_int_equal(g_rmdir(new), 0);
	assert_false(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), PLACE_PLENTY, &error));
	assert_non_null(strstr(error->message, "cannot be written to"));
	tmp = g_dir_open(path, 0, NULL);
	assert_null(g_dir_read_name(tmp));
	assert_int_equal(g_mkdir(new, 0700), 0);
}

int main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_added_comes_back),
		TEST(test_empty_and_unknown),
		TEST(test_order),
		TEST(test_one_daemon),
		TEST(test_not_there),
		TEST(test_unfinished),
		TEST(test_damage),
		TEST(test_all_is_on_the_disk),
		TEST(test_no_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
