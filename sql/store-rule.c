/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/store-rule.h"

#include "sql/error.h"
#include "sql/schema.h"
#include "sql/store-view.h"
#include "sql/text-array.h"

/* Functions of the schema find each other by the path. */
static const char begin_statement[] =
	"BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL search_path = tlsrpt, pg_temp; SET LOCAL jit = off";

static const char create_statement[] =
	"INSERT INTO alert_rule (name) VALUES ($1) "
	"ON CONFLICT DO NOTHING RETURNING name";

static const char enable_statement[] =
	"UPDATE alert_rule SET enabled = $2::boolean WHERE name = $1 "
	"RETURNING name";

static const char delete_statement[] =
	"DELETE FROM alert_rule WHERE name = $1 RETURNING name";

static const char exists_statement[] = "SELECT FROM alert_rule WHERE name = $1";

static const char signers_statement[] =
	"SELECT domain FROM tlsrpt.trusted_signers() AS domain";

static const char trust_statement[] =
	"WITH added AS (INSERT INTO trusted_signer VALUES ($1) "
	"ON CONFLICT DO NOTHING) SELECT $1";

static const char distrust_statement[] =
	"DELETE FROM trusted_signer WHERE domain = $1 RETURNING domain";

static const char review_statement[] = "SELECT review_alerts()";

/* What a statement changes, and the command that lists it.
 */
typedef struct {
	const char *noun;
	const char *list;
} Subject;

static const Subject a_rule = {"rule", "rule list"};
static const Subject a_signer = {"trusted signer", "signer list"};

StoreTable *store_rule_list(Store *store, GError **error)
{
	StoreParams none = {0};

	return store_view_read(
		store, schema_get_text("query/rule-list.sql"), &none, error);
}

static bool run(PGconn *connection, const char *statement, GError **error)
{
	g_autoptr(PGresult) result =
		store_run(connection, statement, NULL, error);

	return result != NULL;
}

/* A statement that returns a row for what its first parameter names. */
static bool run_on(PGconn *connection, const Subject *subject,
	const char *statement, const StoreParams *params, GError **error)
{
	g_autoptr(PGresult) result =
		store_run(connection, statement, params, error);

	if (result == NULL)
		return false;
	if (PQntuples(result) > 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_NOT_FOUND,
		"there is no %s \"%s\": see tlsreport %s", subject->noun,
		params->values[0], subject->list);
	return false;
}

static bool finish(PGconn *connection, GError **error)
{
	return run(connection, review_statement, error) &&
	       run(connection, "COMMIT", error);
}

/* The connection is closed when the transaction is not at its end, and with it
 * what was changed is undone. */
static bool change(Store *store, const Subject *subject, const char *statement,
	const StoreParams *params, GError **error)
{
	PGconn *connection = store_borrow(store, error);
	bool done;

	if (connection == NULL)
		return false;
	done = run(connection, begin_statement, error) &&
	       run_on(connection, subject, statement, params, error) &&
	       finish(connection, error);
	store_return(store, connection);
	return done;
}

static bool create(
	PGconn *connection, const char *name, bool *created, GError **error)
{
	StoreParams params = {1, &name};
	g_autoptr(PGresult) result =
		store_run(connection, create_statement, &params, error);

	if (result == NULL)
		return false;
	*created = PQntuples(result) > 0;
	return true;
}

bool store_rule_set(
	Store *store, const StoreRule *rule, bool *created, GError **error)
{
	g_autofree char *types = rule->result_types != NULL
					 ? text_array_write(rule->result_types)
					 : NULL;
	g_autofree char *domains =
		rule->policy_domains != NULL
			? text_array_write(rule->policy_domains)
			: NULL;
	const char *values[] = {rule->name, rule->kind, types, domains,
		rule->sessions, rule->percent, rule->days, rule->severity,
		rule->withheld_severity, rule->unauthenticated};
	StoreParams params = {G_N_ELEMENTS(values), values};
	PGconn *connection = store_borrow(store, error);
	bool done;

	if (connection == NULL)
		return false;
	done = run(connection, begin_statement, error) &&
	       create(connection, rule->name, created, error) &&
	       run_on(connection, &a_rule,
		       schema_get_text("query/rule-change.sql"), &params,
		       error) &&
	       finish(connection, error);
	store_return(store, connection);
	return done;
}

bool store_rule_enable(
	Store *store, const char *name, bool enabled, GError **error)
{
	const char *values[] = {name, enabled ? "true" : "false"};
	StoreParams params = {G_N_ELEMENTS(values), values};

	return change(store, &a_rule, enable_statement, &params, error);
}

bool store_rule_delete(Store *store, const char *name, GError **error)
{
	StoreParams params = {1, &name};

	return change(store, &a_rule, delete_statement, &params, error);
}

StoreTable *store_rule_signers(Store *store, GError **error)
{
	StoreParams none = {0};

	return store_read(store, signers_statement, &none, error);
}

bool store_rule_trust(
	Store *store, const char *domain, bool trusted, GError **error)
{
	StoreParams params = {1, &domain};

	return change(store, &a_signer,
		trusted ? trust_statement : distrust_statement, &params, error);
}

StoreTable *store_rule_test(Store *store, const char *name, GError **error)
{
	StoreParams params = {1, &name};
	PGconn *connection = store_borrow(store, error);
	g_autoptr(PGresult) result = NULL;

	if (connection == NULL)
		return NULL;
	if (run(connection, begin_statement, error) &&
		run_on(connection, &a_rule, exists_statement, &params, error))
		result = store_run(connection,
			schema_get_text("query/rule-test.sql"), &params, error);
	if (result != NULL)
		PQclear(store_run(connection, "COMMIT", NULL, NULL));
	store_return(store, connection);
	return result != NULL ? store_table_new(result) : NULL;
}
