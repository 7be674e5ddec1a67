/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "spool/spool.h"
#include "tests/test.h"

enum {
	PLENTY = 1 << 20,
};

/* The names of what was synchronised, with a blank behind each. */
static GString *synced;

static const uint8_t bytes[] = "Subject: \xff\r\n\r\n\0 --\n\n[envelope]\n";

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

static int make_place(void **state)
{
	*state = g_dir_make_tmp("tlsrpt-spool-XXXXXX", NULL);
	return *state != NULL ? 0 : -1;
}

static void remove_tree(const char *path)
{
	g_autoptr(GDir) directory = g_dir_open(path, 0, NULL);
	const char *name;

	while (directory != NULL &&
		(name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *child = g_build_filename(path, name, NULL);

		remove_tree(child);
	}
	g_remove(path);
}

static int remove_place(void **state)
{
	remove_tree(*state);
	g_free(*state);
	return 0;
}

static void add(Spool *spool, const char *queue_id)
{
	const SpoolEnvelope envelope = {1769904000, queue_id, NULL, NULL};
	g_autoptr(GError) error = NULL;

	if (!spool_add(spool, &envelope, bytes, sizeof(bytes), PLENTY, &error))
		fail_msg("%s", error->message);
}

static char *queue_id_of(Spool *spool, const SpoolEntry *entry)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(SpoolMessage) message = spool_read(spool, entry, &error);

	if (message == NULL)
		fail_msg("%s", error->message);
	return g_strdup(message->envelope.queue_id);
}

/* The queue ids of all files in order, with "!" before those set aside. */
static char *list(Spool *spool)
{
	g_autoptr(GPtrArray) entries = spool_list(spool, NULL);
	GString *text = g_string_new(NULL);

	assert_non_null(entries);
	for (guint i = 0; i < entries->len; i++) {
		const SpoolEntry *entry = entries->pdata[i];
		g_autofree char *id = queue_id_of(spool, entry);

		g_string_append_printf(
			text, "%s%s ", entry->corrupt ? "!" : "", id);
	}
	return g_string_free(text, FALSE);
}

static void check_list(Spool *spool, const char *wanted)
{
	g_autofree char *got = list(spool);

	assert_string_equal(got, wanted);
}

static SpoolEntry *first(Spool *spool, GPtrArray **entries)
{
	*entries = spool_list(spool, NULL);
	assert_non_null(*entries);
	assert_true((*entries)->len > 0);
	return (*entries)->pdata[0];
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

	assert_true(spool_add(
		spool, &envelope, bytes, sizeof(bytes), PLENTY, NULL));
	message = spool_read(spool, first(spool, &entries), NULL);
	data = g_bytes_get_data(message->message, &size);
	assert_int_equal(size, sizeof(bytes));
	assert_memory_equal(data, bytes, size);
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

	assert_true(spool_add(spool, &envelope, bytes, 0, PLENTY, NULL));
	message = spool_read(spool, first(spool, &entries), NULL);
	assert_int_equal(g_bytes_get_size(message->message), 0);
	assert_null(message->envelope.queue_id);
	assert_null(message->envelope.sender);
}

static void test_order(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;

	add(spool, "a");
	add(spool, "b");
	add(spool, "c");
	check_list(spool, "a b c ");
	assert_true(spool_set_aside(spool, first(spool, &entries), NULL));
	check_list(spool, "b c !a ");
	assert_true(spool_retry(spool, entries->pdata[0], NULL));
	check_list(spool, "a b c ");
	assert_true(spool_remove(spool, entries->pdata[1], NULL));
	check_list(spool, "a c ");
	assert_false(spool_remove(spool, entries->pdata[1], NULL));
}

static void test_limit(void **state)
{
	const SpoolEnvelope envelope = {1769904000, "a", NULL, NULL};
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(GError) error = NULL;
	size_t size;

	add(spool, "a");
	size = first(spool, &entries)->size;
	assert_false(spool_add(
		spool, &envelope, bytes, sizeof(bytes), size + 1, &error));
	assert_int_equal(error->code, SPOOL_ERROR_FULL);
	assert_non_null(strstr(error->message, "(spool_max_bytes)"));
	assert_true(spool_remove(spool, entries->pdata[0], NULL));
	assert_false(spool_add(
		spool, &envelope, bytes, sizeof(bytes), size - 1, NULL));
	assert_true(
		spool_add(spool, &envelope, bytes, sizeof(bytes), size, NULL));
	assert_false(spool_add(
		spool, &envelope, bytes, sizeof(bytes), 2 * size - 1, NULL));
	assert_true(spool_add(
		spool, &envelope, bytes, sizeof(bytes), 2 * size, NULL));
	check_list(spool, "a a ");
}

static void test_what_is_there_counts(void **state)
{
	const SpoolEnvelope envelope = {0, "b", NULL, NULL};
	g_autoptr(Spool) spool = spool_open(*state, NULL);

	add(spool, "a");
	g_clear_pointer(&spool, spool_close);
	spool = spool_open(*state, NULL);
	assert_false(spool_add(
		spool, &envelope, bytes, sizeof(bytes), sizeof(bytes), NULL));
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

	add(spool, "a");
	path = g_build_filename(
		*state, "new", first(spool, &entries)->name, NULL);
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
	add(spool, "a");
	wanted = g_strdup_printf("%s new tmp ", first(spool, &entries)->name);
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

static bool add_within(Spool *spool, rlim_t size, GError **error)
{
	const SpoolEnvelope envelope = {0, "a", NULL, NULL};
	struct rlimit before;
	bool added;

	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){size, before.rlim_max});
	added = spool_add(
		spool, &envelope, bytes, sizeof(bytes), PLENTY, error);
	setrlimit(RLIMIT_FSIZE, &before);
	return added;
}

/* As a full disk would: the file cannot grow to more than part of its size. The
 * room that it would have taken is free again. */
static void test_no_room(void **state)
{
	const SpoolEnvelope envelope = {0, "a", NULL, NULL};
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autofree char *path = g_build_filename(*state, "tmp", NULL);
	size_t size;

	signal(SIGXFSZ, SIG_IGN);
	assert_true(add_within(spool, PLENTY, NULL));
	size = first(spool, &entries)->size;
	assert_true(spool_remove(spool, entries->pdata[0], NULL));
	for (size_t room = 0; room < size; room++) {
		g_autoptr(GDir) tmp = NULL;
		g_autoptr(GError) error = NULL;

		assert_false(add_within(spool, room, &error));
		assert_non_null(strstr(error->message, "cannot be written to"));
		tmp = g_dir_open(path, 0, NULL);
		assert_null(g_dir_read_name(tmp));
	}
	assert_true(
		spool_add(spool, &envelope, bytes, sizeof(bytes), size, NULL));
	check_list(spool, "a ");
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
	assert_false(spool_add(
		spool, &envelope, bytes, sizeof(bytes), PLENTY, &error));
	assert_non_null(strstr(error->message, "cannot be written to"));
	tmp = g_dir_open(path, 0, NULL);
	assert_null(g_dir_read_name(tmp));
	assert_int_equal(g_mkdir(new, 0700), 0);
}

enum {
	WRITERS = 8,
	ROUNDS = 30,
	MESSAGE_SIZE = 1 << 16,
	LIMIT = 20 * MESSAGE_SIZE,
};

typedef struct {
	Spool *spool;
	int writing;
} Crowd;

static void *write_until_full(void *data)
{
	static const uint8_t message[MESSAGE_SIZE];
	const SpoolEnvelope envelope = {0, "a", NULL, NULL};
	Crowd *crowd = data;

	while (spool_add(
		crowd->spool, &envelope, message, sizeof(message), LIMIT, NULL))
		continue;
	g_atomic_int_add(&crowd->writing, -1);
	return NULL;
}

static uint64_t get_bytes(Spool *spool)
{
	g_autoptr(GPtrArray) entries = spool_list(spool, NULL);
	uint64_t sum = 0;

	for (guint i = 0; i < entries->len; i++)
		sum += ((const SpoolEntry *)entries->pdata[i])->size;
	return sum;
}

static void remove_all(Spool *spool)
{
	g_autoptr(GPtrArray) entries = spool_list(spool, NULL);

	for (guint i = 0; i < entries->len; i++)
		assert_true(spool_remove(spool, entries->pdata[i], NULL));
}

/* Room that a writer has taken stays taken while somebody lists the files. */
static void test_limit_beside_listing(void **state)
{
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	GThread *threads[WRITERS];

	for (int round = 0; round < ROUNDS; round++) {
		Crowd crowd = {spool, WRITERS};

		for (int i = 0; i < WRITERS; i++)
			threads[i] = g_thread_new(
				"writer", write_until_full, &crowd);
		while (g_atomic_int_get(&crowd.writing) > 0)
			get_bytes(spool);
		for (int i = 0; i < WRITERS; i++)
			g_thread_join(threads[i]);
		assert_true(get_bytes(spool) <= LIMIT);
		remove_all(spool);
	}
}

int main(void)
{
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		TEST(test_what_is_added_comes_back),
		TEST(test_empty_and_unknown),
		TEST(test_order),
		TEST(test_limit),
		TEST(test_what_is_there_counts),
		TEST(test_one_daemon),
		TEST(test_not_there),
		TEST(test_unfinished),
		TEST(test_damage),
		TEST(test_all_is_on_the_disk),
		TEST(test_no_room),
		TEST(test_no_place),
		TEST(test_limit_beside_listing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
