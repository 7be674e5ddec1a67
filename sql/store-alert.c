/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-alert.h"

#include <inttypes.h>

#include "sql/error.h"
#include "sql/schema.h"
#include "sql/store-view.h"
#include "sql/text-array.h"

/* An identifier of a range that is gone is no mistake. */
static const char acknowledge_statement[] =
	"SELECT count(*) FROM generate_series($1::integer, $2::integer) AS id "
	"WHERE tlsrpt.acknowledge_alert(id, $3)";

static const char acknowledge_by_statement[] =
	"SELECT count(*) FROM tlsrpt.acknowledge_incidents($1, $2, $3)";

static const char note_statement[] =
	"SELECT tlsrpt.note_now($1::integer, $2::boolean, $3)";

static const char finish_statement[] =
	"SELECT tlsrpt.finish_alerts($1, $2, pause => $3::integer)";

#define MEMBER(name)                                                           \
	{                                                                      \
#name, offsetof(StoreIncident, name)                           \
	}

/* By the column of that name. */
static const struct {
	const char *name;
	size_t offset;
} members[] = {
	MEMBER(incident_id),
	MEMBER(alert_ids),
	MEMBER(what),
	MEMBER(severity),
	MEMBER(state),
	MEMBER(result_type),
	MEMBER(receiving_mx_hostname),
	MEMBER(organization_name),
	MEMBER(policy_domains),
	MEMBER(sample_domains),
	MEMBER(failed_sessions),
	MEMBER(withheld_sessions),
	MEMBER(all_sessions),
	MEMBER(first_day),
	MEMBER(last_day),
	MEMBER(reporters),
	MEMBER(reporter_count),
	MEMBER(reason_codes),
	MEMBER(receiving_ips),
	MEMBER(title),
	MEMBER(explanation),
	MEMBER(remedy),
	MEMBER(opened_at),
	MEMBER(acknowledged_at),
	MEMBER(acknowledged_by),
	MEMBER(resolved_at),
	MEMBER(now),
	MEMBER(unauthenticated_sessions),
};

/* A pointer to the member, which the incident owns. */
static char **get_member(StoreIncident *incident, size_t index)
{
	void *member = (char *)incident + members[index].offset;

	return member;
}

void store_incident_free(StoreIncident *incident)
{
	if (incident == NULL)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		g_free(*get_member(incident, i));
	g_free(incident);
}

void store_alert_news_clear(StoreAlertNews *news)
{
	g_clear_pointer(&news->incidents, g_ptr_array_unref);
	g_clear_pointer(&news->json, g_free);
}

/* Takes the cells of a row. */
static StoreIncident *take_incident(StoreTable *table, size_t row)
{
	StoreIncident *incident = g_new0(StoreIncident, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		*get_member(incident, i) =
			store_table_take(table, row, members[i].name);
	return incident;
}

static GPtrArray *new_array(void)
{
	return g_ptr_array_new_with_free_func(
		(GDestroyNotify)store_incident_free);
}

static StoreTable *read_list(
	Store *store, const char *query, bool all, GError **error)
{
	const char *values[] = {all ? "true" : "false"};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_view_read(store, schema_get_text(query), &params, error);
}

StoreTable *store_incident_list(Store *store, bool all, GError **error)
{
	return read_list(store, "query/incident-list.sql", all, error);
}

StoreTable *store_alert_list(Store *store, bool all, GError **error)
{
	return read_list(store, "query/alert-list.sql", all, error);
}

GPtrArray *store_incident_read(Store *store, unsigned over_days, GError **error)
{
	g_autofree char *number = g_strdup_printf("%u", over_days);
	const char *values[] = {number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table = store_view_read(store,
		schema_get_text("query/incident-read.sql"), &params, error);
	GPtrArray *incidents;

	if (table == NULL)
		return NULL;
	incidents = new_array();
	for (size_t row = 0; row < table->row_count; row++)
		g_ptr_array_add(incidents, take_incident(table, row));
	return incidents;
}

StoreIncident *store_incident_get(Store *store, int32_t id, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" PRId32, id);
	const char *values[] = {number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table = store_view_read(store,
		schema_get_text("query/incident-get.sql"), &params, error);

	if (table == NULL)
		return NULL;
	if (table->row_count > 0)
		return take_incident(table, 0);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
		"there is no incident or alert %" PRId32, id);
	return NULL;
}

static bool acknowledge(Store *store, const char *statement,
	const StoreParams *params, int64_t *count, GError **error)
{
	g_autoptr(PGresult) result =
		store_execute(store, statement, params, error);

	if (result == NULL)
		return false;
	*count = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	return true;
}

bool store_alert_acknowledge(Store *store, const int32_t range[2],
	const char *who, int64_t *count, GError **error)
{
	g_autofree char *first = g_strdup_printf("%" PRId32, range[0]);
	g_autofree char *last = g_strdup_printf("%" PRId32, range[1]);
	const char *values[] = {first, last, who};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return acknowledge(store, acknowledge_statement, &params, count, error);
}

bool store_incident_acknowledge(Store *store, const char *host,
	const char *result_type, const char *who, int64_t *count,
	GError **error)
{
	const char *values[] = {host, result_type, who};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return acknowledge(
		store, acknowledge_by_statement, &params, count, error);
}

StoreTable *store_alert_channels(Store *store, GError **error)
{
	StoreParams none = {0};

	return store_read(store, schema_get_text("query/alert-channels.sql"),
		&none, error);
}

static char *join_json(const StoreTable *table)
{
	GString *json = g_string_new("[");

	for (size_t row = 0; row < table->row_count; row++)
		g_string_append_printf(json, "%s%s", row > 0 ? "," : "",
			store_table_get(table, row, "json"));
	g_string_append_c(json, ']');
	return g_string_free(json, FALSE);
}

bool store_alert_claim(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" PRId64, most);
	const char *values[] = {
		channel, G_STRINGIFY(STORE_ALERT_CLAIM_SECONDS), number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table = store_read(store,
		schema_get_text("query/alert-claim.sql"), &params, error);

	*news = (StoreAlertNews){0};
	if (table == NULL || table->row_count == 0)
		return table != NULL;
	news->total = store_table_get_number(table, 0, "total");
	news->json = join_json(table);
	news->incidents = new_array();
	for (size_t row = 0; row < table->row_count; row++)
		g_ptr_array_add(news->incidents, take_incident(table, row));
	return true;
}

bool store_alert_finish(Store *store, const char *channel, const char *problem,
	int64_t pause, GError **error)
{
	g_autofree char *seconds = g_strdup_printf("%" PRId64, pause);
	const char *values[] = {channel, problem, seconds};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, finish_statement, &params, error);

	return result != NULL;
}

StoreTable *store_alert_read_to_look_at(
	Store *store, const char *const *channels, int64_t most, GError **error)
{
	g_autofree char *array = text_array_write(channels);
	g_autofree char *number = g_strdup_printf("%" PRId64, most);
	const char *values[] = {array, number};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_read(store,
		schema_get_text("query/incidents-to-look-at.sql"), &params,
		error);
}

bool store_alert_note_now(Store *store, const char *incident_id,
	const char *still, const char *now, GError **error)
{
	const char *values[] = {incident_id, still, now};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, note_statement, &params, error);

	return result != NULL;
}
