/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-alert.h"

#include <inttypes.h>

#include "sql/error.h"
#include "sql/store-table.h"
#include "sql/store-view.h"

/* Ends "to_char(". */
#define UTC " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"

/* Ends "left(translate(": a name on one line, no longer than people read. */
#define NAME ", E'\\n', ' '), 200)"

static const char list_statement[] =
	"SELECT alert_id, severity, state, policy_domain, result_type, "
	"receiving_mx_hostname, organization_name, first_day, last_day, "
	"failed_sessions, withheld_sessions, rule, "
	"to_char(opened_at" UTC " AS opened_at, "
	"to_char(resolved_at" UTC " AS resolved_at, acknowledged_by "
	"FROM v_alert "
	"WHERE $1::boolean OR state <> 'resolved' "
	"ORDER BY state = 'resolved', severity, alert_id";

/* What an alert and news of alerts have in common, in the order of
 * StoreAlert. */
#define COMMON                                                                 \
	"rule, state, severity, policy_domain, result_type, "                  \
	"left(translate(organization_name" NAME ", "

static const char get_statement[] =
	"SELECT alert_id, NULL, " COMMON "first_day, last_day, "
	"failed_sessions, withheld_sessions, all_sessions, title, "
	"explanation, remedy, to_char(opened_at" UTC ", "
	"to_char(acknowledged_at" UTC ", acknowledged_by, "
	"to_char(resolved_at" UTC ", "
	"left(translate(receiving_mx_hostname" NAME ", "
	"(receiving_mx_hostname <> '')::integer, "
	"(SELECT string_agg(left(translate(name" NAME ", E'\\n') "
	"FROM unnest(reporters[1:10]) AS name), cardinality(reporters) "
	"FROM v_alert WHERE alert_id = $1::integer";

/* An identifier of a range that is gone is no mistake. */
static const char acknowledge_statement[] =
	"SELECT count(*) FROM generate_series($1::integer, $2::integer) AS id "
	"WHERE tlsrpt.acknowledge_alert(id, $3)";

#define CHANNELS                                                               \
	"SELECT channel, to_char(delivered_at" UTC " AS delivered_at, "        \
	"waiting, to_char(waiting_since" UTC " AS waiting_since, attempts, "   \
	"problem, to_char(problem_since" UTC " AS problem_since, "             \
	"coalesce(channels.waiting_since < now() - interval '10 minutes', "    \
	"false) AS late FROM "

static const char channels_statement[] =
	CHANNELS "tlsrpt.alert_channels() AS channels ORDER BY channel";

static const char channels_view_statement[] =
	CHANNELS "v_alert_channel AS channels ORDER BY channel";

/* The row of a group is that of its first alert, which is the worst. */
static const char claim_statement[] =
	"WITH claimed AS MATERIALIZED ("
	"SELECT news.*, place, total, last_event, "
	"min(place) OVER (PARTITION BY what, rule, severity, policy_domain, "
	"result_type, organization_name) AS group_id "
	"FROM tlsrpt.claim_alerts($1, $2::integer, $3::integer) "
	"WITH ORDINALITY AS claimed (alert, total, last_event, place), "
	"jsonb_to_record(alert::jsonb) AS news (alert_id integer, what text, "
	"rule text, state text, severity text, policy_domain text, "
	"result_type text, receiving_mx_hostname text, organization_name text, "
	"first_day date, last_day date, failed_sessions numeric, "
	"withheld_sessions numeric, all_sessions numeric, reporters text[], "
	"title text, explanation text, remedy text)), "
	"named AS (SELECT group_id, "
	"array_agg(DISTINCT left(translate(name" NAME ") AS names "
	"FROM claimed, unnest(reporters) AS name GROUP BY group_id), "
	"grouped AS (SELECT group_id, "
	"string_agg(alert_id::text, ' ' ORDER BY alert_id) AS ids, "
	"min(first_day) AS first_day, max(last_day) AS last_day, "
	"sum(failed_sessions) AS failed_sessions, "
	"sum(withheld_sessions) AS withheld_sessions, "
	"max(all_sessions) AS all_sessions, "
	"array_agg(left(translate(receiving_mx_hostname" NAME
	" ORDER BY place) "
	"FILTER (WHERE receiving_mx_hostname <> '') AS hosts "
	"FROM claimed GROUP BY group_id) "
	"SELECT ids, what, " COMMON "grouped.first_day, grouped.last_day, "
	"grouped.failed_sessions, grouped.withheld_sessions, "
	"grouped.all_sessions, title, explanation, remedy, NULL, NULL, NULL, "
	"NULL, array_to_string(hosts[1:10], E'\\n'), "
	"coalesce(cardinality(hosts), 0), "
	"array_to_string(names[1:10], E'\\n'), "
	"coalesce(cardinality(names), 0), "
	"(SELECT count(*) FROM claimed), total, last_event "
	"FROM claimed JOIN grouped USING (group_id) "
	"LEFT JOIN named USING (group_id) "
	"WHERE place = group_id ORDER BY place";

static const char claim_json_statement[] =
	"SELECT jsonb_build_object('alerts', jsonb_agg(alert::jsonb ORDER BY "
	"place), 'total', max(total)), count(*), max(total), max(last_event) "
	"FROM tlsrpt.claim_alerts($1, $2::integer, $3::integer) "
	"WITH ORDINALITY AS claimed (alert, total, last_event, place) "
	"HAVING count(*) > 0";

static const char finish_statement[] =
	"SELECT tlsrpt.finish_alerts($1, $2::bigint, $3)";

#define MEMBER(name) offsetof(StoreAlert, name)

/* By column. */
static const size_t members[] = {
	MEMBER(ids),
	MEMBER(what),
	MEMBER(rule),
	MEMBER(state),
	MEMBER(severity),
	MEMBER(policy_domain),
	MEMBER(result_type),
	MEMBER(organization_name),
	MEMBER(first_day),
	MEMBER(last_day),
	MEMBER(failed_sessions),
	MEMBER(withheld_sessions),
	MEMBER(all_sessions),
	MEMBER(title),
	MEMBER(explanation),
	MEMBER(remedy),
	MEMBER(opened_at),
	MEMBER(acknowledged_at),
	MEMBER(acknowledged_by),
	MEMBER(resolved_at),
	MEMBER(hosts),
	MEMBER(host_count),
	MEMBER(reporters),
	MEMBER(reporter_count),
};

/* Behind them, of news. */
enum {
	COLUMN_COUNT = G_N_ELEMENTS(members),
	COLUMN_TOTAL,
	COLUMN_LAST,
};

/* A pointer to the member, which the alert owns. */
static char **get_member(StoreAlert *alert, size_t column)
{
	void *member = (char *)alert + members[column];

	return member;
}

void store_alert_free(StoreAlert *alert)
{
	if (alert == NULL)
		return;
	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		g_free(*get_member(alert, i));
	g_free(alert);
}

void store_alert_news_clear(StoreAlertNews *news)
{
	g_clear_pointer(&news->alerts, g_ptr_array_unref);
	g_clear_pointer(&news->json, g_free);
}

/* Takes the cells of a row. */
static StoreAlert *take_alert(StoreTable *table, size_t row)
{
	StoreAlert *alert = g_new0(StoreAlert, 1);

	for (size_t i = 0; i < G_N_ELEMENTS(members); i++)
		*get_member(alert, i) = g_steal_pointer(
			&table->cells[row * table->column_count + i]);
	return alert;
}

StoreTable *store_alert_list(Store *store, bool all, GError **error)
{
	const char *values[] = {all ? "true" : "false"};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_view_read(store, list_statement, &params, error);
}

StoreAlert *store_alert_get(Store *store, int32_t id, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" PRId32, id);
	const char *values[] = {number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table =
		store_view_read(store, get_statement, &params, error);

	if (table == NULL)
		return NULL;
	if (table->row_count > 0)
		return take_alert(table, 0);
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"there is no alert %" PRId32, id);
	return NULL;
}

bool store_alert_acknowledge(Store *store, const int32_t range[2],
	const char *who, int64_t *count, GError **error)
{
	g_autofree char *first = g_strdup_printf("%" PRId32, range[0]);
	g_autofree char *last = g_strdup_printf("%" PRId32, range[1]);
	const char *values[] = {first, last, who};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, acknowledge_statement, &params, error);

	if (result == NULL)
		return false;
	*count = g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	return true;
}

StoreTable *store_alert_channels(Store *store, GError **error)
{
	StoreParams none = {0};
	g_autoptr(GError) problem = NULL;
	g_autoptr(PGresult) result =
		store_execute(store, channels_statement, &none, &problem);

	if (result != NULL)
		return store_table_new(result);
	if (g_error_matches(problem, STORE_ERROR, STORE_ERROR_PERMISSION))
		return store_view_read(
			store, channels_view_statement, &none, error);
	g_propagate_error(error, g_steal_pointer(&problem));
	return NULL;
}

static PGresult *claim(Store *store, const char *statement, const char *channel,
	int64_t most, GError **error)
{
	g_autofree char *seconds =
		g_strdup_printf("%d", STORE_ALERT_CLAIM_SECONDS);
	g_autofree char *limit = g_strdup_printf("%" PRId64, most);
	const char *values[] = {channel, seconds, limit};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_execute(store, statement, &params, error);
}

static int64_t get_number(const PGresult *result, int column)
{
	return g_ascii_strtoll(PQgetvalue(result, 0, column), NULL, 10);
}

bool store_alert_claim(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error)
{
	g_autoptr(PGresult) result =
		claim(store, claim_statement, channel, most, error);
	g_autoptr(StoreTable) table = NULL;

	*news = (StoreAlertNews){0};
	if (result == NULL)
		return false;
	if (PQntuples(result) == 0)
		return true;
	table = store_table_new(result);
	news->alerts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)store_alert_free);
	for (size_t row = 0; row < table->row_count; row++)
		g_ptr_array_add(news->alerts, take_alert(table, row));
	news->count = get_number(result, COLUMN_COUNT);
	news->total = get_number(result, COLUMN_TOTAL);
	news->last = get_number(result, COLUMN_LAST);
	return true;
}

bool store_alert_claim_json(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error)
{
	g_autoptr(PGresult) result =
		claim(store, claim_json_statement, channel, most, error);

	*news = (StoreAlertNews){0};
	if (result == NULL)
		return false;
	if (PQntuples(result) == 0)
		return true;
	news->json = g_strdup(PQgetvalue(result, 0, 0));
	news->count = get_number(result, 1);
	news->total = get_number(result, 2);
	news->last = get_number(result, 3);
	return true;
}

bool store_alert_finish(Store *store, const char *channel, int64_t last,
	const char *problem, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" PRId64, last);
	const char *values[] = {channel, number, problem};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) result =
		store_execute(store, finish_statement, &params, error);

	return result != NULL;
}
