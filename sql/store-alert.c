/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-alert.h"

#include <inttypes.h>

#include "sql/error.h"
#include "sql/schema.h"
#include "sql/store-view.h"

/* An identifier of a range that is gone is no mistake. */
static const char acknowledge_statement[] =
	"SELECT count(*) FROM generate_series($1::integer, $2::integer) AS id "
	"WHERE tlsrpt.acknowledge_alert(id, $3)";

static const char finish_statement[] =
	"SELECT tlsrpt.finish_alerts($1, $2::bigint, $3)";

#define MEMBER(name)                                                           \
	{                                                                      \
#name, offsetof(StoreAlert, name)                              \
	}

/* By the column of that name. */
static const struct {
	const char *name;
	size_t offset;
} members[] = {
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

/* A pointer to the member, which the alert owns. */
static char **get_member(StoreAlert *alert, size_t index)
{
	void *member = (char *)alert + members[index].offset;

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
		*get_member(alert, i) =
			store_table_take(table, row, members[i].name);
	return alert;
}

StoreTable *store_alert_list(Store *store, bool all, GError **error)
{
	const char *values[] = {all ? "true" : "false"};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return store_view_read(
		store, schema_get_text("query/alert-list.sql"), &params, error);
}

StoreAlert *store_alert_get(Store *store, int32_t id, GError **error)
{
	g_autofree char *number = g_strdup_printf("%" PRId32, id);
	const char *values[] = {number};
	StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(StoreTable) table = store_view_read(
		store, schema_get_text("query/alert-get.sql"), &params, error);

	if (table == NULL)
		return NULL;
	if (table->row_count > 0)
		return take_alert(table, 0);
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
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

	return store_read(store, schema_get_text("query/alert-channels.sql"),
		&none, error);
}

/* The numbers stand in each row. */
static StoreTable *claim(Store *store, const char *query, const char *channel,
	int64_t most, StoreAlertNews *news, GError **error)
{
	g_autofree char *seconds =
		g_strdup_printf("%d", STORE_ALERT_CLAIM_SECONDS);
	g_autofree char *limit = g_strdup_printf("%" PRId64, most);
	const char *values[] = {channel, seconds, limit};
	StoreParams params = {G_N_ELEMENTS(values), values};
	StoreTable *table =
		store_read(store, schema_get_text(query), &params, error);

	*news = (StoreAlertNews){0};
	if (table == NULL || table->row_count == 0)
		return table;
	news->count = store_table_get_number(table, 0, "news_count");
	news->total = store_table_get_number(table, 0, "total");
	news->last = store_table_get_number(table, 0, "last_event");
	return table;
}

bool store_alert_claim(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error)
{
	g_autoptr(StoreTable) table = claim(
		store, "query/alert-claim.sql", channel, most, news, error);

	if (table == NULL || table->row_count == 0)
		return table != NULL;
	news->alerts = g_ptr_array_new_with_free_func(
		(GDestroyNotify)store_alert_free);
	for (size_t row = 0; row < table->row_count; row++)
		g_ptr_array_add(news->alerts, take_alert(table, row));
	return true;
}

bool store_alert_claim_json(Store *store, const char *channel, int64_t most,
	StoreAlertNews *news, GError **error)
{
	g_autoptr(StoreTable) table = claim(store, "query/alert-claim-json.sql",
		channel, most, news, error);

	if (table != NULL && table->row_count > 0)
		news->json = store_table_take(table, 0, "json");
	return table != NULL;
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
