/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "sql/error.h"
#include "sql/migrate.h"
#include "sql/store-alert.h"
#include "sql/store-rule.h"
#include "tests/sql/live.h"
#include "tests/test.h"

/* The tests share a database of their own, in which they begin with the same
 * alerts: four that differ by their host, one of which is over. */
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

static int fill(void **state)
{
	(void)state;
	live_run_once(conninfo,
		"SET search_path = tlsrpt; "
		"TRUNCATE alert, alert_event, alert_channel, alert_pending; "
		"INSERT INTO alert (alert_id, rule, policy_domain, "
		"result_type, receiving_mx_hostname, organization_name, state, "
		"severity, first_day, last_day, failed_sessions, "
		"withheld_sessions, all_sessions, reporters, resolved_at) "
		"SELECT i, 'certificate-expired', 'x.example', "
		"'certificate-expired', 'mx' || i || E'\\n\\u00fc', '', "
		"CASE i WHEN 4 THEN 'resolved' ELSE 'open' END, 'critical', "
		"'2026-01-01'::date + i, '2026-01-05', i, 1, 100, "
		"ARRAY['A', 'B' || i], CASE i WHEN 4 THEN now() END "
		"FROM generate_series(1, 4) AS i; "
		"SELECT tell_alert(i, CASE i WHEN 4 THEN 'resolved' "
		"ELSE 'opened' END) FROM generate_series(1, 4) AS i");
	return 0;
}

static void test_list(void **state)
{
	g_autoptr(StoreTable) open = store_alert_list(store, false, NULL);
	g_autoptr(StoreTable) all = store_alert_list(store, true, NULL);

	(void)state;
	assert_int_equal(open->row_count, 3);
	assert_int_equal(all->row_count, 4);
	assert_string_equal(store_table_get(all, 3, "state"), "resolved");
}

static void test_get(void **state)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(StoreAlert) alert = store_alert_get(store, 2, NULL);

	(void)state;
	assert_string_equal(alert->ids, "2");
	assert_null(alert->what);
	assert_string_equal(alert->title, "The certificate has expired");
	assert_string_equal(alert->hosts, "mx2 \303\274");
	assert_string_equal(alert->host_count, "1");
	assert_string_equal(alert->reporters, "A\nB2");
	assert_string_equal(alert->reporter_count, "2");
	assert_null(alert->resolved_at);
	assert_null(store_alert_get(store, 5, &error));
	assert_string_equal(error->message, "there is no alert 5");
}

static void test_acknowledge(void **state)
{
	const int32_t range[2] = {2, 9};
	int64_t count = -1;
	g_autoptr(StoreAlert) alert = NULL;

	(void)state;
	assert_true(store_alert_acknowledge(store, range, "me", &count, NULL));
	assert_int_equal(count, 2);
	assert_true(store_alert_acknowledge(store, range, "me", &count, NULL));
	assert_int_equal(count, 0);
	alert = store_alert_get(store, 3, NULL);
	assert_string_equal(alert->state, "acknowledged");
	assert_string_equal(alert->acknowledged_by, "me");
}

static void test_claim(void **state)
{
	g_auto(StoreAlertNews) news = {0};
	g_auto(StoreAlertNews) again = {0};
	const StoreAlert *alert;

	(void)state;
	assert_true(store_alert_claim(store, "mail", 10, &news, NULL));
	assert_int_equal(news.total, 4);
	assert_int_equal(news.count, 4);
	assert_int_equal(news.last, 4);
	assert_int_equal(news.alerts->len, 2);
	alert = news.alerts->pdata[0];
	assert_string_equal(alert->ids, "1 2 3");
	assert_string_equal(alert->what, "opened");
	assert_string_equal(
		alert->hosts, "mx1 \303\274\nmx2 \303\274\nmx3 \303\274");
	assert_string_equal(alert->host_count, "3");
	assert_string_equal(alert->reporters, "A\nB1\nB2\nB3");
	assert_string_equal(alert->first_day, "2026-01-02");
	assert_string_equal(alert->failed_sessions, "6");
	assert_string_equal(alert->withheld_sessions, "3");
	assert_string_equal(alert->all_sessions, "100");
	assert_true(store_alert_claim(store, "mail", 10, &again, NULL));
	assert_int_equal(again.total, 0);
}

static void test_claim_some(void **state)
{
	g_auto(StoreAlertNews) news = {0};

	(void)state;
	assert_true(store_alert_claim_json(store, "command", 1, &news, NULL));
	assert_int_equal(news.count, 1);
	assert_int_equal(news.total, 4);
	assert_non_null(strstr(news.json, "\"total\": 4"));
	assert_non_null(strstr(news.json, "\"alert_id\": 1"));
	assert_null(strstr(news.json, "\"alert_id\": 2"));
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
	assert_true(store_alert_finish(store, "mail", news.last, "no", NULL));
	live_run_once(conninfo, "UPDATE tlsrpt.alert_event "
				"SET happened_at = now() - interval '1 hour'");
	problem = read_channel("problem");
	late = read_channel("late");
	assert_string_equal(problem, "no");
	assert_string_equal(late, "t");
	assert_true(store_alert_finish(store, "mail", news.last, NULL, NULL));
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
	assert_int_equal(count("SELECT count(*) FROM tlsrpt.alert_pending"), 1);
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
