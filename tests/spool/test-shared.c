/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "spool/spool-limits.h"
#include "spool/spool.h"
#include "tests/spool/place.h"
#include "tests/test.h"

enum {
	BLOCK = 4096,
	HOUR = 3600,
	DAY = 24 * HOUR,
};

static char *path_of(void **state, const char *place, const char *name)
{
	return g_build_filename(*state, place, name, NULL);
}

static mode_t mode_of(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_mode & 0777;
}

static void make_old(const char *path, int64_t seconds)
{
	time_t then = (time_t)(g_get_real_time() / G_USEC_PER_SEC - seconds);
	const struct utimbuf times = {then, then};

	assert_int_equal(utime(path, &times), 0);
}

/* Whatever the umask of either process is. */
static void test_rights(void **state)
{
	mode_t umask_before = umask(0077);
	g_autoptr(Spool) spool = spool_open_shared(*state, NULL);
	g_autoptr(Spool) writer = spool_join(*state, NULL);
	g_autofree char *tmp = path_of(state, "tmp", NULL);
	g_autofree char *new = path_of(state, "new", NULL);
	g_autofree char *corrupt = path_of(state, "corrupt", NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autofree char *file = NULL;

	place_add(writer, "a");
	file = path_of(state, "new", place_first(spool, &entries)->name);
	umask(umask_before);
	assert_int_equal(mode_of(tmp), 0770);
	assert_int_equal(mode_of(new), 0770);
	assert_int_equal(mode_of(corrupt), 0750);
	assert_int_equal(mode_of(file), 0644);
}

/* Who may write into the directory may write anything. */
static void test_nobody_has_signed(void **state)
{
	static const char *const signed_by[] = {"a.example", NULL};
	const SpoolEnvelope envelope = {
		1, "a", "<a@b.example>", signed_by, false};
	g_autoptr(Spool) spool = spool_open_shared(*state, NULL);
	g_autoptr(Spool) writer = spool_join(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(SpoolMessage) message = NULL;

	assert_true(spool_add(writer, &envelope, place_bytes,
		sizeof(place_bytes), PLACE_PLENTY, NULL));
	message = spool_read(spool, place_first(spool, &entries), NULL);
	assert_null(message->envelope.signed_by);
	assert_null(message->envelope.sender);
	assert_true(message->envelope.over_https);
	assert_string_equal(message->envelope.queue_id, "a");
}

static void test_unfinished(void **state)
{
	g_autoptr(Spool) spool = spool_open_shared(*state, NULL);
	g_autofree char *old = path_of(state, "tmp", "old");
	g_autofree char *young = path_of(state, "tmp", "young");

	assert_true(g_file_set_contents(old, "x", 1, NULL));
	assert_true(g_file_set_contents(young, "x", 1, NULL));
	make_old(old, HOUR + 1);
	make_old(young, HOUR - HOUR / 4);
	g_clear_pointer(&spool, spool_close);
	spool = spool_open_shared(*state, NULL);
	assert_false(g_file_test(old, G_FILE_TEST_EXISTS));
	assert_true(g_file_test(young, G_FILE_TEST_EXISTS));
}

static bool add(Spool *writer, uint64_t limit, GError **error)
{
	const SpoolEnvelope envelope = {.queue_id = "a"};

	return spool_add(writer, &envelope, place_bytes, sizeof(place_bytes),
		limit, error);
}

/* Each file takes a block, whoever wrote it, and wherever it is. */
static void test_room(void **state)
{
	g_autoptr(Spool) spool = spool_open_shared(*state, NULL);
	g_autofree char *unfinished = path_of(state, "tmp", "unfinished");
	g_autofree char *aside = path_of(state, "corrupt", "aside");
	g_autoptr(GError) error = NULL;

	assert_true(g_file_set_contents(unfinished, "x", 1, NULL));
	assert_true(g_file_set_contents(aside, "x", 1, NULL));
	for (int i = 0; i < 2; i++) {
		g_autoptr(Spool) writer = spool_join(*state, NULL);

		assert_true(spool_has_room(writer, 1, 5 * BLOCK - 1, NULL));
		assert_true(add(writer, 4 * BLOCK, NULL));
	}
	assert_true(spool_has_room(spool, BLOCK, 5 * BLOCK, NULL));
	assert_false(spool_has_room(spool, BLOCK + 1, 5 * BLOCK, &error));
	assert_int_equal(error->code, SPOOL_ERROR_FULL);
	assert_non_null(strstr(error->message, "https_spool_max_bytes"));
}

/* The one that is too much leaves nothing behind. */
static void test_full(void **state)
{
	g_autoptr(Spool) spool = spool_open_shared(*state, NULL);
	g_autoptr(Spool) writer = spool_join(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autofree char *tmp = path_of(state, "tmp", NULL);
	g_autoptr(GDir) directory = NULL;
	g_autoptr(GError) error = NULL;

	assert_true(add(writer, 2 * BLOCK, NULL));
	assert_true(add(writer, 2 * BLOCK, NULL));
	assert_false(add(writer, 2 * BLOCK, &error));
	assert_int_equal(error->code, SPOOL_ERROR_FULL);
	entries = spool_list(spool, NULL);
	assert_int_equal(entries->len, 2);
	directory = g_dir_open(tmp, 0, NULL);
	assert_null(g_dir_read_name(directory));
}

static void check_foreign(Spool *spool, const SpoolEntry *entry)
{
	g_autoptr(GError) error = NULL;

	assert_int_equal(entry->size, 0);
	assert_null(spool_read(spool, entry, &error));
	assert_int_equal(error->code, SPOOL_ERROR_DAMAGED);
	assert_non_null(strstr(error->message, "is not a regular file"));
	assert_true(spool_set_aside(spool, entry, NULL));
}

/* A name in the directory leads to no other file, and nobody waits for one: it
 * is set aside, where a person finds it. */
static void test_foreign_names(void **state)
{
	g_autoptr(Spool) spool = spool_open_shared(*state, NULL);
	g_autofree char *link = path_of(state, "new", "link");
	g_autofree char *pipe = path_of(state, "new", "pipe");
	g_autofree char *directory = path_of(state, "new", "directory");
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(GPtrArray) aside = NULL;

	assert_int_equal(symlink("/etc/passwd", link), 0);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_int_equal(mkdir(directory, 0700), 0);
	entries = spool_list(spool, NULL);
	assert_int_equal(entries->len, 2);
	for (guint i = 0; i < entries->len; i++)
		check_foreign(spool, entries->pdata[i]);
	aside = spool_list(spool, NULL);
	assert_int_equal(aside->len, 2);
	for (guint i = 0; i < aside->len; i++) {
		const SpoolEntry *entry = aside->pdata[i];

		assert_true(entry->corrupt);
		assert_true(spool_remove(spool, entry, NULL));
	}
	assert_true(g_file_test("/etc/passwd", G_FILE_TEST_IS_REGULAR));
	assert_int_equal(rmdir(directory), 0);
}

static void test_limits(void **state)
{
	const SpoolLimits written = {123, UINT64_C(1) << 40};
	const SpoolLimits others = {124, UINT64_C(1) << 40};
	mode_t umask_before = umask(0077);
	SpoolLimits read = {0};
	g_autofree char *path = g_build_filename(*state, "limits", NULL);

	assert_false(spool_limits_read(*state, &read, NULL));
	assert_true(spool_limits_write(*state, &written, NULL));
	umask(umask_before);
	assert_int_equal(mode_of(path), 0644);
	assert_true(spool_limits_read(*state, &read, NULL));
	assert_int_equal(read.message_size, written.message_size);
	assert_int_equal(read.spool_size, written.spool_size);
	assert_true(spool_limits_write(*state, &others, NULL));
	assert_true(spool_limits_read(*state, &read, NULL));
	assert_int_equal(read.message_size, others.message_size);
}

/* Somebody looks after the spool, as long as the file is young. */
static void test_limits_age(void **state)
{
	const SpoolLimits limits = {1, 2};
	SpoolLimits read;
	g_autofree char *path = g_build_filename(*state, "limits", NULL);
	g_autoptr(GError) error = NULL;

	assert_true(spool_limits_write(*state, &limits, NULL));
	make_old(path, 7 * DAY - HOUR);
	assert_true(spool_limits_read(*state, &read, NULL));
	make_old(path, 7 * DAY + 1);
	assert_false(spool_limits_read(*state, &read, &error));
	assert_non_null(strstr(error->message, "older than a week"));
	assert_true(spool_limits_write(*state, &limits, NULL));
	assert_true(spool_limits_read(*state, &read, NULL));
}

static void test_damaged_limits(void **state)
{
	static const char *const texts[] = {"", "x", "[limits]\n",
		"[limits]\nmessage-size=1\n",
		"[limits]\nmessage-size=x\nspool-size=1\n"};
	g_autofree char *path = g_build_filename(*state, "limits", NULL);

	for (size_t i = 0; i < G_N_ELEMENTS(texts); i++) {
		SpoolLimits read;
		g_autoptr(GError) error = NULL;

		assert_true(g_file_set_contents(path, texts[i], -1, NULL));
		assert_false(spool_limits_read(*state, &read, &error));
		assert_int_equal(error->code, SPOOL_ERROR_DAMAGED);
	}
}

int main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		TEST(test_rights),
		TEST(test_nobody_has_signed),
		TEST(test_unfinished),
		TEST(test_room),
		TEST(test_full),
		TEST(test_foreign_names),
		TEST(test_limits),
		TEST(test_limits_age),
		TEST(test_damaged_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
