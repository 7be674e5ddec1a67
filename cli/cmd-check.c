/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/command.h"
#include "cli/config-check.h"
#include "cli/text.h"
#include "sql/error.h"
#include "sql/grant.h"
#include "sql/store-insert.h"
#include "sql/store-query.h"

static const char *const words[] = {
	[CONFIG_CHECK_OK] = "ok",
	[CONFIG_CHECK_WARNING] = "warning",
	[CONFIG_CHECK_BAD] = "bad",
};

static const GOptionEntry options[] = {{NULL}};

static void print_finding(ConfigCheckLevel level, const char *text, void *data)
{
	ConfigCheckLevel *worst = data;
	g_autofree char *clean = text_escape(text, g_get_charset(NULL));

	printf("%-8s %s\n", words[level], clean);
	*worst = MAX(*worst, level);
}

static CommandStatus run_check_config(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Settings) settings =
		settings_load(command_get_settings_path(line), &error);
	ConfigCheckLevel worst = CONFIG_CHECK_OK;

	if (settings == NULL) {
		print_finding(CONFIG_CHECK_BAD, error->message, &worst);
		return COMMAND_BAD;
	}
	config_check_run(settings, command_get_settings_path(line),
		print_finding, &worst);
	return worst == CONFIG_CHECK_BAD ? COMMAND_BAD : COMMAND_DONE;
}

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

/* `text` is NULL for the right to read, which has two kinds. */
static void print_good(Store *store, const char *text, ConfigCheckLevel *worst)
{
	g_autoptr(GError) error = NULL;
	g_autofree char *tenant = NULL;
	GrantDomains domains = {.total = -1};

	if (text == NULL && !grant_count(store, &domains, &error)) {
		print_finding(CONFIG_CHECK_BAD, error->message, worst);
		return;
	}
	if (domains.total >= 0)
		tenant = g_strdup_printf(
			"the role is a tenant and sees %" PRId64 " domains",
			domains.total);
	if (text == NULL)
		text = "the role may read the views";
	print_finding(CONFIG_CHECK_OK, tenant != NULL ? tenant : text, worst);
}

/* In this order; after `needed` checks fail, the others would, too. */
static const struct {
	bool (*check)(Store *store, GError **error);
	ConfigCheckLevel failure;
	bool needed;
	const char *good;
	const char *advice;
} database_checks[] = {
	{store_check, CONFIG_CHECK_BAD, true,
		"connects, and the schema has the version of this program",
		NULL},
	{may_store, CONFIG_CHECK_BAD, false, "the role may store reports",
		"the daemon and import need that: tlsrptctl db grant writer "
		"ROLE, as the owner of the database"},
	{may_read, CONFIG_CHECK_WARNING, false, NULL,
		"summary, failures and reports need that: tlsrptctl db grant "
		"reader ROLE, and name that role with -d"},
};

static CommandStatus check_database(Store *store)
{
	ConfigCheckLevel worst = CONFIG_CHECK_OK;

	for (size_t i = 0; i < G_N_ELEMENTS(database_checks); i++) {
		g_autoptr(GError) error = NULL;

		if (database_checks[i].check(store, &error)) {
			print_good(store, database_checks[i].good, &worst);
			continue;
		}
		print_finding(
			database_checks[i].failure, error->message, &worst);
		if (database_checks[i].advice != NULL)
			printf("%-8s %s\n", "", database_checks[i].advice);
		if (g_error_matches(
			    error, STORE_ERROR, STORE_ERROR_UNAVAILABLE))
			return COMMAND_UNAVAILABLE;
		if (database_checks[i].needed)
			break;
	}
	return worst == CONFIG_CHECK_BAD ? COMMAND_BAD : COMMAND_DONE;
}

static CommandStatus run_check_db(const CommandLine *line)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(Store) store = command_connect(line, &error);

	if (store == NULL)
		return command_fail(error);
	return check_database(store);
}

const Command cmd_check_config = {
	.name = "check-config",
	.arguments = "",
	.summary = "say what is wrong with the configuration",
	.needs = COMMAND_NEEDS_SETTINGS,
	.options = options,
	.run = run_check_config,
};

const Command cmd_check_db = {
	.name = "check-db",
	.arguments = "",
	.summary = "say what is wrong with the database",
	.needs = COMMAND_NEEDS_DATABASE,
	.options = options,
	.run = run_check_db,
};
