/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/check/database-check.h"

#include <inttypes.h>

#include "sql/error.h"
#include "sql/grant.h"
#include "sql/store-health.h"
#include "sql/store-insert.h"
#include "sql/store-query.h"

/* What stands before the value and behind it. */
static const struct {
	CheckLevel level;
	const char *before;
	const char *behind;
} problems[] = {
	[STORE_HEALTH_COMMIT] = {CHECK_WARNING, "synchronous_commit is ",
		": a report can be lost after its sender was told that it "
		"is stored: tlsreport db grant writer ROLE sets it for "
		"that role"},
	[STORE_HEALTH_FSYNC] = {CHECK_WARNING, "fsync of the server is ",
		": a crash of its system can destroy the database"},
	[STORE_HEALTH_TIMEOUT] = {CHECK_WARNING, "statement_timeout is ",
		", which means no timeout: tlsreport db grant sets those that "
		"suit a mail server"},
	[STORE_HEALTH_CONNECTIONS] = {CHECK_WARNING,
		"database_connections is more than the ",
		" connections that the server allows in all: lower it, or "
		"raise max_connections of the server"},
	[STORE_HEALTH_WAITING] = {CHECK_WARNING,
		"reports have waited for the roll-ups since ",
		": check that the daemon runs, and what it logs; tlsreport "
		"maintain adds them"},
	[STORE_HEALTH_PARTITION] = {CHECK_WARNING, "there is no partition for ",
		": check that the daemon runs, and what it logs; tlsreport "
		"maintain creates it"},
	[STORE_HEALTH_OUTSIDE] = {CHECK_WARNING, "",
		" reports or more are about months without a partition: they "
		"count, but make queries slower; tlsreport purge removes old "
		"ones"},
	[STORE_HEALTH_CROWDED] = {CHECK_WARNING, "",
		" has signed reports that opened so many alerts that no others "
		"are opened because of it: see tlsreport alert list"},
	[STORE_HEALTH_FLOOD] = {CHECK_WARNING, "",
		" unauthenticated reports were added in a day: unless you "
		"expect so many, set authentication = \"require\", or "
		"policy_domains"},
	[STORE_HEALTH_EMPTY] = {CHECK_OK, "reports: ",
		" yet; \"If no report arrives\" in tlsrpt-milter(8) says "
		"what to check"},
	[STORE_HEALTH_SILENT] = {CHECK_WARNING, "the last reports are about ",
		": \"If no report arrives\" in tlsrpt-milter(8) says what to "
		"check"},
	[STORE_HEALTH_COLLATION] = {CHECK_WARNING,
		"the order of texts has changed, from version ",
		", and indexes may be wrong: run REINDEX DATABASE, and ALTER "
		"DATABASE ... REFRESH COLLATION VERSION, as \"Upgrading "
		"PostgreSQL\" in tlsrpt-milter(8) says"},
};

/* A batch of no reports needs the right to store, and stores nothing. */
static bool may_store(Store *store, GError **error)
{
	return store_insert_batch(store, NULL, 0, NULL, error);
}

static bool may_read(Store *store, GError **error)
{
	StoreQueryFilter filter = {.limit = 1};
	g_autoptr(StoreTable) table =
		store_query(store, STORE_QUERY_SUMMARY, &filter, error);

	return table != NULL;
}

/* `without` is said of a role that need not have the right. */
static const struct {
	bool (*has)(Store *store, GError **error);
	const char *good;
	const char *without;
	const char *advice;
} rights[] = {
	{may_store, "the role may store reports",
		"the role does not store reports; only the daemon and import "
		"do",
		"the daemon and import need that: tlsreport db grant writer "
		"ROLE, as the owner of the database"},
	{may_read, "the role may read the views",
		"the role stores reports and does not read them: for summary, "
		"failures and reports, name a reader with -d; tlsreport db "
		"grant reader ROLE makes one",
		"summary, failures and reports need that: tlsreport db grant "
		"reader ROLE, and name that role with -d"},
};

enum {
	MAY_STORE,
	MAY_READ,
};

/* Whether the role has the right; where it has not, why is said, unless it
 * need not have it. False and an error when the connection is gone. */
static bool check_right(Store *store, size_t right, CheckLevel failure,
	CheckOutput *output, bool *has, GError **error)
{
	g_autoptr(GError) problem = NULL;

	*has = rights[right].has(store, &problem);
	if (*has) {
		check_output_say(output, CHECK_OK, "%s", rights[right].good);
		return true;
	}
	if (store_error_is_temporary(problem)) {
		g_propagate_error(error, g_steal_pointer(&problem));
		return false;
	}
	if (failure == CHECK_OK &&
		g_error_matches(problem, STORE_ERROR, STORE_ERROR_PERMISSION)) {
		check_output_say(output, CHECK_OK, "%s", rights[right].without);
		return true;
	}
	check_output_say(
		output, MAX(failure, CHECK_WARNING), "%s", problem->message);
	check_output_advise(rights[right].advice);
	return true;
}

/* Whoever stores need not read. */
static bool check_rights(
	Store *store, bool must_store, CheckOutput *output, GError **error)
{
	bool has;

	return check_right(store, MAY_STORE, must_store ? CHECK_BAD : CHECK_OK,
		       output, &has, error) &&
	       check_right(store, MAY_READ, has ? CHECK_OK : CHECK_WARNING,
		       output, &has, error);
}

static bool check_health(Store *store, const Settings *settings,
	CheckOutput *output, GError **error)
{
	g_auto(StoreHealth) health = {0};

	if (!store_health(store, (size_t)settings->database_connections,
		    settings->maintenance_interval, &health, error))
		return false;
	for (size_t i = 0; i < STORE_HEALTH_COUNT; i++) {
		if (health.values[i] != NULL)
			check_output_say(output, problems[i].level, "%s%s%s",
				problems[i].before, health.values[i],
				problems[i].behind);
	}
	return true;
}

bool database_check_run(Store *store, const Settings *settings, bool must_store,
	CheckOutput *output, GError **error)
{
	GrantDomains domains;

	if (!store_check(store, error) || !grant_count(store, &domains, error))
		return false;
	check_output_say(output, CHECK_OK,
		"connects, and the schema has the version of this program");
	if (domains.total >= 0) {
		check_output_say(output, CHECK_OK,
			"the role is a tenant and sees %" PRId64 " domains",
			domains.total);
		return true;
	}
	return check_rights(store, must_store, output, error) &&
	       check_health(store, settings, output, error);
}
