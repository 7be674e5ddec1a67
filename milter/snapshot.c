/* SPDX-License-Identifier: BSD-2-Clause */
#include "milter/snapshot.h"

#include "parser/address.h"
#include "parser/dkim-verify.h"

enum {
	DAY = 86400,
};

static GMutex current_mutex;
static Snapshot *current;

static const AuthenticateMethod methods[] = {
	[SETTINGS_DKIM_OFF] = AUTHENTICATE_OFF,
	[SETTINGS_DKIM_AUTHRES] = AUTHENTICATE_AUTHRES,
	[SETTINGS_DKIM_VERIFY] = AUTHENTICATE_VERIFY,
};

Snapshot *snapshot_new(Settings *settings)
{
	Snapshot *snapshot = g_atomic_rc_box_new0(Snapshot);

	snapshot->settings = settings;
	snapshot->recipients = recipient_matcher_new(
		settings->report_addresses, settings->recipient_delimiter);
	snapshot->policy_domains =
		address_canonical_domains(settings->policy_domains);
	snapshot->authenticate = methods[settings->dkim];
	snapshot->limits = PARSE_LIMITS_DEFAULT;
	snapshot->limits.message_size = (size_t)settings->max_message_size;
	snapshot->limits.report_size = (size_t)settings->max_report_size;
	snapshot->limits.parse_memory = (size_t)settings->max_parse_memory;
	snapshot->limits.policies = (size_t)settings->max_policies;
	snapshot->limits.failure_details =
		(size_t)settings->max_failure_details;
	snapshot->limits.report_age = settings->max_report_age * DAY;
	snapshot->limits.report_future = settings->max_report_future * DAY;
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
	g_strfreev(snapshot->policy_domains);
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
