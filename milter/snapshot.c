/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/snapshot.h"

#include "intake/limits.h"
#include "trust/dkim-verify.h"

static GMutex current_mutex;
static Snapshot *current;

Snapshot *snapshot_new(Settings *settings)
{
	Snapshot *snapshot = g_atomic_rc_box_new0(Snapshot);

	snapshot->settings = settings;
	snapshot->recipients = recipient_matcher_new(
		settings->report_addresses, settings->recipient_delimiter);
	admit_rules_init(&snapshot->rules, settings);
	snapshot->limits = limits_from_settings(settings);
	return snapshot;
}

Snapshot *snapshot_load(const char *path, GError **error)
{
	g_autoptr(Settings) settings = settings_load(path, error);

	if (settings == NULL)
		return NULL;
	if (settings->dkim == SETTINGS_DKIM_VERIFY &&
		!dkim_verify_is_available()) {
		g_set_error(error, SETTINGS_ERROR, SETTINGS_ERROR_VALUE,
			"%s: dkim is \"verify\", but this program was built "
			"without libopendkim: set it to \"authres\"",
			path);
		return NULL;
	}
	return snapshot_new(g_steal_pointer(&settings));
}

Snapshot *snapshot_ref(Snapshot *snapshot)
{
	return g_atomic_rc_box_acquire(snapshot);
}

static void clear(void *data)
{
	Snapshot *snapshot = data;

	recipient_matcher_free(snapshot->recipients);
	admit_rules_clear(&snapshot->rules);
	settings_unref(snapshot->settings);
}

void snapshot_unref(Snapshot *snapshot)
{
	if (snapshot != NULL)
		g_atomic_rc_box_release_full(snapshot, clear);
}

void snapshot_set_current(Snapshot *snapshot)
{
	Snapshot *previous;

	g_mutex_lock(&current_mutex);
	previous = current;
	current = snapshot;
	g_mutex_unlock(&current_mutex);
	snapshot_unref(previous);
}

Snapshot *snapshot_get_current(void)
{
	Snapshot *snapshot;

	g_mutex_lock(&current_mutex);
	snapshot = snapshot_ref(current);
	g_mutex_unlock(&current_mutex);
	return snapshot;
}
