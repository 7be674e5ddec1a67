/* SPDX-License-Identifier: BSD-2-Clause */
#include <glib.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "milter/endpoint.h"
#include "tests/milter/place.h"
#include "tests/test.h"

static void test_unix_spellings(void **state)
{
	static const char *const prefixes[] = {"unix:", "local:"};
	const Place *place = *state;
	int fd = place_listen_unix(place->path);

	for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++) {
		g_autofree char *spelling =
			g_strconcat(prefixes[i], place->path, NULL);

		assert_true(place_is_answered(spelling));
	}
	close(fd);
	assert_false(place_is_answered(place->spelling));
}

static void test_unix_without_listener(void **state)
{
	const Place *place = *state;

	assert_false(place_is_answered(place->spelling));
	assert_true(g_file_set_contents(place->path, "", 0, NULL));
	assert_false(place_is_answered(place->spelling));
}

/* Who listens and does not accept is there: connect() waits, and not for
 * ever. */
static void test_unix_full(void **state)
{
	const Place *place = *state;
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = place_listen_unix(place->path);
	GArray *clients = g_array_new(FALSE, FALSE, sizeof(int));
	int client;

	assert_int_equal(listen(fd, 0), 0);
	g_strlcpy(address.sun_path, place->path, sizeof(address.sun_path));
	do {
		client = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		g_array_append_val(clients, client);
	} while (connect(client, (struct sockaddr *)&address,
			 sizeof(address)) == 0);
	assert_true(place_is_answered(place->spelling));
	for (guint i = 0; i < clients->len; i++)
		close(g_array_index(clients, int, i));
	g_array_unref(clients);
	close(fd);
}

static void test_inet(void **state)
{
	g_autofree char *spelling = NULL;
	uint16_t port;
	int fd = place_bind_inet(&port);

	(void)state;
	spelling = g_strdup_printf("inet:%u@127.0.0.1", port);
	assert_false(place_is_answered(spelling));
	assert_int_equal(listen(fd, PLACE_BACKLOG), 0);
	assert_true(place_is_answered(spelling));
	close(fd);
	assert_false(place_is_answered(spelling));
}

#define BAD_SPELLING "must be unix:PATH, inet:PORT@HOST or inet6:PORT@HOST"
#define PATH_53 "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define PATH_54 PATH_53 "x"

/* `status` is that of getaddrinfo(3) where `why` is NULL. */
static const struct {
	const char *spelling;
	const char *why;
	int status;
} wrong_spellings[] = {
	{"", BAD_SPELLING, 0},
	{"m.sock", BAD_SPELLING, 0},
	{":", BAD_SPELLING, 0},
	{"fd:3", BAD_SPELLING, 0},
	{"UNIX:/m.sock", BAD_SPELLING, 0},
	{"inet", BAD_SPELLING, 0},
	{"inetx:1@127.0.0.1", BAD_SPELLING, 0},
	{"unix:" PATH_54 PATH_54, "the path is over 107 bytes", 0},
	{"/run/m.sock", BAD_SPELLING, 0},
	{"inet:", BAD_SPELLING, 0},
	{"inet:no-such-service@127.0.0.1", NULL, EAI_SERVICE},
	{"inet:1@::1", NULL, EAI_ADDRFAMILY},
	{"inet6:1@127.0.0.1", NULL, EAI_ADDRFAMILY},
};

static void test_wrong_spellings(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(wrong_spellings); i++) {
		const char *why = wrong_spellings[i].why;
		g_autofree char *wanted = g_strdup_printf("socket \"%s\": %s",
			wrong_spellings[i].spelling,
			why != NULL ? why
				    : gai_strerror(wrong_spellings[i].status));
		g_autoptr(GError) error = NULL;
		bool answered = false;

		if (endpoint_connect(
			    wrong_spellings[i].spelling, &answered, &error))
			fail_msg("%s is taken", wrong_spellings[i].spelling);
		assert_true(g_error_matches(error, ENDPOINT_ERROR,
			why != NULL ? ENDPOINT_ERROR_SPELLING
				    : ENDPOINT_ERROR_SYSTEM));
		assert_string_equal(error->message, wanted);
	}
}

/* 107 bytes are what sun_path has room for. */
static void test_longest_path(void **state)
{
	(void)state;
	assert_false(place_is_answered("unix:" PATH_54 PATH_53));
}

static void test_remove(void **state)
{
	const Place *place = *state;

	close(place_listen_unix(place->path));
	endpoint_remove("inet:8894@127.0.0.1");
	assert_true(g_file_test(place->path, G_FILE_TEST_EXISTS));
	endpoint_remove(place->spelling);
	assert_false(g_file_test(place->path, G_FILE_TEST_EXISTS));
	endpoint_remove(place->spelling);
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, place_set_up, place_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_unix_spellings),
		TEST(test_unix_without_listener),
		TEST(test_unix_full),
		cmocka_unit_test(test_inet),
		cmocka_unit_test(test_wrong_spellings),
		cmocka_unit_test(test_longest_path),
		TEST(test_remove),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
