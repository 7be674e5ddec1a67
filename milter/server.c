/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/server.h"

#include <libmilter/mfapi.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <syslog.h>
#include <unistd.h>

#include "milter/callbacks.h"
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
	/* How long messages in hand may take after a stop was asked for; a
	 * service manager usually kills after 90 s. */
	STOP_SECONDS = 75,
	/* A report takes milliseconds, a lock is given up after five seconds
	 * (tlsreport db grant). What is done later nevertheless is found when
	 * the report comes again. */
	PATIENCE_SECONDS = 10,
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
	GThread *milter;
	bool failed;
	/* smfi_main() has returned; read by another thread. */
	int ended;
} Server;

static void block_signals(sigset_t *handled)
{
	sigemptyset(handled);
	sigaddset(handled, SIGTERM);
	sigaddset(handled, SIGINT);
	sigaddset(handled, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, handled, NULL);
	signal(SIGPIPE, SIG_IGN);
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

static void *run_milter(void *data)
{
	Server *server = data;

	server->failed = smfi_main() != MI_SUCCESS;
	g_atomic_int_set(&server->ended, 1);
	/* Also when libmilter stopped by itself: wake the main thread. */
	kill(getpid(), SIGTERM);
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

static void reload(const Server *server)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Snapshot) old = snapshot_get_current();
	g_autoptr(Snapshot) new = snapshot_load(server->path, &error);

	notify_reloading();
	if (new == NULL) {
		log_message(LOG_ERR, "reload: %s; the old settings stay",
			error->message);
	} else {
		warn_about_restart(old->settings, new->settings);
		log_set_level((int)new->settings->log_level);
		snapshot_set_current(g_steal_pointer(&new));
		log_message(
			LOG_NOTICE, "reload: %s is in effect", server->path);
	}
	notify_ready();
}

/* The kernel gives a signal to the main thread when that waits for it, and
 * not to libmilter's own signal thread. */
static void wait_for_stop(const Server *server, const sigset_t *handled)
{
	int received = SIGUSR1;

	while (received == SIGUSR1) {
		if (sigwait(handled, &received) != 0)
			break;
		if (received == SIGUSR1)
			reload(server);
	}
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

static void stop_milter(Server *server, const char *socket)
{
	if (!stop_listening(server, socket))
		log_message(LOG_NOTICE, "stop: libmilter's listener does not "
					"end, and is left as it is");
	if (!callbacks_wait(g_get_monotonic_time() +
			    (gint64)STOP_SECONDS * G_USEC_PER_SEC))
		log_message(LOG_ERR, "stop: messages in hand are abandoned, "
				     "their senders will try again");
	g_usleep(REPLY_USEC);
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

static void serve(Server *server, const Settings *settings, Upkeep *upkeep,
	sigset_t *handled)
{
	server->milter = g_thread_new("milter", run_milter, server);
	log_message(LOG_NOTICE, "version %s listens on %s", PACKAGE_VERSION,
		settings->socket);
	notify_ready();
	wait_for_stop(server, handled);
	notify_stopping();
	stop_milter(server, settings->socket);
	upkeep_stop(upkeep);
	endpoint_remove(settings->socket);
	log_message(LOG_NOTICE, "stopped");
}

bool server_run(const char *path, Snapshot *snapshot, GError **error)
{
	const Settings *settings = snapshot->settings;
	/* For a listener that does not end. */
	static Server server;
	g_autoptr(Store) store = store_open(settings->database,
		(size_t)settings->database_connections, error);
	g_autoptr(Spool) spool = NULL;
	g_autoptr(Intake) intake = NULL;
	sigset_t handled;

	if (store == NULL || !open_spool(settings, &spool, error))
		return false;
	server.path = path;
	store_set_patience(store, PATIENCE_SECONDS);
	block_signals(&handled);
	raise_descriptor_limit();
	snapshot_set_current(snapshot_ref(snapshot));
	parser_init();
	intake = intake_new(store, spool, (int)settings->database_connections);
	if (!callbacks_register(intake) || smfi_settimeout(TIMEOUT_SECONDS)) {
		g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
			"libmilter cannot be set up");
		return false;
	}
	if (!endpoint_open(settings, error))
		return false;
	check_store(store);
	serve(&server, settings, upkeep_start(store, intake, spool), &handled);
	if (server.failed)
		g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
			"libmilter ended with an error, see syslog");
	return !server.failed;
}
