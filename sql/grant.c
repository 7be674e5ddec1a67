/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/grant.h"

#include <string.h>

#include "sql/error.h"
#include "sql/roles.h"
#include "sql/schema.h"
#include "sql/store-internal.h"
#include "sql/text-array.h"

/* The session settings the program relies on: no wait may outlast the MTA's
 * patience, a commit must be on disk, and the same names lead a reader to all
 * rows and a tenant to his. */
#define READING                                                                \
	"statement_timeout = '60s'", "enable_partitionwise_join = on",         \
		"jit = off", "work_mem = '32MB'",                              \
		"idle_in_transaction_session_timeout = '60s'",                 \
		"search_path = tlsrpt, tlsrpt_tenant, \"$user\", public"

enum {
	WRITER,
	READER,
	OPERATOR,
	TENANT,
};

/* `excludes` are groups whose rights would defeat those of the kind. */
static const struct {
	const char *kind;
	const char *group;
	const char *excludes;
	const char *settings[7];
} grants[] = {
	[WRITER] = {"writer", "tlsrpt_writer", "{tlsrpt_tenant}",
		{"statement_timeout = '20s'", "lock_timeout = '5s'",
			"idle_in_transaction_session_timeout = '60s'",
			"default_transaction_isolation = 'read committed'",
			"synchronous_commit = on", NULL}},
	[READER] = {"reader", "tlsrpt_reader", "{tlsrpt_tenant}",
		{READING, NULL}},
	[OPERATOR] = {"operator", "tlsrpt_operator", "{tlsrpt_tenant}",
		{READING, NULL}},
	[TENANT] = {"tenant", "tlsrpt_tenant",
		"{tlsrpt_operator,tlsrpt_owner,tlsrpt_writer,tlsrpt_reader}",
		{READING, NULL}},
};

/* What is done in one transaction. Statements about roles take no parameters
 * but a quoted name. `domains` is the text of an array. */
typedef struct {
	size_t kind;
	const char *role;
	char *name;
	char *domains;
	GrantDomains *result;
} Request;

/* Against another change of roles or of the schema: nobody else may lock that
 * table, and all may read it. */
static const char begin_statement[] =
	"BEGIN ISOLATION LEVEL READ COMMITTED; "
	"SET LOCAL lock_timeout = '30s'; "
	"LOCK TABLE tlsrpt.schema_version IN SHARE ROW EXCLUSIVE MODE";

static const char role_exists_statement[] =
	"SELECT FROM pg_roles WHERE rolname = $1";

/* Nothing tells a database that a role is gone. */
static const char forget_statement[] =
	"DELETE FROM tlsrpt.tenant_domain "
	"WHERE role <> ALL (ARRAY(SELECT oid FROM pg_roles))";

static const char remove_statement[] =
	"DELETE FROM tlsrpt.tenant_domain "
	"WHERE role = (SELECT oid FROM pg_roles WHERE rolname = $1) "
	"AND ($2::text[] = '{}' OR policy_domain = ANY ($2::text[]))";

static const char total_statement[] =
	"SELECT count(*) FROM tlsrpt.tenant_domain "
	"WHERE role = (SELECT oid FROM pg_roles WHERE rolname = $1)";

static const char is_tenant_statement[] =
	"SELECT FROM pg_namespace WHERE nspname = 'tlsrpt_tenant' "
	"AND has_schema_privilege(oid, 'USAGE') "
	"AND NOT has_schema_privilege('tlsrpt', 'USAGE')";

static const char own_statement[] =
	"SELECT count(*) FROM tlsrpt_tenant.own_domain";

static bool run(PGconn *connection, const char *statement, GError **error)
{
	g_autoptr(PGresult) result =
		store_run(connection, statement, NULL, error);

	return result != NULL;
}

/* The second parameter may be NULL where there is none. */
static PGresult *run_with(PGconn *connection, const char *statement,
	const char *role, const char *second, GError **error)
{
	const char *values[] = {role, second};
	StoreParams params = {second != NULL ? 2 : 1, values};

	return store_run(connection, statement, &params, error);
}

/* The first column of the first row. */
static int64_t get_number(const PGresult *result)
{
	return g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
}

static bool check_conflict(
	PGconn *connection, const Request *request, GError **error)
{
	g_autoptr(PGresult) result = run_with(connection,
		schema_get_text("query/grant-conflict.sql"), request->role,
		grants[request->kind].excludes, error);

	if (result == NULL)
		return false;
	if (PQntuples(result) == 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"%s is %s and cannot be granted %s as well: use another role",
		request->name, PQgetvalue(result, 0, 0),
		grants[request->kind].kind);
	return false;
}

/* What was granted may be of no use, which nothing else would say. */
static bool check_effect(
	PGconn *connection, const Request *request, GError **error)
{
	g_autoptr(PGresult) result =
		run_with(connection, schema_get_text("query/grant-effect.sql"),
			request->role, grants[request->kind].kind, error);

	if (result == NULL)
		return false;
	if (PQntuples(result) > 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"to grant %s to %s has no effect, because the role does not "
		"inherit rights: run ALTER ROLE %s INHERIT, and grant again",
		grants[request->kind].kind, request->name, request->name);
	return false;
}

static bool join_group(
	PGconn *connection, const Request *request, GError **error)
{
	g_autoptr(GString) statement = g_string_new(NULL);
	g_autoptr(PGresult) found = NULL;
	const char *name = request->name;

	found = run_with(
		connection, role_exists_statement, request->role, NULL, error);
	if (found == NULL)
		return false;
	if (PQntuples(found) == 0)
		g_string_append_printf(
			statement, "CREATE ROLE %s LOGIN;", name);
	g_string_append_printf(statement, "GRANT %s TO %s;",
		grants[request->kind].group, name);
	for (const char *const *setting = grants[request->kind].settings;
		*setting != NULL; setting++)
		g_string_append_printf(
			statement, "ALTER ROLE %s SET %s;", name, *setting);
	return run(connection, statement->str, error);
}

/* Runs one of the statements that add or remove domains, and counts. */
static bool change_domains(PGconn *connection, const Request *request,
	const char *statement, GError **error)
{
	g_autoptr(PGresult) changed = NULL;
	g_autoptr(PGresult) total = NULL;

	if (!run(connection, forget_statement, error))
		return false;
	changed = run_with(
		connection, statement, request->role, request->domains, error);
	if (changed == NULL)
		return false;
	total = run_with(
		connection, total_statement, request->role, NULL, error);
	if (total == NULL)
		return false;
	request->result->changed =
		g_ascii_strtoll(PQcmdTuples(changed), NULL, 10);
	request->result->total = get_number(total);
	return true;
}

static bool give(PGconn *connection, const Request *request, GError **error)
{
	return roles_renew(connection, error) &&
	       check_conflict(connection, request, error) &&
	       join_group(connection, request, error) &&
	       check_effect(connection, request, error) &&
	       (request->domains == NULL ||
		       change_domains(connection, request,
			       schema_get_text("query/grant-domains.sql"),
			       error));
}

static bool leave_group(
	PGconn *connection, const Request *request, GError **error)
{
	g_autofree char *statement = g_strdup_printf("REVOKE %s FROM %s",
		grants[request->kind].group, request->name);

	return run(connection, statement, error);
}

static bool withdraw(PGconn *connection, const Request *request, GError **error)
{
	g_autoptr(PGresult) found =
		run_with(connection, schema_get_text("query/grant-tenant.sql"),
			request->role, NULL, error);

	if (found == NULL)
		return false;
	if (PQntuples(found) == 0) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"%s is not a tenant", request->name);
		return false;
	}
	return change_domains(connection, request, remove_statement, error) &&
	       (strcmp(request->domains, "{}") != 0 ||
		       leave_group(connection, request, error));
}

/* Either all of it is done or nothing: a connection that comes back within a
 * transaction is closed. */
static bool run_request(Store *store, Request *request,
	bool (*act)(PGconn *, const Request *, GError **), GError **error)
{
	PGconn *connection = store_borrow(store, error);
	bool done = false;

	if (connection == NULL)
		return false;
	request->name = PQescapeIdentifier(
		connection, request->role, strlen(request->role));
	if (request->name == NULL)
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"the role name is not valid text");
	else
		done = run(connection, begin_statement, error) &&
		       act(connection, request, error) &&
		       run(connection, "COMMIT", error);
	PQfreemem(request->name);
	store_return(store, connection);
	return done;
}

bool grant_role(
	Store *store, const char *kind, const char *role, GError **error)
{
	Request request = {.role = role};

	while (request.kind < TENANT &&
		strcmp(grants[request.kind].kind, kind) != 0)
		request.kind++;
	if (request.kind == TENANT) {
		g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
			"\"%s\" must be writer, reader or operator", kind);
		return false;
	}
	return run_request(store, &request, give, error);
}

bool grant_tenant(Store *store, const char *role, const char *const *domains,
	GrantDomains *result, GError **error)
{
	g_autofree char *array = text_array_write(domains);
	Request request = {TENANT, role, NULL, array, result};

	return run_request(store, &request, give, error);
}

bool grant_revoke(Store *store, const char *role, const char *const *domains,
	GrantDomains *result, GError **error)
{
	g_autofree char *array = text_array_write(domains);
	Request request = {TENANT, role, NULL, array, result};

	return run_request(store, &request, withdraw, error);
}

bool grant_count(Store *store, GrantDomains *result, GError **error)
{
	StoreParams none = {0};
	g_autoptr(PGresult) tenant =
		store_execute(store, is_tenant_statement, &none, error);
	g_autoptr(PGresult) own = NULL;

	*result = (GrantDomains){.total = -1};
	if (tenant == NULL)
		return false;
	if (PQntuples(tenant) == 0)
		return true;
	own = store_execute(store, own_statement, &none, error);
	if (own != NULL)
		result->total = get_number(own);
	return own != NULL;
}
