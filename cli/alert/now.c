/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/alert/now.h"

#include <string.h>

#include "cli/check/domain-options.h"
#include "cli/day.h"
#include "cli/side-by-side.h"
#include "probe/recheck.h"
#include "sql/store-alert.h"
#include "sql/store-table.h"

/* The incidents, and what is seen of the domains that they name: NULL as long
 * as nobody has looked. */
typedef struct {
	DomainProbe *probe;
	const StoreTable *incidents;
	GMutex lock;
	GHashTable *views;
} Look;

static void on_domain(void *data, void *user)
{
	const char *domain = data;
	Look *look = user;
	DomainView *view = domain_probe_run(look->probe, domain);

	g_mutex_lock(&look->lock);
	g_hash_table_insert(look->views, g_strdup(domain), view);
	g_mutex_unlock(&look->lock);
}

/* Each domain once, all at the same time. */
static void look_at_domains(Look *look)
{
	g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
	g_autoptr(GPtrArray) domains = g_ptr_array_new();

	for (size_t row = 0; row < look->incidents->row_count; row++) {
		char *domain = store_table_get(look->incidents, row, "domain");

		if (domain != NULL && g_hash_table_add(known, domain))
			g_ptr_array_add(domains, domain);
	}
	side_by_side_run(on_domain, domains, ALERT_NOW_MAX, look);
}

static const char *const stills[] = {
	[RECHECK_STILL] = "true",
	[RECHECK_REPAIRED] = "false",
	[RECHECK_FINE] = "false",
	[RECHECK_UNSEEN] = NULL,
};

static bool note(Store *store, const StoreTable *incidents, size_t row,
	Recheck recheck, const char *text, GError **error)
{
	g_autoptr(GDateTime) now = g_date_time_new_now_utc();
	g_autofree char *when =
		g_date_time_format(now, ", on %Y-%m-%d at %H:%M UTC");
	g_autofree char *whole = g_strconcat(text, when, NULL);

	return store_alert_note_now(store,
		store_table_get(incidents, row, "incident_id"), stills[recheck],
		whole, error);
}

static bool note_row(const Look *look, Store *store, size_t row, GError **error)
{
	const StoreTable *incidents = look->incidents;
	const char *domain = store_table_get(incidents, row, "domain");
	const DomainView *view =
		domain != NULL ? g_hash_table_lookup(look->views, domain)
			       : NULL;
	g_autofree char *text = NULL;
	Recheck recheck;

	if (view == NULL)
		return true;
	recheck = recheck_result(view,
		store_table_get(incidents, row, "result_type"),
		store_table_get(incidents, row, "host"),
		day_get_start(store_table_get(incidents, row, "last_day")),
		&text);
	return note(store, incidents, row, recheck, text, error);
}

/* That no domain can be looked at is said, too. */
static bool note_problem(const StoreTable *incidents, Store *store,
	const GError *problem, GError **error)
{
	g_autofree char *text = g_strdup_printf(
		"cannot be seen from here: %s", problem->message);

	for (size_t row = 0; row < incidents->row_count; row++) {
		if (!note(store, incidents, row, RECHECK_UNSEEN, text, error))
			return false;
	}
	return true;
}

static bool look_and_note(DomainProbe *probe, const StoreTable *incidents,
	Store *store, GError **error)
{
	g_autoptr(GHashTable) views = g_hash_table_new_full(g_str_hash,
		g_str_equal, g_free, (GDestroyNotify)domain_view_free);
	Look look = {.probe = probe, .incidents = incidents, .views = views};
	bool done = true;

	g_mutex_init(&look.lock);
	look_at_domains(&look);
	for (size_t row = 0; row < incidents->row_count && done; row++)
		done = note_row(&look, store, row, error);
	g_mutex_clear(&look.lock);
	return done;
}

bool alert_now_look(const Settings *settings, Store *store,
	const char *const *channels, GError **error)
{
	g_autoptr(StoreTable) incidents = NULL;
	g_autoptr(DomainProbe) probe = NULL;
	g_autoptr(GError) problem = NULL;
	g_auto(GStrv) files = NULL;
	DomainProbeOptions options;

	if (settings->alert_probe == SETTINGS_ALERT_PROBE_NO)
		return true;
	incidents = store_alert_read_to_look_at(
		store, channels, ALERT_NOW_MAX, error);
	if (incidents == NULL || incidents->row_count == 0)
		return incidents != NULL;
	files = domain_options_find_certificate_files(settings);
	options = domain_options_make(settings, (const char *const *)files);
	options.timeout = MIN(options.timeout, ALERT_NOW_SECONDS);
	options.resolver.timeout =
		MIN(options.timeout, ALERT_NOW_RESOLVER_SECONDS);
	probe = domain_probe_open(&options, &problem);
	if (probe == NULL)
		return note_problem(incidents, store, problem, error);
	return look_and_note(probe, incidents, store, error);
}
