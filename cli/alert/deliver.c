/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/deliver.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

#include "cli/alert/channel.h"
#include "sql/error.h"

enum {
	INTERVAL_SECONDS = 2,
	/* A server that is silent for longer is taken for one that is away. */
	PATIENCE_SECONDS = 30,
};

/* The last of them is the database. */
typedef struct {
	char *problems[ALERT_CHANNEL_COUNT + 1];
} Memory;

static void memory_clear(Memory *memory)
{
	for (size_t i = 0; i < G_N_ELEMENTS(memory->problems); i++)
		g_free(memory->problems[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Memory, memory_clear)

static const char *get_name(size_t index)
{
	if (index == ALERT_CHANNEL_COUNT)
		return "database";
	return alert_channel_get_name(alert_channel_get(index));
}

static void note_problem(Memory *memory, size_t index, const char *message)
{
	if (g_strcmp0(memory->problems[index], message) == 0)
		return;
	command_complain("%s: %s", get_name(index), message);
	g_free(memory->problems[index]);
	memory->problems[index] = g_strdup(message);
}

static void note_success(Memory *memory, size_t index)
{
	if (memory->problems[index] != NULL)
		command_complain("%s: works again", get_name(index));
	g_clear_pointer(&memory->problems[index], g_free);
}

/* After a failure the channel is left alone for a while: only what was told
 * shows that it works. */
static CommandStatus deliver_on(
	size_t index, const Settings *settings, Store *store, Memory *memory)
{
	g_autoptr(GError) error = NULL;
	int64_t told;
	bool done = alert_channel_deliver(
		alert_channel_get(index), settings, store, &told, &error);

	if (!done && error->domain == STORE_ERROR) {
		note_problem(memory, ALERT_CHANNEL_COUNT, error->message);
		return COMMAND_UNAVAILABLE;
	}
	note_success(memory, ALERT_CHANNEL_COUNT);
	if (!done) {
		note_problem(memory, index, error->message);
		return COMMAND_BAD;
	}
	if (told > 0) {
		note_success(memory, index);
		printf("%s: told of %" PRId64 " alert%s\n", get_name(index),
			told, told == 1 ? "" : "s");
		fflush(stdout);
	}
	return COMMAND_DONE;
}

static CommandStatus deliver(
	const Settings *settings, Store *store, Memory *memory)
{
	CommandStatus worst = COMMAND_DONE;

	for (size_t i = 0; i < ALERT_CHANNEL_COUNT; i++) {
		CommandStatus status = COMMAND_DONE;

		if (alert_channel_is_set(alert_channel_get(i), settings))
			status = deliver_on(i, settings, store, memory);
		worst = MAX(worst, status);
	}
	return worst;
}

CommandStatus alert_deliver_once(const Settings *settings, Store *store)
{
	g_auto(Memory) memory = {0};

	signal(SIGPIPE, SIG_IGN);
	store_set_patience(store, PATIENCE_SECONDS);
	return deliver(settings, store, &memory);
}

/* True when it is time to look again, false for one of the signals. */
static bool sleep_until(const sigset_t *signals)
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
	g_auto(Memory) memory = {0};
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	store_set_patience(store, PATIENCE_SECONDS);
	do
		deliver(settings, store, &memory);
	while (sleep_until(&signals));
	return COMMAND_DONE;
}
