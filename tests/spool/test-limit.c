/* SPDX-License-Identifier: BSD-2-Clause */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "spool/spool.h"
#include "tests/spool/place.h"
#include "tests/test.h"

static void test_limit(void **state)
{
	const SpoolEnvelope envelope = {1769904000, "a", NULL, NULL};
	g_autoptr(Spool) spool = spool_open(*state, NULL);
	g_autoptr(GPtrArray) entries = NULL;
	g_autoptr(GError) error = NULL;
	size_t size;

	place_add(spool, "a");
	size = place_first(spool, &entries)->size;
	assert_false(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), size + 1, &error));
	assert_int_equal(error->code, SPOOL_ERROR_FULL);
	assert_non_null(strstr(error->message, "(spool_max_bytes)"));
	assert_true(spool_remove(spool, entries->pdata[0], NULL));
	assert_false(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), size - 1, NULL));
	assert_true(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), size, NULL));
	assert_false(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), 2 * size - 1, NULL));
	assert_true(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), 2 * size, NULL));
	place_check_list(spool, "a a ");
}

static void test_what_is_there_counts(void **state)
{
	const SpoolEnvelope envelope = {0, "b", NULL, NULL};
	g_autoptr(Spool) spool = spool_open(*state, NULL);

	place_add(spool, "a");
	g_clear_pointer(&spool, spool_close);
	spool = spool_open(*state, NULL);
	assert_false(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), sizeof(place_bytes), NULL));
}

static bool add_within(Spool *spool, rlim_t size, GError **error)
{
	const SpoolEnvelope envelope = {0, "a", NULL, NULL};
	struct rlimit before;
	bool added;

	getrlimit(RLIMIT_FSIZE, &before);
	setrlimit(RLIMIT_FSIZE, &(struct rlimit){size, before.rlim_max});
	added = spool_add(spool, &envelope, place_bytes, sizeof(place_bytes),
		PLACE_PLENTY, error);
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
	assert_true(add_within(spool, PLACE_PLENTY, NULL));
	size = place_first(spool, &entries)->size;
	assert_true(spool_remove(spool, entries->pdata[0], NULL));
	for (size_t room = 0; room < size; room++) {
		g_autoptr(GDir) tmp = NULL;
		g_autoptr(GError) error = NULL;

		assert_false(add_within(spool, room, &error));
		assert_non_null(strstr(error->message, "cannot be written to"));
		tmp = g_dir_open(path, 0, NULL);
		assert_null(g_dir_read_name(tmp));
	}
	assert_true(spool_add(spool, &envelope, place_bytes,
		sizeof(place_bytes), size, NULL));
	place_check_list(spool, "a ");
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
	cmocka_unit_test_setup_teardown(name, place_make, place_remove)
	const struct CMUnitTest tests[] = {
		TEST(test_limit),
		TEST(test_what_is_there_counts),
		TEST(test_no_room),
		TEST(test_limit_beside_listing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
