/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/error.h"
#include "sql/migrate.h"
#include "sql/store-alert.h"
#include "sql/store-rule.h"
#include "tests/sql/live.h"
#include "tests/test.h"

/* The tests share a database of their own, in which they begin with the same
 * alerts. */
static char *conninfo;
static Store *store;

static int create_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);
	MigrateResult result;

	(void)state;
	live_run_once(server, "CREATE DATABASE alert_test");
	conninfo = live_get_conninfo("alert_test");
	store = store_open(conninfo, 1, NULL);
	return store == NULL || !migrate_init(store, &result, NULL);
}

static int drop_database(void **state)
{
	g_autofree char *server = live_get_conninfo(NULL);

	(void)state;
	store_close(store);
	live_run_once(server, "DROP DATABASE alert_test");
	g_free(conninfo);
	return 0;
}

/* Two incidents, one of which has two alerts that differ by their domain, and
 * one that is over. */
static int fill(void **state)
{
	(void)state;
	live_run_once(conninfo,
		"SET search_path = tlsrpt; "
		"TRUNCATE alert, past_alert, alert_channel, alert_pending, "
		"incident_told; "
		"INSERT INTO alert (alert_id, incident_id, rule, "
		"policy_domain, result_type, receiving_mx_hostname, "
		"organization_name, state, severity, first_day, last_day, "
		"failed_sessions, withheld_sessions, all_sessions, reporters, "
		"signers, reason_codes, receiving_ips, resolved_at, ending) "
		"SELECT i, greatest(i, 2), 'certificate-expired', "
		"'x' || i || '.example', 'certificate-expired', "
		"'mx' || greatest(i, 2) || E'\n\u00fc', '', "
		"CASE i WHEN 4 THEN 'resolved' ELSE 'open' END, 'critical', "
		"'2026-01-01'::date + i, '2026-01-05', i, 1, 100, "
		"ARRAY['A', 'B' || i], ARRAY[NULL, 'b.example'], "
		"ARRAY['R' || i], ARRAY['192.0.2.' || i], "
		"CASE i WHEN 4 THEN now() END, "
		"CASE i WHEN 4 THEN 'resolved' END "
		"FROM generate_series(1, 4) AS i");
	return 0;
}

static void test_list(void **state)
{
	g_autoptr(StoreTable) open = store_incident_list(store, false, NULL);
	g_autoptr(StoreTable) all = store_incident_list(store, true, NULL);
	g_autoptr(StoreTable) each = store_alert_list(store, true, NULL);

	(void)state;
	assert_int_equal(open->row_count, 2);
	assert_int_equal(all->row_count, 3);
	assert_string_equal(store_table_get(all, 0, "incident_id"), "2");
	assert_string_equal(store_table_get(all, 2, "state"), "resolved");
	assert_int_equal(each->row_count, 4);
}

static void test_get(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreIncident) incident = store_incident_get(store, 2, NULL);
	g_autoptr(StoreIncident) alert = store_incident_get(store, 1, NULL);

	(void)state;
	assert_string_equal(incident->alert_ids, "1 2");
	assert_null(incident->what);
	assert_string_equal(incident->title, "The certificate has expired");
	assert_string_equal(incident->receiving_mx_hostname, "mx2 \303\274");
	assert_string_equal(incident->policy_domains, "2");
	assert_string_equal(incident->sample_domains, "x2.example\nx1.example");
	assert_string_equal(incident->failed_sessions, "3");
	assert_string_equal(incident->all_sessions, "200");
	assert_string_equal(incident->first_day, "2026-01-02");
	assert_string_equal(incident->reporters,
		"A\nB1 (signed by b.example)\nB2 (signed by b.example)");
	assert_string_equal(incident->reporter_count, "3");
	assert_string_equal(incident->reason_codes, "R1\nR2");
	assert_string_equal(incident->receiving_ips, "192.0.2.1\n192.0.2.2");
	assert_null(incident->resolved_at);
	assert_string_equal(alert->incident_id, "2");
	assert_string_equal(alert->alert_ids, "1");
	assert_string_equal(alert->sample_domains, "x1.example");
	assert_null(store_incident_get(store, 5, &error));
	assert_string_equal(error->message, "there is no incident or alert 5");
}

static void test_acknowledge(void **state)
{
	const int32_t range[2] = {1, 9};
	int64_t count = -1;
	g_autoptr(StoreIncident) incident = NULL;

	(void)state;
	assert_true(store_incident_acknowledge(
		store, NULL, "odd", "me", &count, NULL));
	assert_int_equal(count, 0);
	assert_true(store_incident_acknowledge(
		store, "mx3\n\303\274", NULL, "me", &count, NULL));
	assert_int_equal(count, 1);
	assert_true(store_alert_acknowledge(store, range, "me", &count, NULL));
	assert_int_equal(count, 2);
	assert_true(store_alert_acknowledge(store, range, "me", &count, NULL));
	assert_int_equal(count, 0);
	incident = store_incident_get(store, 2, NULL);
	assert_string_equal(incident->state, "acknowledged");
	assert_string_equal(incident->acknowledged_by, "me");
}

static void test_claim(void **state)
{
	g_auto(StoreAlertNews) news = {0};
	g_auto(StoreAlertNews) again = {0};
	const StoreIncident *incident;

	(void)state;
	assert_true(store_alert_claim(store, "mail", 10, &news, NULL));
	assert_int_equal(news.total, 2);
	assert_int_equal(news.incidents->len, 2);
	incident = news.incidents->pdata[0];
	assert_string_equal(incident->alert_ids, "1 2");
	assert_string_equal(incident->what, "opened");
	assert_string_equal(incident->withheld_sessions, "2");
	assert_non_null(strstr(news.json, "\"alert_ids\": [1, 2]"));
	assert_non_null(strstr(news.json, "\"opened_at\": \"20"));
	assert_true(store_alert_claim(store, "mail", 10, &again, NULL));
	assert_int_equal(again.total, 0);
}

static void test_claim_some(void **state)
{
	g_auto(StoreAlertNews) news = {0};

	(void)state;
	assert_true(store_alert_claim(store, "command", 1, &news, NULL));
	assert_int_equal(news.total, 2);
	assert_int_equal(news.incidents->len, 1);
	assert_non_null(strstr(news.json, "\"incident_id\": 2"));
	assert_null(strstr(news.json, "\"incident_id\": 3"));
}

/* The cell of the only channel. */
static char *read_channel(const char *column)
{
	g_autoptr(StoreTable) table = store_alert_channels(store, NULL);

	assert_int_equal(table->row_count, 1);
	for (size_t i = 0; i < table->column_count; i++) {
		if (strcmp(table->columns[i].name, column) == 0)
			return g_strdup(table->cells[i]);
	}
	fail_msg("there is no %s", column);
	return NULL;
}

static void test_finish(void **state)
{
	g_auto(StoreAlertNews) news = {0};
	g_autofree char *problem = NULL;
	g_autofree char *late = NULL;
	g_autofree char *waiting = NULL;

	(void)state;
	assert_true(store_alert_claim(store, "mail", 10, &news, NULL));
	assert_true(store_alert_finish(store, "mail", "no", 0, NULL));
	live_run_once(conninfo, "UPDATE tlsrpt.alert "
				"SET opened_at = now() - interval '1 hour'");
	problem = read_channel("problem");
	late = read_channel("late");
	assert_string_equal(problem, "no");
	assert_string_equal(late, "t");
	store_alert_news_clear(&news);
	live_run_once(conninfo, "UPDATE tlsrpt.alert_channel "
				"SET next_attempt = '-infinity'");
	assert_true(store_alert_claim(store, "mail", 10, &news, NULL));
	assert_true(store_alert_finish(store, "mail", NULL, 0, NULL));
	waiting = read_channel("waiting");
	assert_string_equal(waiting, "0");
}

static int64_t count(const char *statement)
{
	PGconn *connection = live_connect(conninfo);
	int64_t number = live_select(connection, statement);

	PQfinish(connection);
	return number;
}

/* What is changed is looked at again, and what is refused has no effect. */
static void test_rules(void **state)
{
	StoreRule rule = {.name = "new", .days = "9"};
	g_autoptr(GError) error = NULL;
	bool created = false;

	(void)state;
	assert_true(store_rule_set(store, &rule, &created, NULL));
	assert_true(created);
	assert_int_equal(count("SELECT count(*) FROM tlsrpt.alert_pending"), 3);
	assert_true(store_rule_set(store, &rule, &created, NULL));
	assert_false(created);
	rule = (StoreRule){.name = "other", .days = "61"};
	assert_false(store_rule_set(store, &rule, &created, &error));
	assert_int_equal(error->code, STORE_ERROR_REFUSED);
	assert_int_equal(count("SELECT count(*) FROM tlsrpt.alert_rule "
			       "WHERE name = 'other'"),
		0);
	assert_true(store_rule_enable(store, "new", false, NULL));
	assert_int_equal(count("SELECT count(*) FROM tlsrpt.alert_rule "
			       "WHERE NOT enabled AND days = 9"),
		1);
	assert_true(store_rule_delete(store, "new", NULL));
	g_clear_error(&error);
	assert_false(store_rule_delete(store, "new", &error));
	assert_string_equal(error->message,
		"there is no rule \"new\": see tlsreport rule list");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_list, fill),
		cmocka_unit_test_setup(test_get, fill),
		cmocka_unit_test_setup(test_acknowledge, fill),
		cmocka_unit_test_setup(test_claim, fill),
		cmocka_unit_test_setup(test_claim_some, fill),
		cmocka_unit_test_setup(test_finish, fill),
		cmocka_unit_test_setup(test_rules, fill),
	};

	return cmocka_run_group_tests(tests, create_database, drop_database);
}
