/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/watch.h"

#include "cli/command.h"

enum {
	/* Between two parts, and after the last one. */
	PAUSE_SECONDS = 1,
	REST_SECONDS = 60,
};

struct AlertWatch {
	const Settings *settings;
	Store *store;
	GThread *thread;
	GMutex lock;
	GCond stopped;
	bool stopping;
};

/* What is wrong is said once, until it works again. */
static void say(char **said, const GError *error)
{
	const char *message = error != NULL ? error->message : NULL;

	if (message != NULL && g_strcmp0(*said, message) != 0)
		command_complain("watch: %s", message);
	else if (message == NULL && *said != NULL)
		command_complain("watch: works again");
	g_free(*said);
	*said = g_strdup(message);
}

/* False when it is to end. */
static bool wait_for(AlertWatch *watch, int64_t seconds)
{
	int64_t end = g_get_monotonic_time() + seconds * G_USEC_PER_SEC;
	bool stopping;

	g_mutex_lock(&watch->lock);
	while (!watch->stopping &&
		g_cond_wait_until(&watch->stopped, &watch->lock, end))
		continue;
	stopping = watch->stopping;
	g_mutex_unlock(&watch->lock);
	return !stopping;
}

static void *run(void *data)
{
	AlertWatch *watch = data;
	g_autofree char *said = NULL;
	bool more;

	do {
		g_autoptr(GError) error = NULL;

		more = false;
		alert_watch_look(watch->settings, watch->store, &more, &error);
		say(&said, error);
	} while (wait_for(watch, more ? PAUSE_SECONDS : REST_SECONDS));
	return NULL;
}

AlertWatch *alert_watch_start(const Settings *settings, Store *store)
{
	AlertWatch *watch = g_new0(AlertWatch, 1);

	watch->settings = settings;
	watch->store = store;
	g_mutex_init(&watch->lock);
	g_cond_init(&watch->stopped);
	watch->thread = g_thread_new("watch", run, watch);
	return watch;
}

void alert_watch_stop(AlertWatch *watch)
{
	g_mutex_lock(&watch->lock);
	watch->stopping = true;
	g_cond_signal(&watch->stopped);
	g_mutex_unlock(&watch->lock);
	g_thread_join(watch->thread);
	g_mutex_clear(&watch->lock);
	g_cond_clear(&watch->stopped);
	g_free(watch);
}
