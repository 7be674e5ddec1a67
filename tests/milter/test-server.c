/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/server.h"

#include <glib/gstdio.h>
#include <libmilter/mfapi.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/conf/settings-file.h"
#include "tests/test.h"

/* How libmilter behaves in the process that runs the daemon. */
typedef enum {
	SERVES,
	REFUSES,
	ENDS_BY_ITSELF,
	FAILS,
} Behaviour;

enum {
	/* Exit statuses of that process. */
	GOOD = 0,
	BAD = 3,
	WAIT_SECONDS = 30,
	POLL_USEC = 10000,
};

static Behaviour behaviour;
static GMutex mutex;
static GCond cond;
static bool stopped;

int smfi_register(struct smfiDesc description)
{
	(void)description;
	return behaviour == REFUSES ? MI_FAILURE : MI_SUCCESS;
}

int smfi_settimeout(int seconds)
{
	(void)seconds;
	return MI_SUCCESS;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): libmilter's prototype */
int smfi_setconn(char *spelling)
{
	(void)spelling;
	return MI_SUCCESS;
}

int smfi_opensocket(bool remove)
{
	(void)remove;
	return g_file_set_contents("m.sock", "", 0, NULL) ? MI_SUCCESS
							  : MI_FAILURE;
}

int smfi_main(void)
{
	if (behaviour == FAILS)
		return MI_FAILURE;
	if (behaviour == ENDS_BY_ITSELF)
		return MI_SUCCESS;
	g_mutex_lock(&mutex);
	while (!stopped)
		g_cond_wait(&cond, &mutex);
	g_mutex_unlock(&mutex);
	return MI_SUCCESS;
}

int smfi_stop(void)
{
	g_mutex_lock(&mutex);
	stopped = true;
	g_cond_signal(&cond);
	g_mutex_unlock(&mutex);
	return MI_SUCCESS;
}

static void write_settings(const char *more)
{
	g_autofree char *text = g_strdup_printf(SETTINGS_FILE_ADDRESS
		"socket = \"unix:%s/m.sock\"\n"
		"database = \"host=/nonexistent\"\n"
		"spool_directory = /nonexistent\n"
		"on_store_failure = tempfail\n%s",
		g_getenv("TEST_DIR"), more);

	assert_true(g_file_set_contents("s.conf", text, -1, NULL));
}

/* The daemon in a process of its own, whose log goes to the file "log". */
static pid_t start(Behaviour wanted)
{
	pid_t child;

	write_settings("");
	g_file_set_contents("log", "", 0, NULL);
	child = fork();
	if (child != 0)
		return child;
	behaviour = wanted;
	/* Whatever happens, it is not left behind. */
	alarm(2 * WAIT_SECONDS);
	if (freopen("log", "a", stderr) == NULL ||
		setvbuf(stderr, NULL, _IONBF, 0) != 0)
		_exit(BAD + 1);
	{
		g_autoptr(GError) error = NULL;
		g_autoptr(Snapshot) snapshot = snapshot_load("s.conf", NULL);
		bool good = server_run("s.conf", snapshot, &error);

		if (!good)
			fprintf(stderr, "%s\n", error->message);
		_exit(good ? GOOD : BAD);
	}
}

static bool log_has(const char *text)
{
	g_autofree char *log = NULL;

	return g_file_get_contents("log", &log, NULL, NULL) &&
	       strstr(log, text) != NULL;
}

static void wait_for_log(const char *text)
{
	for (int i = 0; !log_has(text); i++) {
		if (i > WAIT_SECONDS * G_USEC_PER_SEC / POLL_USEC)
			fail_msg("the log has no \"%s\"", text);
		g_usleep(POLL_USEC);
	}
}

static void assert_ends(pid_t child, int wanted)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	if (!WIFEXITED(status))
		fail_msg("killed by signal %d", WTERMSIG(status));
	assert_int_equal(WEXITSTATUS(status), wanted);
}

static const struct {
	int number;
	const char *line;
} stops[] = {
	{SIGTERM, "stop: SIGTERM"},
	{SIGINT, "stop: SIGINT"},
};

static void test_stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(stops); i++) {
		pid_t child = start(SERVES);

		wait_for_log("listens on");
		assert_int_equal(kill(child, stops[i].number), 0);
		assert_ends(child, GOOD);
		assert_true(log_has(stops[i].line));
		assert_true(log_has("stopped"));
		/* The socket is gone. */
		assert_int_equal(g_access("m.sock", F_OK), -1);
	}
}

static const struct {
	Behaviour behaviour;
	const char *line;
} troubles[] = {
	{REFUSES, "libmilter cannot be set up"},
	{ENDS_BY_ITSELF, "libmilter ended without being asked to"},
	{FAILS, "libmilter ended with an error, see syslog"},
};

/* None of these passes for a stop that somebody asked for. */
static void test_trouble(void **state)
{
	(void)state;
	for (size_t i = 0; i < G_N_ELEMENTS(troubles); i++) {
		assert_ends(start(troubles[i].behaviour), BAD);
		assert_true(log_has(troubles[i].line));
	}
}

static void test_reload(void **state)
{
	pid_t child = start(SERVES);

	(void)state;
	wait_for_log("listens on");
	write_settings("no_such_option = 1\n");
	assert_int_equal(kill(child, SIGHUP), 0);
	wait_for_log("no_such_option");
	assert_true(log_has("the old settings stay"));
	write_settings("database_connections = 3\n");
	assert_int_equal(kill(child, SIGUSR1), 0);
	wait_for_log("s.conf is in effect");
	assert_true(log_has("database_connections: the change takes effect"));
	assert_int_equal(kill(child, SIGUSR2), 0);
	wait_for_log("SIGUSR2 has no meaning");
	assert_int_equal(kill(child, SIGTERM), 0);
	assert_ends(child, GOOD);
}

static int leave(void **state)
{
	g_remove("s.conf");
	g_remove("log");
	g_remove("m.sock");
	return settings_file_leave(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_trouble),
		cmocka_unit_test(test_reload),
	};

	return cmocka_run_group_tests(tests, settings_file_enter, leave);
}
