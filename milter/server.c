/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/server.h"

#include <glib-unix.h>
#include <libmilter/mfapi.h>
#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <syslog.h>
#include <unistd.h>

#include "milter/callbacks.h"
#include "milter/collector.h"
#include "milter/endpoint.h"
#include "milter/intake.h"
#include "milter/log.h"
#include "milter/notify.h"
#include "milter/snapshot.h"
#include "milter/upkeep.h"
#include "parser/parser.h"
#include "spool/spool.h"
#include "sql/store.h"

enum {
	/* All that a stop waits for is over by then; TimeoutStopSec of the unit
	 * is more. */
	STOP_SECONDS = 70,
	/* A report takes milliseconds, a lock is given up after five seconds
	 * (tlsreport db grant). What is done later nevertheless is found when
	 * the report comes again. */
	PATIENCE_SECONDS = 10,
	/* Bytes: no report that is sent every day needs as much at once. */
	LARGE_SIZE = 1 << 20,
	/* How long its listener may take to notice. */
	LISTENER_SECONDS = 5,
	/* libmilter writes the reply after our last callback returned and
	 * does not say when it is done. */
	REPLY_USEC = 200000,
	POKE_USEC = 20000,
	/* libmilter drops a session that is silent for longer. */
	TIMEOUT_SECONDS = 7210,
};

typedef struct {
	const char *path;
	/* What the daemon started with; options that need a restart still have
	 * these values after any number of reloads. */
	const Settings *started_with;
	GMainLoop *loop;
	GThread *milter;
	Upkeep *upkeep;
	/* NULL where nothing comes over HTTPS. */
	Collector *collector;
	bool stopping;
	bool failed;
	/* smfi_main() has returned; read by another thread. */
	int ended;
} Server;

GQuark server_error_quark(void)
{
	return g_quark_from_static_string("tlsrpt-server-error");
}

/* Every session of the MTA is a descriptor; at the limit libmilter would spin
 * in accept(). */
static void raise_descriptor_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
		log_message(LOG_WARNING,
			"the limit of open files cannot be raised");
}

/* What is large is given back to the system when it is freed. By itself the C
 * library would stop to do so, and what is left of it lies all over the heaps
 * of threads. */
static void bound_heaps(void)
{
	mallopt(M_MMAP_THRESHOLD, LARGE_SIZE);
}

static gboolean quit(void *loop)
{
	g_main_loop_quit(loop);
	return G_SOURCE_REMOVE;
}

static void *run_milter(void *data)
{
	Server *server = data;

	server->failed = smfi_main() != MI_SUCCESS;
	g_atomic_int_set(&server->ended, 1);
	/* Also when libmilter stopped by itself, before the loop runs. */
	g_idle_add(quit, server->loop);
	return NULL;
}

static void warn_about_restart(const Settings *old, const Settings *new)
{
	g_autofree char *names = settings_list_startup_changes(old, new);

	if (names != NULL)
		log_message(LOG_WARNING,
			"reload: %s: the change takes effect at the next "
			"restart",
			names);
}

static void load_again(const Server *server)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Snapshot) snapshot = snapshot_load(server->path, &error);

	if (snapshot == NULL) {
		log_message(LOG_ERR,
			"reload: %s; the old settings stay in effect",
			error->message);
		return;
	}
	warn_about_restart(server->started_with, snapshot->settings);
	log_set_level((int)snapshot->settings->log_level);
	snapshot_set_current(g_steal_pointer(&snapshot));
	log_message(LOG_NOTICE, "reload: %s is in effect", server->path);
}

static gboolean reload(void *data)
{
	notify_reloading();
	load_again(data);
	notify_ready();
	return G_SOURCE_CONTINUE;
}

static gboolean stop(Server *server, const char *signal_name)
{
	log_message(LOG_NOTICE, "stop: %s", signal_name);
	server->stopping = true;
	g_main_loop_quit(server->loop);
	return G_SOURCE_CONTINUE;
}

static gboolean on_terminate(void *data)
{
	return stop(data, "SIGTERM");
}

static gboolean on_interrupt(void *data)
{
	return stop(data, "SIGINT");
}

static gboolean ignore(void *data)
{
	(void)data;
	log_message(LOG_NOTICE, "SIGUSR2 has no meaning here; SIGHUP and "
				"SIGUSR1 read the configuration again");
	return G_SOURCE_CONTINUE;
}

/* In place of the one of libc, which libmilter calls in a thread of its own: it
 * takes SIGHUP, SIGTERM and SIGINT as orders to stop, and which thread a signal
 * comes to is the kernel's choice. Nothing else here waits that way. */
/* NOLINTNEXTLINE(readability-*): libc's own prototype */
int sigwait(const sigset_t *set, int *number)
{
	(void)set;
	(void)number;
	for (;;)
		pause();
}

static const struct {
	int number;
	GSourceFunc handle;
} signals[] = {
	{SIGTERM, on_terminate},
	{SIGINT, on_interrupt},
	{SIGHUP, reload},
	{SIGUSR1, reload},
	{SIGUSR2, ignore},
};

/* In this thread, and in those that it makes from now on. */
static void change_mask(int how)
{
	sigset_t handled;

	sigemptyset(&handled);
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		sigaddset(&handled, signals[i].number);
	pthread_sigmask(how, &handled, NULL);
}

static void handle_signals(Server *server)
{
	for (size_t i = 0; i < G_N_ELEMENTS(signals); i++)
		g_unix_signal_add(signals[i].number, signals[i].handle, server);
}

/* Waits for the listener, which holds libmilter's lock inside of poll(). */
static void *stop_listener(void *data)
{
	(void)data;
	smfi_stop();
	return NULL;
}

/* The listener looks up from poll() only when somebody connects, or after
 * five seconds; and it may be back there before smfi_stop() had its turn. It
 * may never end: libmilter's pool can destroy a lock that the listener is about
 * to take. */
static bool stop_listening(Server *server, const char *socket)
{
	gint64 deadline = g_get_monotonic_time() +
			  (gint64)LISTENER_SECONDS * G_USEC_PER_SEC;
	GThread *stopper = g_thread_new("stop", stop_listener, NULL);
	bool answered;

	while (!g_atomic_int_get(&server->ended)) {
		if (g_get_monotonic_time() > deadline) {
			g_thread_unref(stopper);
			return false;
		}
		endpoint_connect(socket, &answered, NULL);
		g_usleep(POKE_USEC);
	}
	g_thread_join(stopper);
	g_thread_join(server->milter);
	return true;
}

/* Ends without freeing what threads still use. */
static _Noreturn void leave(const Settings *settings, int status)
{
	endpoint_remove(settings->socket);
	_exit(status);
}

/* What has begun ends: false when something did not by the deadline. */
static bool stop_workers(const Server *server, gint64 deadline)
{
	bool messages_ended = callbacks_finish(deadline);
	bool collector_ended = collector_stop(server->collector, deadline);
	bool upkeep_ended = upkeep_stop(server->upkeep, deadline);

	if (!messages_ended)
		log_message(LOG_ERR, "stop: messages in hand are abandoned; "
				     "their senders will try again");
	if (!collector_ended)
		log_message(LOG_ERR, "stop: a message of the HTTPS spool is "
				     "abandoned; it stays there");
	if (!upkeep_ended)
		log_message(LOG_ERR, "stop: the maintenance did not stop; "
				     "exiting without it");
	return messages_ended && collector_ended && upkeep_ended;
}

/* In this order: no new sessions, no new messages, those in hand, the upkeep.
 * Returns when no thread uses store, spool and intake any more. */
static void stop_threads(Server *server, const Settings *settings)
{
	gint64 deadline =
		g_get_monotonic_time() + (gint64)STOP_SECONDS * G_USEC_PER_SEC;
	bool listener_ended = stop_listening(server, settings->socket);
	bool workers_ended = stop_workers(server, deadline);

	if (!listener_ended)
		log_message(LOG_NOTICE, "stop: libmilter's listener did not "
					"stop; exiting without it");
	g_usleep(REPLY_USEC);
	if (!workers_ended)
		leave(settings, EXIT_FAILURE);
	if (!listener_ended)
		leave(settings, EXIT_SUCCESS);
}

/* A database that is away is no reason not to start: mail waits for it. */
static void check_store(Store *store)
{
	g_autoptr(GError) error = NULL;

	if (!store_check(store, &error))
		log_message(LOG_ERR, "database: %s", error->message);
}

/* Opened also while on_store_failure is "tempfail", when there is one: what is
 * in it must come out. */
static bool open_spool(const Settings *settings, Spool **spool, GError **error)
{
	bool wanted =
		settings->on_store_failure == SETTINGS_ON_STORE_FAILURE_SPOOL;

	if (!wanted &&
		!g_file_test(settings->spool_directory, G_FILE_TEST_IS_DIR))
		return true;
	*spool = spool_open(settings->spool_directory, error);
	if (*spool == NULL)
		g_prefix_error(error,
			"spool_directory must belong to the user of the "
			"daemon: ");
	return *spool != NULL;
}

static bool open_https_spool(
	const Settings *settings, Spool **spool, GError **error)
{
	if (*settings->https_spool_directory == '\0')
		return true;
	*spool = spool_open_shared(settings->https_spool_directory, error);
	if (*spool == NULL)
		g_prefix_error(error,
			"https_spool_directory must belong to the user of the "
			"daemon: ");
	return *spool != NULL;
}

static bool check_end(const Server *server, GError **error)
{
	if (server->failed)
		g_set_error_literal(error, SERVER_ERROR, SERVER_ERROR_LIBMILTER,
			"libmilter ended with an error, see syslog");
	else if (!server->stopping)
		g_set_error_literal(error, SERVER_ERROR, SERVER_ERROR_LIBMILTER,
			"libmilter ended without being asked to");
	return server->stopping && !server->failed;
}

static bool serve(Server *server, const Settings *settings, GError **error)
{
	bool good;

	server->milter = g_thread_new("milter", run_milter, server);
	handle_signals(server);
	change_mask(SIG_UNBLOCK);
	log_message(LOG_NOTICE, "version %s listens on %s", PACKAGE_VERSION,
		settings->socket);
	notify_ready();
	g_main_loop_run(server->loop);
	notify_stopping();
	good = check_end(server, error);
	stop_threads(server, settings);
	endpoint_remove(settings->socket);
	log_message(LOG_NOTICE, "stopped");
	return good;
}

static bool set_up(Intake *intake, const Settings *settings, GError **error)
{
	if (callbacks_register(intake) &&
		smfi_settimeout(TIMEOUT_SECONDS) == MI_SUCCESS)
		return endpoint_open(settings, error);
	g_set_error_literal(error, SERVER_ERROR, SERVER_ERROR_LIBMILTER,
		"libmilter cannot be set up");
	return false;
}

bool server_run(const char *path, Snapshot *snapshot, GError **error)
{
	const Settings *settings = snapshot->settings;
	Server server = {.path = path, .started_with = settings};
	g_autoptr(Store) store = store_open(settings->database,
		(size_t)settings->database_connections, error);
	g_autoptr(Spool) spool = NULL;
	g_autoptr(Spool) https_spool = NULL;
	g_autoptr(Intake) intake = NULL;
	g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, FALSE);

	if (store == NULL || !open_spool(settings, &spool, error) ||
		!open_https_spool(settings, &https_spool, error))
		return false;
	server.loop = loop;
	store_set_patience(store, PATIENCE_SECONDS);
	change_mask(SIG_BLOCK);
	signal(SIGPIPE, SIG_IGN);
	raise_descriptor_limit();
	bound_heaps();
	snapshot_set_current(snapshot_ref(snapshot));
	parser_init();
	intake = intake_new(store, spool, (int)settings->database_connections);
	if (!set_up(intake, settings, error))
		return false;
	check_store(store);
	server.upkeep = upkeep_start(store, intake, spool, https_spool);
	if (https_spool != NULL)
		server.collector = collector_start(intake, https_spool);
	return serve(&server, settings, error);
}
