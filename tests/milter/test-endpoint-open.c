/* SPDX-License-Identifier: BSD-2-Clause */
#include <fcntl.h>
#include <glib.h>
#include <grp.h>
#include <libmilter/mfapi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "milter/endpoint.h"
#include "tests/milter/place.h"
#include "tests/test.h"

/* Opens an endpoint in a process of its own, because libmilter opens only one
 * socket in its life; sends the error text, empty without one. */
static void open_in_child(const Settings *settings, int channel)
{
	static char name[] = "test-endpoint";
	struct smfiDesc description = {
		.xxfi_name = name, .xxfi_version = SMFI_VERSION};
	g_autoptr(GError) error = NULL;
	const char *text = "libmilter refuses";
	char end;

	if (smfi_register(description) == MI_SUCCESS)
		text = endpoint_open(settings, &error) ? "" : error->message;
	if (send(channel, text, strlen(text), 0) < 0 ||
		shutdown(channel, SHUT_WR) != 0)
		_exit(EXIT_FAILURE);
	/* Until the parent has seen enough. */
	while (read(channel, &end, 1) > 0)
		continue;
	_exit(EXIT_SUCCESS);
}

/* A process that has, or has not, opened an endpoint. */
typedef struct {
	pid_t pid;
	int channel;
	char text[512];
} Opener;

static void opener_start(Opener *opener, const Settings *settings)
{
	size_t used = 0;
	ssize_t got;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	opener->pid = fork();
	assert_true(opener->pid >= 0);
	if (opener->pid == 0) {
		close(pair[0]);
		open_in_child(settings, pair[1]);
	}
	close(pair[1]);
	opener->channel = pair[0];
	while ((got = read(opener->channel, opener->text + used,
			sizeof(opener->text) - 1 - used)) > 0)
		used += (size_t)got;
	opener->text[used] = '\0';
}

static void opener_stop(const Opener *opener)
{
	int status = -1;

	close(opener->channel);
	assert_int_equal(waitpid(opener->pid, &status, 0), opener->pid);
	assert_int_equal(status, 0);
}

/* In place of that of the C library: until a socket has its permissions, nobody
 * else may connect. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name) */
int chmod(const char *path, mode_t mode)
{
	struct stat status;

	if (lstat(path, &status) != 0 || (status.st_mode & 0007) != 0)
		abort();
	return fchmodat(AT_FDCWD, path, mode, 0);
}

static Settings make_settings(const char *spelling)
{
	return (Settings){
		.socket = spelling, .socket_group = "", .socket_mode = 0660};
}

/* What endpoint_open() says about the spelling; NULL: nothing. */
static void check_open(const Settings *settings, const char *why)
{
	g_autofree char *wanted = g_strdup("");
	Opener opener;

	if (why != NULL) {
		g_free(wanted);
		wanted = g_strdup_printf(
			"socket \"%s\": %s", settings->socket, why);
	}
	opener_start(&opener, settings);
	opener_stop(&opener);
	assert_string_equal(opener.text, wanted);
}

static void test_open_wrong_spelling(void **state)
{
	const Settings settings = make_settings("fd:3");

	(void)state;
	check_open(&settings,
		"must be unix:PATH, inet:PORT@HOST or inet6:PORT@HOST");
}

static void test_open_unix(void **state)
{
	static const mode_t modes[] = {0600, 0640, 0660, 0666, 0777};
	const Place *place = *state;

	for (size_t i = 0; i < G_N_ELEMENTS(modes); i++) {
		Settings settings = make_settings(place->spelling);
		struct stat status;
		Opener opener;

		settings.socket_mode = modes[i];
		opener_start(&opener, &settings);
		assert_string_equal(opener.text, "");
		assert_true(place_is_answered(place->spelling));
		opener_stop(&opener);
		/* It is stale now, for the next round. */
		assert_false(place_is_answered(place->spelling));
		assert_int_equal(lstat(place->path, &status), 0);
		assert_true(S_ISSOCK(status.st_mode));
		assert_int_equal(status.st_mode & 07777, modes[i]);
	}
}

static void test_open_stale(void **state)
{
	const Place *place = *state;
	const Settings settings = make_settings(place->spelling);

	close(place_listen_unix(place->path));
	check_open(&settings, NULL);
}

static void test_open_live(void **state)
{
	const Place *place = *state;
	const Settings settings = make_settings(place->spelling);
	int fd = place_listen_unix(place->path);

	check_open(&settings, "another process listens there already");
	assert_true(place_is_answered(place->spelling));
	close(fd);
}

static void test_open_live_inet(void **state)
{
	g_autofree char *spelling = NULL;
	uint16_t port;
	int fd = place_bind_inet(&port);
	Settings settings;

	(void)state;
	spelling = g_strdup_printf("inet:%u@127.0.0.1", port);
	settings = make_settings(spelling);
	assert_int_equal(listen(fd, PLACE_BACKLOG), 0);
	check_open(&settings, "another process listens there already");
	close(fd);
	check_open(&settings, NULL);
}

static void test_open_bound_inet(void **state)
{
	g_autofree char *spelling = NULL;
	uint16_t port;
	int fd = place_bind_inet(&port);
	Settings settings;

	(void)state;
	spelling = g_strdup_printf("inet:%u@127.0.0.1", port);
	settings = make_settings(spelling);
	check_open(&settings, "Address already in use");
	close(fd);
}

/* What is no socket is not ours to remove. */
static void test_open_over_file(void **state)
{
	const Place *place = *state;
	const Settings settings = make_settings(place->spelling);
	g_autofree char *text = NULL;

	assert_true(g_file_set_contents(place->path, "mine", -1, NULL));
	check_open(&settings, "cannot be opened");
	assert_true(g_file_get_contents(place->path, &text, NULL, NULL));
	assert_string_equal(text, "mine");
}

static void test_open_without_directory(void **state)
{
	const Place *place = *state;
	g_autofree char *spelling =
		g_strdup_printf("unix:%s/none/m.sock", place->directory);
	const Settings settings = make_settings(spelling);

	check_open(&settings, "No such file or directory");
}

static void test_open_with_group(void **state)
{
	/* cppcheck-suppress getgrgidCalled */
	const struct group *group = getgrgid(getgid());
	const Place *place = *state;
	Settings settings = make_settings(place->spelling);
	struct stat status;

	if (group == NULL)
		skip();
	settings.socket_group = group->gr_name;
	check_open(&settings, NULL);
	assert_int_equal(lstat(place->path, &status), 0);
	assert_int_equal(status.st_gid, getgid());
}

static void test_open_with_unknown_group(void **state)
{
	const Place *place = *state;
	Settings settings = make_settings(place->spelling);

	settings.socket_group = "no such group";
	check_open(&settings, "the group in socket_group does not exist");
}

#define TEST(function)                                                         \
	cmocka_unit_test_setup_teardown(function, place_set_up, place_tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_wrong_spelling),
		TEST(test_open_unix),
		TEST(test_open_stale),
		TEST(test_open_live),
		cmocka_unit_test(test_open_live_inet),
		cmocka_unit_test(test_open_bound_inet),
		TEST(test_open_over_file),
		TEST(test_open_without_directory),
		TEST(test_open_with_group),
		TEST(test_open_with_unknown_group),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
