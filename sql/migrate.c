/* SPDX-License-Identifier: BSD-2-Clause */
#include "sql/migrate.h"

#include "parser/result-type.h"
#include "sql/error.h"
#include "sql/roles.h"
#include "sql/schema.h"
#include "sql/store-internal.h"

enum {
	/* How long one that finds readers in its way goes on trying, and the
	 * pause between two attempts. */
	PATIENCE_SECONDS = 60,
	PAUSE_USEC = G_USEC_PER_SEC,
};

/* While it waits for a lock, all that come after it wait as well. */
static const char begin_statement[] = "BEGIN ISOLATION LEVEL READ COMMITTED; "
				      "SET LOCAL lock_timeout = '300ms'";

/* One at a time: nobody but the owner may lock this table, and all may read
 * it. */
static const char lock_statement[] =
	"LOCK TABLE tlsrpt.schema_version IN SHARE ROW EXCLUSIVE MODE";

/* A statement that names a function needs its schema to be there. */
static const char exists_statement[] =
	"SELECT FROM pg_namespace WHERE nspname = 'tlsrpt'";

static const char version_statement[] = "SELECT tlsrpt.schema_version()";

static const char create_statement[] =
	"CREATE SCHEMA tlsrpt AUTHORIZATION tlsrpt_owner; "
	"CREATE SCHEMA tlsrpt_tenant AUTHORIZATION tlsrpt_owner";

static const char record_statement[] =
	"INSERT INTO schema_version (version) VALUES ($1)";

static const char digest_statement[] =
	"SELECT FROM schema_version WHERE digest = $1 "
	"AND version = (SELECT max(version) FROM schema_version)";

static const char record_digest_statement[] =
	"UPDATE schema_version SET digest = $1 "
	"WHERE version = (SELECT max(version) FROM schema_version)";

static bool run(PGconn *connection, const char *statement,
	const StoreParams *params, GError **error)
{
	g_autoptr(PGresult) result =
		store_run(connection, statement, params, error);

	return result != NULL;
}

static bool run_file(PGconn *connection, const char *name, GError **error)
{
	return run(connection, schema_get_text(name), NULL, error);
}

/* 0 when there is no schema. From now on nobody else changes it. */
static bool lock_version(PGconn *connection, int *version, GError **error)
{
	g_autoptr(PGresult) found =
		store_run(connection, exists_statement, NULL, error);
	g_autoptr(PGresult) result = NULL;

	*version = 0;
	if (found == NULL)
		return false;
	if (PQntuples(found) == 0)
		return true;
	if (!run(connection, lock_statement, NULL, error))
		return false;
	result = store_run(connection, version_statement, NULL, error);
	if (result == NULL)
		return false;
	*version = (int)g_ascii_strtoll(PQgetvalue(result, 0, 0), NULL, 10);
	return true;
}

static bool write_result_types(PGconn *connection, GError **error)
{
	size_t count;
	const ResultTypeInfo *infos = result_type_get_all(&count);

	for (size_t i = 0; i < count; i++) {
		const char *values[] = {infos[i].name, infos[i].category,
			result_type_severity_name(infos[i].severity),
			infos[i].title, infos[i].explanation, infos[i].remedy};
		StoreParams params = {G_N_ELEMENTS(values), values};

		if (!run(connection, schema_get_text("query/result-type.sql"),
			    &params, error))
			return false;
	}
	return true;
}

static bool apply_once(PGconn *connection, int version, GError **error)
{
	g_auto(GStrv) files = schema_list_once();

	for (; files[version] != NULL; version++) {
		g_autofree char *text = g_strdup_printf("%d", version + 1);
		const char *values[] = {text};
		StoreParams params = {1, values};

		if (!run_file(connection, files[version], error) ||
			!run(connection, record_statement, &params, error))
			return false;
	}
	return true;
}

static bool apply_files(PGconn *connection, GError **error)
{
	g_auto(GStrv) files = schema_list_now();

	for (size_t i = 0; files[i] != NULL; i++) {
		if (!run_file(connection, files[i], error))
			return false;
	}
	return true;
}

/* To replace a view means to wait for its readers, while others wait: that is
 * done only where one has changed. */
static bool apply_now(PGconn *connection, GError **error)
{
	g_autofree char *digest = schema_get_digest();
	const char *values[] = {digest};
	const StoreParams params = {G_N_ELEMENTS(values), values};
	g_autoptr(PGresult) same =
		store_run(connection, digest_statement, &params, error);

	if (same == NULL)
		return false;
	if (PQntuples(same) > 0)
		return roles_grant(connection, error);
	return apply_files(connection, error) &&
	       run(connection, record_digest_statement, &params, error);
}

static bool apply(PGconn *connection, int version, GError **error)
{
	if (!roles_make(connection, error))
		return false;
	if (version == 0 && !run(connection, create_statement, NULL, error))
		return false;
	return roles_become_owner(connection, error) &&
	       apply_once(connection, version, error) &&
	       apply_now(connection, error) &&
	       write_result_types(connection, error) &&
	       run(connection, "COMMIT", NULL, error);
}

static bool check_init(int version, GError **error)
{
	if (version == 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"the database has the tlsrpt schema already, in version %d: "
		"tlsreport db upgrade brings it up to date",
		version);
	return false;
}

static bool check_upgrade(int version, GError **error)
{
	if (version == 0)
		g_set_error(error, STORE_ERROR, STORE_ERROR_SCHEMA,
			"the database has no tlsrpt schema: run tlsreport db "
			"init");
	else if (version > schema_get_version())
		g_set_error(error, STORE_ERROR, STORE_ERROR_SCHEMA,
			"the schema has version %d, this program knows %d: "
			"upgrade the program",
			version, schema_get_version());
	return version > 0 && version <= schema_get_version();
}

/* What other encodings lack would be refused report by report. */
static bool check_encoding(PGconn *connection, GError **error)
{
	const char *encoding = PQparameterStatus(connection, "server_encoding");

	if (g_strcmp0(encoding, "UTF8") == 0)
		return true;
	g_set_error(error, STORE_ERROR, STORE_ERROR_REFUSED,
		"the database has the encoding %s, reports need UTF8: create "
		"it with createdb -T template0 -E UTF8",
		encoding != NULL ? encoding : "unknown");
	return false;
}

static bool try_once(Store *store, bool (*check)(int, GError **),
	MigrateResult *result, GError **error)
{
	PGconn *connection = store_borrow(store, error);
	bool done;

	if (connection == NULL)
		return false;
	result->version_after = schema_get_version();
	done = check_encoding(connection, error) &&
	       run(connection, begin_statement, NULL, error) &&
	       lock_version(connection, &result->version_before, error) &&
	       check(result->version_before, error) &&
	       apply(connection, result->version_before, error);
	/* Closes the connection, and with it what was begun and failed. */
	store_return(store, connection);
	return done;
}

/* A reader may hold what has to be changed, and this must not hold up the
 * others meanwhile. */
static bool migrate(Store *store, bool (*check)(int, GError **),
	MigrateResult *result, GError **error)
{
	gint64 end = g_get_monotonic_time() +
		     (gint64)PATIENCE_SECONDS * G_USEC_PER_SEC;
	g_autoptr(GError) problem = NULL;

	while (!try_once(store, check, result, &problem)) {
		if (!g_error_matches(
			    problem, STORE_ERROR, STORE_ERROR_LOCKED) ||
			g_get_monotonic_time() > end) {
			g_propagate_error(error, g_steal_pointer(&problem));
			return false;
		}
		g_clear_error(&problem);
		g_usleep(PAUSE_USEC);
	}
	return true;
}

bool migrate_init(Store *store, MigrateResult *result, GError **error)
{
	return migrate(store, check_init, result, error);
}

bool migrate_upgrade(Store *store, MigrateResult *result, GError **error)
{
	return migrate(store, check_upgrade, result, error);
}
