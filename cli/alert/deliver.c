/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/deliver.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <time.h>

#include "cli/alert/channel.h"
#include "cli/alert/now.h"
#include "cli/alert/watch.h"
#include "sql/error.h"

enum {
	INTERVAL_SECONDS = 2,
	/* A server that is silent for longer is taken for one that is away. */
	PATIENCE_SECONDS = 30,
};

/* What was last said to be wrong, by the name of a channel, or of the database.
 * The caller unrefs it. */
static GHashTable *new_problems(void)
{
	return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
}

static const char database[] = "database";

static void note_problem(
	GHashTable *problems, const char *name, const char *message)
{
	if (g_strcmp0(g_hash_table_lookup(problems, name), message) == 0)
		return;
	command_complain("%s: %s", name, message);
	g_hash_table_insert(problems, g_strdup(name), g_strdup(message));
}

static void note_success(GHashTable *problems, const char *name)
{
	if (g_hash_table_remove(problems, name))
		command_complain("%s: works again", name);
}

/* After a failure the channel is left alone for a while: only what was
 * delivered shows that it works. */
static CommandStatus deliver_on(const AlertChannel *channel,
	const Settings *settings, Store *store, GHashTable *problems)
{
	const char *name = alert_channel_get_name(channel);
	g_autoptr(GError) error = NULL;
	AlertDelivery delivery;
	bool done = alert_channel_deliver(
		channel, settings, store, &delivery, &error);

	if (!done && error->domain == STORE_ERROR) {
		note_problem(problems, database, error->message);
		return COMMAND_UNAVAILABLE;
	}
	note_success(problems, database);
	if (!done) {
		note_problem(problems, name, error->message);
		return COMMAND_BAD;
	}
	if (delivery.incidents > 0)
		command_printf("%s: delivered %" PRId64 " incident%s\n", name,
			delivery.incidents, delivery.incidents == 1 ? "" : "s");
	if (delivery.digest)
		command_printf("%s: delivered the digest\n", name);
	if (delivery.incidents > 0 || delivery.digest) {
		note_success(problems, name);
		command_flush();
	}
	return COMMAND_DONE;
}

/* At what they are to tell. Nothing that goes wrong here keeps it back. */
static CommandStatus look(
	const Settings *settings, Store *store, GHashTable *problems)
{
	g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
	g_autoptr(GError) error = NULL;

	for (size_t i = 0; alert_channel_get(i) != NULL; i++) {
		const AlertChannel *channel = alert_channel_get(i);

		if (alert_channel_is_set(channel, settings))
			g_ptr_array_add(names,
				g_strdup(alert_channel_get_name(channel)));
	}
	g_ptr_array_add(names, NULL);
	if (alert_now_look(
		    settings, store, (const char *const *)names->pdata, &error))
		return COMMAND_DONE;
	note_problem(problems, database, error->message);
	return COMMAND_UNAVAILABLE;
}

static CommandStatus deliver(
	const Settings *settings, Store *store, GHashTable *problems)
{
	CommandStatus worst = look(settings, store, problems);

	for (size_t i = 0; alert_channel_get(i) != NULL; i++) {
		const AlertChannel *channel = alert_channel_get(i);
		CommandStatus status = COMMAND_DONE;

		if (alert_channel_is_set(channel, settings))
			status = deliver_on(channel, settings, store, problems);
		worst = MAX(worst, status);
	}
	return worst;
}

/* All whose turn it is. */
static void watch_once(const Settings *settings, Store *store)
{
	g_autoptr(GError) error = NULL;
	bool more;

	do
		if (!alert_watch_look(settings, store, &more, &error))
			command_complain("watch: %s", error->message);
	while (more && error == NULL);
}

CommandStatus alert_deliver_once(const Settings *settings, Store *store)
{
	g_autoptr(GHashTable) problems = new_problems();

	signal(SIGPIPE, SIG_IGN);
	store_set_patience(store, PATIENCE_SECONDS);
	watch_once(settings, store);
	return deliver(settings, store, problems);
}

/* Waits for the interval: true at its end, false for one of the signals. */
static bool wait_interval(const sigset_t *signals)
{
	const struct timespec interval = {.tv_sec = INTERVAL_SECONDS};
	int number;

	do
		number = sigtimedwait(signals, NULL, &interval);
	while (number < 0 && errno == EINTR);
	return number < 0;
}

CommandStatus alert_deliver_forever(const Settings *settings, Store *store)
{
	g_autoptr(GHashTable) problems = new_problems();
	AlertWatch *watch;
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	store_set_patience(store, PATIENCE_SECONDS);
	watch = alert_watch_start(settings, store);
	do
		deliver(settings, store, problems);
	while (wait_interval(&signals));
	alert_watch_stop(watch);
	return COMMAND_DONE;
}
